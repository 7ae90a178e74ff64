"""How much one may send, and how often: for programs; the page has a queue of its own."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.problems import problem

LARGEST_BODY = 64 * 1024
_MINUTE = 60.0
# Addresses that are remembered; beyond them the one that was silent longest is forgotten.
_MOST_ADDRESSES = 10_000
_PREFIXES = ("/api/v1/", "/v1/", "/mcp")


class RateLimit:
    """At most `limit` calls an address in any minute. `clock`: seconds, rising."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._calls: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Count a call; 0 where it may go on, else the seconds until the next may."""
        now = self._clock()
        calls = self._calls.setdefault(address, deque())
        self._calls.move_to_end(address)
        while calls and now - calls[0] >= _MINUTE:
            calls.popleft()
        if len(calls) >= self._limit:
            return _MINUTE - (now - calls[0])
        calls.append(now)
        if len(self._calls) > _MOST_ADDRESSES:
            self._calls.popitem(last=False)
        return 0.0


class Limits:
    """ASGI middleware that turns away what is too large or too often, with what to do."""

    def __init__(self, app: ASGIApp, *, a_minute: int) -> None:
        self._app = app
        self._rate = RateLimit(a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(_PREFIXES):
            await self._app(scope, receive, send)
            return
        address = caller(scope)
        wait = self._rate.wait(address) if address else 0.0
        if wait:
            detail = f"too many questions in a minute; try again in {int(wait) + 1} seconds"
            answer = problem(429, detail, scope["path"], {"retry-after": str(int(wait) + 1)})
            await answer(scope, receive, send)
            return
        body = await _read(scope, receive)
        if body is None:
            detail = f"the body is larger than {LARGEST_BODY} bytes; send less of the history"
            await problem(413, detail, scope["path"])(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)


def caller(scope: Scope) -> str:
    """The address that calls are counted for; empty for a program on this machine.

    Behind a proxy on this machine it is the address that the proxy names last; from elsewhere that header is not
    believed.
    """
    peer = scope["client"][0] if scope.get("client") else ""
    if not _is_loopback(peer):
        return str(peer)
    return Headers(scope=scope).get("x-forwarded-for", "").rpartition(",")[2].strip()[:64]


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body; None where it is too large, of which no more is read."""
    length = Headers(scope=scope).get("content-length", "0")
    if length.isascii() and length.isdigit() and int(length) > LARGEST_BODY:
        return None
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
