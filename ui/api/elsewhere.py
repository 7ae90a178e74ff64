"""What is asked for by a wrong method or at a wrong place, told in the format of what is there."""

from collections import defaultdict
from collections.abc import Iterable

from fastapi import HTTPException, Request
from starlette.routing import BaseRoute, Route

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PLACES = ("/api/{rest:path}", "/v1/{rest:path}")


def remaining_routes(routes: Iterable[BaseRoute]) -> list[Route]:
    """All methods that `routes` do not take, and the places beside them; to be put behind all of them."""
    taken = defaultdict[str, set[str]](set)
    for route in routes:
        if isinstance(route, Route):
            taken[route.path] |= route.methods or _METHODS
    misused = [_misused(path, methods) for path, methods in taken.items() if _METHODS - methods]
    return [*misused, *(Route(place, _nothing, methods=sorted(_METHODS)) for place in _PLACES)]


def _misused(path: str, allowed: set[str]) -> Route:
    names = ", ".join(sorted(allowed))

    async def refuse(request: Request) -> None:
        detail = f"{request.method} is not for {request.url.path}; use {names}"
        raise HTTPException(405, detail, {"allow": names})

    return Route(path, refuse, methods=sorted(_METHODS - allowed))


async def _nothing(request: Request) -> None:
    raise HTTPException(404, f"there is nothing at {request.url.path}; see /docs")
