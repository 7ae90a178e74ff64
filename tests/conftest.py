"""What all tests share: no network, a clean environment, one real index and one real embedder."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
from hypothesis import settings

from embeddings import Embedder, load_embedder
from rag import PolicyAssistant, Settings, open_assistant
from rag.assistant import make_index
from rag.document.catalog import load_bureaus
from rag.document.parse import parse_guidelines
from rag.index.build import embed_chunks, make_chunks, shipped_chunks
from rag.index.shipped import ShippedVectors, hash_chunks, load_shipped
from rag.index.store import PolicyIndex, load_index

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
