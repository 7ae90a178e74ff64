"""What every answer below /staff tells the browser, a refusal or a wrong address too."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PLACE = "/staff"
# Plain pages: a style within the page, forms to this service, and nothing that runs.
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
}


class StaffHeaders:
    """ASGI middleware, inside the one that gives all other pages their headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        staff = scope["type"] == "http" and f"{scope['path']}/".startswith(f"{_PLACE}/")
        await self._app(scope, receive, marked if staff else send)
