"""How much one may send, how often, and how many are answered at a time."""

from asyncio import Semaphore
from math import ceil

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.api.problems import problem
from ui.bodies import given_again, read_body
from ui.callers import caller
from ui.rates import RateLimit

LARGEST_BODY = 64 * 1024
# Of the page, which sends its conversation along.
LARGEST_OF_PAGE = 1024 * 1024
_OF_PAGE = "/gradio_api/"
_PREFIXES = ("/api/v1/", "/v1/")
_TOOLS = ("/mcp", "/mcp/")
_CONVERSATIONS = ("/api/v1/ask", "/v1/chat/completions")
# Those that search: keeping an opinion takes no place of theirs.
_ANSWERS = frozenset({*_CONVERSATIONS, "/api/v1/owners", *_TOOLS})
# Far fewer than there are threads: the rest is for the page, which has a line of its own, and for lookups.
AT_ONCE = 8
IN_LINE = 100
_PAUSE = {"retry-after": "5"}


class Limits:
    """ASGI middleware that turns away what is too large, too often or too many, with what to do."""

    def __init__(self, app: ASGIApp, *, a_minute: int) -> None:
        self._app = app
        self._rate = RateLimit(a_minute)
        self._turns = Semaphore(AT_ONCE)
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        for_programs = path.startswith(_PREFIXES) or path in _TOOLS
        wait = self._wait(scope) if for_programs else 0
        if wait:
            detail = f"too many questions in a minute; try again in {wait} seconds"
            await problem(429, detail, path, {"retry-after": str(wait)})(scope, receive, send)
            return
        largest = LARGEST_OF_PAGE if path.startswith(_OF_PAGE) else LARGEST_BODY
        try:
            body = await read_body(scope, receive, largest)
        except TimeoutError:
            await problem(408, "the body did not come in time; send it again", path)(scope, receive, send)
            return
        if body is None:
            less = "less of the history" if path in _CONVERSATIONS else "less"
            detail = f"the body is larger than {largest} bytes; send {less}"
            await problem(413, detail, path)(scope, receive, send)
            return
        answer = self._answer_in_turn if path in _ANSWERS else self._app
        await answer(scope, given_again(body, receive), send)

    def _wait(self, scope: Scope) -> int:
        """Seconds until the caller may ask again; 0: at once, and it is counted."""
        address = caller(scope)
        return ceil(self._rate.take(address)) if address else 0

    async def _answer_in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._waiting >= IN_LINE:
            detail = "too many questions at once; try again in 5 seconds"
            await problem(503, detail, scope["path"], _PAUSE)(scope, receive, send)
            return
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._turns.release()
