"""What is asked for by a wrong method or at a wrong place, told in the format of what is there; and HEAD as GET."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from fastapi import HTTPException, Request
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """ASGI middleware that answers HEAD wherever GET is answered, without the body.

    `except_at`: the paths' beginning where it does not, since a GET there has no end.
    """

    def __init__(self, app: ASGIApp, *, except_at: str) -> None:
        self._app = app
        self._except_at = except_at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"].startswith(self._except_at):
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, without_body)


def remaining_routes(routes: Sequence[BaseRoute], is_page: Callable[[str], bool]) -> list[Route]:
    """All methods that `routes` do not take, and all places beside them but the page's; to be put behind `routes`."""
    taken = defaultdict[str, set[str]](set)
    # With those of the routers that the app includes.
    for route in iter_route_contexts(routes):
        if route.path is not None and route.methods:
            taken[route.path] |= route.methods - {"HEAD"}
    return [*(_misused(path, methods) for path, methods in taken.items()), _Elsewhere(is_page)]


class _Elsewhere(Route):
    """Every path and method, but for the page's."""

    def __init__(self, is_page: Callable[[str], bool]) -> None:
        super().__init__("/{rest:path}", _nothing)
        self.methods = None
        self._is_page = is_page

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and self._is_page(scope["path"]):
            return Match.NONE, {}
        return super().matches(scope)


def _misused(path: str, allowed: set[str]) -> Route:
    names = ", ".join(sorted(allowed | ({"HEAD"} if "GET" in allowed else set())))

    async def refuse(request: Request) -> None:
        detail = f"{request.method} is not for {request.url.path}; use {names}"
        raise HTTPException(405, detail, {"allow": names})

    route = Route(path, refuse)
    # Whatever it is, invented ones too.
    route.methods = None
    return route


async def _nothing(request: Request) -> None:
    raise HTTPException(404, f"there is nothing at {request.url.path}; see /docs")
