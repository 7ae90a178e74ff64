"""Of all that Gradio serves, what this page uses, called as this page calls it; the rest is closed.

Gradio answers a call that does not fit with a traceback in the log, and what was typed in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.bodies import given_again
from ui.callers import caller
from ui.rates import RateLimit

# First segments of paths, and below Gradio's own prefix the whole of them.
_OPEN = frozenset(
    {"", "assets", "config", "favicon.ico", "manifest.json", "robots.txt", "static", "svelte", "theme.css"}
)
_PREFIX = "gradio_api/"
_OPEN_API = frozenset(
    {"app_id", "cancel", "heartbeat", "info", "queue/data", "queue/join", "reset", "run/predict", "startup-events",
     "theme.css"}
)  # fmt: skip
_CALLS = frozenset({"queue/join", "run/predict"})
# Calls a minute that one address may make; a question takes three of them. A list of topics may take a minute itself.
_CALLS_A_MINUTE, _LISTS_A_MINUTE = 600, 12


@dataclass(frozen=True, slots=True)
class Call:
    """One of the page's functions: how many values it takes, whether it waits in line, and whether it takes long."""

    inputs: int
    queued: bool
    long: bool


class Gate:
    """ASGI middleware around Gradio's app. `calls`: the page's functions by their numbers."""

    def __init__(self, app: ASGIApp, calls: Mapping[int, Call]) -> None:
        self._app = app
        self._calls = calls
        self._all, self._long = RateLimit(_CALLS_A_MINUTE), RateLimit(_LISTS_A_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif not is_open(scope["path"]):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        elif scope["path"].strip("/").removeprefix(_PREFIX) in _CALLS and scope["method"] == "POST":
            await self._take(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        call = self._find(body, queued=scope["path"].strip("/").endswith("join"))
        if call is None:
            await PlainTextResponse("The page has changed; please load it again.", 422)(scope, receive, send)
        elif self._too_often(scope, call):
            await PlainTextResponse("Too much in a minute; please wait.", 429)(scope, receive, send)
        else:
            await self._app(scope, given_again(body, receive), send)

    def _find(self, body: bytes, *, queued: bool) -> Call | None:
        """The function that is called, if it is called as the page does, and what is sent fits it."""
        try:
            sent = json.loads(body)
            # Half a character is JSON, but no text that could be sent on.
            json.dumps(sent, ensure_ascii=False).encode("utf-8")
        except (ValueError, RecursionError):
            return None
        if not isinstance(sent, dict):
            return None
        call, values = self._calls.get(_number(sent.get("fn_index"))), sent.get("data")
        fits = call and call.queued == queued and isinstance(values, list) and len(values) == call.inputs
        return call if fits else None

    def _too_often(self, scope: Scope, call: Call) -> bool:
        address = caller(scope)
        limits = (self._all, self._long) if call.long else (self._all,)
        return bool(address) and any(limit.take(address) > 0 for limit in limits)


def is_open(path: str) -> bool:
    """Whether the page needs what is served there."""
    place = path.strip("/")
    if place.startswith(_PREFIX):
        rest = place.removeprefix(_PREFIX)
        return rest in _OPEN_API or (rest.startswith("heartbeat/") and rest.count("/") == 1)
    return place.partition("/")[0] in _OPEN


def page_calls(page: gr.Blocks, long: str) -> dict[int, Call]:
    """Its functions that the server runs; `long`: the concurrency_id of those that take their time."""
    return {
        number: Call(len(function.inputs), function.queue, function.concurrency_id == long)
        for number, function in page.fns.items()
        if function.fn is not None
    }


def _number(sent: Any) -> int:
    return sent if isinstance(sent, int) and not isinstance(sent, bool) else -1
