"""What all tests share: no network, a clean environment, one real index and one real embedder."""

import gc
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import numpy as np
import pytest
from hypothesis import settings
from pydantic import SecretStr

from embeddings import Embedder, load_embedder
from rag import PolicyAssistant, Settings, open_assistant
from rag.assistant import make_index
from rag.document.catalog import load_bureaus
from rag.document.parse import parse_guidelines
from rag.index.build import embed_chunks, make_chunks, shipped_chunks
from rag.index.shipped import ShippedVectors, hash_chunks, load_shipped
from rag.index.store import PolicyIndex, load_index

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser, Page, Request

    from ui.records.store import RecordStore

ROOT = Path(__file__).parent.parent
_LOCAL = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "", None}

# Gradio's client reports its use to a hub unless told not to before it is imported.
os.environ["HF_HUB_OFFLINE"] = "1"
# The same examples every time: a test that fails once in a while teaches people to run it again.
settings.register_profile("policyqa", deadline=None, derandomize=True)
settings.load_profile("policyqa")


class CommandLine(Protocol):
    """`python -m rag ARGS` in a process of its own; `env` is set besides what the session has set."""

    def __call__(
        self, *args: str | bytes, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]: ...


class Visit:
    """A page in the browser, and all that it asked of the network and wrote to its console."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.requests: list[str] = []
        self.refused: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._note)
        # By the page's own policy, before anything leaves the machine.
        page.on("requestfailed", lambda r: self.refused.append(r.url) if r.failure == "csp" else None)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))

    def _note(self, request: "Request") -> None:
        self.requests.append(request.url)

    @property
    def strangers(self) -> set[str]:
        """The hosts other than this machine that were asked for anything."""
        asked = [url for url in self.requests if not url.startswith(("data:", "blob:")) and url not in self.refused]
        hosts = {urlsplit(url).hostname for url in asked}
        return {str(host) for host in hosts - {"127.0.0.1"}}


class OpenPage(Protocol):
    """A new visitor: a browser window of their own at an address, with Playwright's options of a context."""

    def __call__(self, address: str, **context: Any) -> Visit: ...


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Only this machine may be spoken to; attempts that a library swallows fail the session at its end."""
    attempts: list[str] = []
    connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo

    def refuse(host: object) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _LOCAL:
            attempts.append(str(name))
            raise AssertionError(f"a test tried to reach {name}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            refuse(address[0])
        connect(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse(host)
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield
    assert not attempts


@pytest.fixture(scope="session")
def index_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the session's index stands once a test has asked for `index_dir`."""
    return tmp_path_factory.mktemp("session") / "index"


@pytest.fixture(scope="session", autouse=True)
def clean_environment(index_place: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.upper().startswith("POLICYQA_")]:
            patch.delenv(name)
        patch.setenv("POLICYQA_INDEX_DIR", str(index_place))
        yield


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load_embedder()


@pytest.fixture(scope="session")
def vectors_of(embedder: Embedder) -> Callable[[str], ShippedVectors]:
    """The vectors of a small document. Its three thousand duties are those of the shipped one: none is made again."""
    known = dict(zip(shipped_chunks(), load_shipped().rows, strict=True))

    def ship(document: str) -> ShippedVectors:
        chunks = make_chunks(parse_guidelines(document, load_bureaus()), [])
        missing = [chunk for chunk in chunks if chunk not in known]
        if missing:
            known.update(zip(missing, embed_chunks(missing, embedder).astype(np.float16), strict=True))
        return ShippedVectors(embedder.identity, hash_chunks(chunks), np.stack([known[chunk] for chunk in chunks]))

    return ship


@pytest.fixture(scope="session")
def index_dir(index_place: Path) -> Path:
    make_index(Settings(index_dir=index_place))
    return index_place


@pytest.fixture(scope="session")
def index(index_dir: Path) -> PolicyIndex:
    return load_index(index_dir)


@pytest.fixture(scope="session")
def assistant(index_dir: Path) -> PolicyAssistant:
    return open_assistant(Settings(index_dir=index_dir))


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"needs {folder}, which stands beside the repository in development only")
    return folder


@pytest.fixture
def rag(tmp_path: Path) -> CommandLine:
    """The command line; a test that needs the index asks for `index_dir` as well."""

    def run(*args: str | bytes, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "rag", *args],
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            cwd=tmp_path,
            env={**os.environ, **(env or {})},
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def serving() -> Callable[[Any], AbstractContextManager[str]]:
    """`with serving(app) as address:` an ASGI application on a free port of this machine."""
    import uvicorn

    from ui.service import listen

    @contextmanager
    def serve(app: Any) -> Iterator[str]:
        listener = listen("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            until = time.monotonic() + 30
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                assert time.monotonic() < until, "the server did not start in time"
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
            listener.close()
            # While the filters for Gradio's loose ends still hold.
            gc.collect()

    return serve


STAFF = ("clerk", "a long enough password")


@pytest.fixture(scope="session")
def service_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Everything is on: staff pages, and the log of unanswered questions."""
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        unanswered_log=True,
        staff_user=STAFF[0],
        staff_password=SecretStr(STAFF[1]),
    )


@pytest.fixture(scope="session")
def service(assistant: PolicyAssistant, service_settings: Settings) -> "FastAPI":
    """The whole service, not yet served."""
    from ui.service import build_service

    return build_service(assistant, service_settings)


@pytest.fixture(scope="session")
def address(service: "FastAPI", serving: Callable[[Any], AbstractContextManager[str]]) -> Iterator[str]:
    """Where the service answers, with a slash at the end."""
    with serving(service) as address:
        yield address


@pytest.fixture(scope="session")
def records(service_settings: Settings) -> "RecordStore":
    """What the service has kept."""
    from ui.records.store import open_records

    return open_records(service_settings)


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("needs chromium (Debian: apt-get install chromium fonts-noto-cjk)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        quiet = ["background-networking", "component-update", "sync"]
        arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def open_page(chromium: "Browser") -> Iterator[OpenPage]:
    """Each call is a visitor of their own; all leave when the module is done."""
    visitors: list[Any] = []

    def visit(address: str, **context: Any) -> Visit:
        options = {"locale": "zh-TW", "viewport": {"width": 1280, "height": 900}, **context}
        visitors.append(chromium.new_context(**options))
        seen = Visit(visitors[-1].new_page())
        seen.page.goto(address)
        return seen

    yield visit
    for visitor in visitors:
        visitor.close()
