"""Of all that Gradio serves, what this page uses; the rest (uploads, files, proxies, calls by name) is closed."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

# First segments of paths, and below Gradio's own prefix the second ones.
_OPEN = frozenset(
    {"", "assets", "config", "favicon.ico", "manifest.json", "robots.txt", "static", "svelte", "theme.css"}
)
_API = "gradio_api"
_OPEN_API = frozenset({"app_id", "cancel", "heartbeat", "info", "queue", "reset", "run", "startup-events", "theme.css"})


class Gate:
    """ASGI middleware around Gradio's app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_open(scope["path"]):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("Not Found", 404)(scope, receive, send)


def is_open(path: str) -> bool:
    """Whether the page needs what is served there."""
    first, _, rest = path.strip("/").partition("/")
    return rest.partition("/")[0] in _OPEN_API if first == _API else first in _OPEN
