"""How much one may send, and how often: for programs; the page has a queue of its own."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.api.problems import problem
from ui.rates import RateLimit, caller

LARGEST_BODY = 64 * 1024
_PREFIXES = ("/api/v1/", "/v1/", "/mcp")


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
        if address:
            self._rate.count(address)
        body = await _read(scope, receive)
        if body is None:
            detail = f"the body is larger than {LARGEST_BODY} bytes; send less of the history"
            await problem(413, detail, scope["path"])(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)


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
