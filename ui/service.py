"""The one place that puts page, API, tools, staff pages and records over one assistant, and serves them."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware.gzip import GZipMiddleware

from rag import PolicyAssistant, Settings
from rag.errors import ConfigurationError
from ui.api.chat_completions import chat_routes
from ui.api.contract import ABOUT, complete_contract, operation_id
from ui.api.headers import SafeHeaders
from ui.api.limits import Limits
from ui.api.problems import answer_errors_as_problems
from ui.api.readiness import Readiness
from ui.api.routes import item_routes, question_routes, service_routes
from ui.api.tools import build_tools
from ui.api.unanswered import note_beside
from ui.api.unmatched import HeadAsGet, remaining_routes
from ui.callers import TrustedForwarding
from ui.page.app import mount_page
from ui.page.gate import is_open
from ui.records.store import open_records
from ui.staff.routes import add_staff_pages

# Seconds that answers under way get when the service is told to stop.
_GRACE = 5
# Whose events come for as long as a reader is there.
_ENDLESS = "/gradio_api/"


def build_service(assistant: PolicyAssistant, settings: Settings) -> FastAPI:
    """All that is served. Raises RagError before anything is."""
    records = open_records(settings)
    readiness = Readiness(assistant)
    note = note_beside(records)
    tools = build_tools(assistant, note)

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        readiness.warm_up()
        async with tools.router.lifespan_context(tools):
            yield

    app = FastAPIOffline(
        **ABOUT,
        version=version("policyqa"),
        generate_unique_id_function=operation_id,
        lifespan=live,
        redoc_url=None,
    )
    complete_contract(app)
    answer_errors_as_problems(app)
    app.include_router(question_routes(assistant, records, note))
    app.include_router(item_routes(assistant))
    app.include_router(chat_routes(assistant, note))
    app.include_router(service_routes(assistant, readiness))
    app.router.routes.extend(tools.routes)
    add_staff_pages(app, assistant, records, settings)
    app.router.routes.extend(remaining_routes(app.router.routes, is_open))
    mount_page(app, assistant, records)
    app.add_middleware(Limits, a_minute=settings.rate_limit)
    app.add_middleware(HeadAsGet, except_at=_ENDLESS)
    app.add_middleware(SafeHeaders)
    app.add_middleware(TrustedForwarding)
    # Around all that writes pages; streams of events pass as they come.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    return app


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections already, while the service is still being put together.

    Raises ConfigurationError where the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=128)
        # asyncio does so only for sockets that it made itself; without it each answer waits 40 ms for the reader's
        # acknowledgement of its head.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"cannot serve on {host}:{port}: {error}; choose another --port or --host") from error


def serve(app: FastAPI, listener: socket.socket) -> None:
    """Until it is told to stop. What people ask does not go into a log."""
    import uvicorn

    config = uvicorn.Config(
        app, access_log=False, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=_GRACE
    )
    uvicorn.Server(config).run(sockets=[listener])
