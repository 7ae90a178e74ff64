"""The service when much is asked at once, when something breaks, and when somebody leaves; its start and its end."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock, Semaphore, Thread
from typing import Any

import httpx
import openai
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from eval.errors import SystemFailedError
from eval.systems import url_system
from rag import Answer, PolicyAssistant, Settings
from rag.answer_format import QuestionRecord
from rag.document.expansion import read_profiles
from rag.errors import ConfigurationError, RagError
from ui.api.events import GrowingResponse
from ui.api.limits import AT_ONCE, LARGEST_OF_PAGE
from ui.records.store import open_records
from ui.service import build_service, listen, serve

QUESTION = "公車什麼時候會全部換成電動的？"
ASKED = {"question": QUESTION}
CHAT = {"model": "policyqa", "messages": [{"role": "user", "content": QUESTION}]}
AS_EVENTS = {"accept": "text/event-stream"}


@pytest.fixture(scope="module")
def own(assistant: PolicyAssistant) -> PolicyAssistant:
    """One whose ways may be changed."""
    return assistant.without_model()


@pytest.fixture(scope="module")
def app(own: PolicyAssistant, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return build_service(own, Settings(data_dir=tmp_path_factory.mktemp("own")))


@pytest.fixture(scope="module")
def served(app: FastAPI, serving: Callable[[Any], AbstractContextManager[str]]) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    # As a browser meets it: what breaks inside comes as a response.
    with closing(TestClient(app, raise_server_exceptions=False)) as client:
        yield client


class _Crowd:
    """Answers that wait until they are let go, and how many were under way at a time."""

    def __init__(self, answer: Answer) -> None:
        self.entered = Semaphore(0)
        self.go = Event()
        self.most = 0
        self._answer = answer
        self._under_way = 0
        self._lock = Lock()

    def ask(self, *_: Any) -> Answer:
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        self.entered.release()
        self.go.wait(20)
        with self._lock:
            self._under_way -= 1
        return self._answer


def test_a_crowd_of_programs_leaves_room_for_everybody_else(
    own: PolicyAssistant, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = _Crowd(own.ask(QUESTION))
    monkeypatch.setattr(own, "ask", crowd.ask)
    with httpx.Client(base_url=served, timeout=20) as client, ThreadPoolExecutor(45) as threads:
        asked = [threads.submit(client.post, "/api/v1/ask", json=ASKED) for _ in range(45)]
        try:
            assert all(crowd.entered.acquire(timeout=20) for _ in range(AT_ONCE))
            others = [httpx.get(f"{served}{path}", timeout=5) for path in ("healthz", "api/v1/items/11-3", "")]
        finally:
            crowd.go.set()
        assert [response.status_code for response in others] == [200, 200, 200]
        assert {response.result().status_code for response in asked} == {200}
    assert crowd.most == AT_ONCE


def test_a_line_that_is_full_says_when_to_come_back(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.api.limits.IN_LINE", 0)
    response = client.post("/api/v1/ask", json=ASKED)
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.headers["content-type"] == "application/problem+json"
    assert client.post("/v1/chat/completions", json=CHAT).json()["error"]["type"] == "server_error"


@pytest.mark.parametrize("path", ["/api/v1/owners", "/v1/chat/completions", "/mcp", "/mcp/"])
def test_every_way_of_asking_waits_in_the_same_line(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("ui.api.limits.IN_LINE", 0)
    assert client.post(path, json={}).status_code == 503


def test_an_opinion_waits_for_no_answer(own: PolicyAssistant, served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = _Crowd(own.ask(QUESTION))
    monkeypatch.setattr(own, "ask", crowd.ask)
    with httpx.Client(base_url=served, timeout=20) as client, ThreadPoolExecutor(AT_ONCE) as threads:
        asked = [threads.submit(client.post, "/api/v1/ask", json=ASKED) for _ in range(AT_ONCE)]
        try:
            assert all(crowd.entered.acquire(timeout=20) for _ in range(AT_ONCE))
            kept = httpx.post(f"{served}api/v1/feedback", json={"useful": True, **ASKED}, timeout=5)
        finally:
            crowd.go.set()
        assert kept.status_code == 201
        assert {response.result().status_code for response in asked} == {200}


# What is kept


NOWHERE = "捷運票價多少"
NOBODYS = "股票開戶"
ASKED_NOWHERE = {"messages": [{"role": "user", "content": NOWHERE}]}
_REACH_TOOLS = {"accept": "application/json, text/event-stream"}


def _tool(name: str, **arguments: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}


@pytest.mark.parametrize(
    ("path", "body", "headers", "question"),
    [
        ("api/v1/ask", {"question": NOWHERE}, {}, NOWHERE),
        ("api/v1/ask", {"question": NOWHERE}, AS_EVENTS, NOWHERE),
        ("api/v1/ask", {"question": NOBODYS, "mode": "owner"}, {}, NOBODYS),
        ("api/v1/ask", {"question": NOBODYS, "mode": "owner"}, AS_EVENTS, NOBODYS),
        ("api/v1/owners", {"topic": NOBODYS}, {}, NOBODYS),
        ("v1/chat/completions", ASKED_NOWHERE, {}, NOWHERE),
        ("v1/chat/completions", {**ASKED_NOWHERE, "stream": True}, {}, NOWHERE),
        ("mcp", _tool("ask", question=NOWHERE), _REACH_TOOLS, NOWHERE),
        ("mcp", _tool("owner", topic=NOBODYS), _REACH_TOOLS, NOBODYS),
    ],
    ids=["ask", "events", "owner", "owner-events", "owners", "chat", "chat-stream", "mcp-ask", "mcp-owner"],
)
def test_what_has_no_answer_is_noted_and_no_answer_waits_for_that(
    own: PolicyAssistant,
    serving: Callable[[Any], AbstractContextManager[str]],
    tmp_path: Path,
    path: str,
    body: dict[str, Any],
    headers: dict[str, str],
    question: str,
) -> None:
    settings = Settings(data_dir=tmp_path, unanswered_log=True)
    with serving(build_service(own, settings)) as address:
        with closing(sqlite3.connect(tmp_path / "records.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            # A writer waits ten seconds for a busy file.
            response = httpx.post(f"{address}{path}", json=body, headers=headers, timeout=5)
            other.execute("ROLLBACK")
        assert response.status_code == 200, response.text
        records = open_records(settings)
        noted = _soon(lambda: [row.question for row in records.unanswered()])
    assert noted == [question]


def _soon(look: Callable[[], Any]) -> Any:
    """The first thing that is seen within ten seconds."""
    until = time.monotonic() + 10
    while not (seen := look()) and time.monotonic() < until:
        time.sleep(0.02)
    return seen


def test_an_answer_is_given_where_its_question_cannot_be_noted(
    own: PolicyAssistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = build_service(own, Settings(data_dir=tmp_path, unanswered_log=True))
    (tmp_path / "records.sqlite3").write_bytes(b"no database" * 1000)
    with closing(TestClient(app)) as client:
        assert client.post("/api/v1/ask", json={"question": NOWHERE}).status_code == 200
    assert _soon(lambda: [record for record in caplog.records if "records" in record.message])


# What breaks


def _break(*_: Any) -> Any:
    raise RuntimeError("cannot read /srv/policyqa/index")


@pytest.mark.parametrize(("path", "body"), [("/api/v1/ask", ASKED), ("/v1/chat/completions", CHAT)])
def test_a_mistake_of_ours_tells_nothing_of_the_inside(
    own: PolicyAssistant, client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, Any]
) -> None:
    monkeypatch.setattr(own, "ask", _break)
    monkeypatch.setattr(own, "stream", _break)
    response = client.post(path, json=body)
    assert response.status_code == 500
    assert "/srv" not in response.text
    assert "RuntimeError" not in response.text
    assert "default-src 'self'" in response.headers["content-security-policy"]


@pytest.fixture(params=[RagError, RuntimeError])
def breaking_off(own: PolicyAssistant, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    answer = own.ask(QUESTION)

    def stream(*_: Any) -> Iterator[Answer]:
        yield replace(answer, text="交通局")
        raise request.param("cannot read /srv/policyqa/index")

    monkeypatch.setattr(own, "stream", stream)


@pytest.mark.usefixtures("breaking_off")
def test_an_answer_that_breaks_off_ends_in_an_event(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    text = client.post("/api/v1/ask", json=ASKED, headers=AS_EVENTS).text
    events = [line for line in text.splitlines() if line.startswith("event: ")]
    assert events == ["event: piece", "event: error"]
    assert "/srv" not in text
    assert [record.levelname for record in caplog.records] == ["ERROR"]


@pytest.mark.usefixtures("breaking_off")
def test_an_answer_that_breaks_off_is_an_error_to_clients_of_openai(served: str) -> None:
    with openai.OpenAI(base_url=f"{served}v1", api_key="none", max_retries=0) as chat:
        stream = chat.chat.completions.create(model="x", messages=[{"role": "user", "content": QUESTION}], stream=True)
        with pytest.raises(openai.APIError, match="broke off"):
            list(stream)


# Who leaves


@pytest.mark.parametrize(
    ("path", "body"), [("api/v1/ask", ASKED), ("v1/chat/completions", {**CHAT, "stream": True})], ids=["ask", "chat"]
)
def test_work_ends_when_its_reader_leaves(
    own: PolicyAssistant, served: str, monkeypatch: pytest.MonkeyPatch, path: str, body: dict[str, Any]
) -> None:
    answer, ended, pace = own.ask(QUESTION), Event(), Event()

    def stream(*_: Any) -> Iterator[Answer]:
        try:
            for length in range(10_000):
                pace.wait(0.01)
                yield replace(answer, text="車" * length)
        finally:
            ended.set()

    monkeypatch.setattr(own, "stream", stream)
    with httpx.stream("POST", f"{served}{path}", json=body, headers=AS_EVENTS) as response:
        assert next(response.iter_lines())
        assert response.headers["x-accel-buffering"] == "no"
        assert not ended.is_set()
    assert ended.wait(10)


def test_a_silent_answer_keeps_its_connection_open() -> None:
    waited = Event()

    def slow() -> Generator[bytes | str, None, None]:
        yield "data: 1\n\n"
        waited.wait(0.2)
        yield "data: 2\n\n"

    app = FastAPI()
    app.add_api_route("/", lambda: GrowingResponse(slow(), pause=0.02), response_model=None)
    with closing(TestClient(app)) as client:
        first, *waiting, last, end = client.get("/").text.split("\n\n")
    assert (first, last, end) == ("data: 1", "data: 2", "")
    assert len(waiting) >= 3
    assert set(waiting) == {": wait"}


# What does not fit


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/ask", r'{"question": "\ud800公車"}'),
        ("/api/v1/ask", r'{"question": "公車", "id": "\udfff"}'),
        ("/api/v1/ask", r'{"question": "公車", "history": [{"role": "user", "content": "\ud800"}]}'),
        ("/api/v1/owners", r'{"topic": "\ud800"}'),
        ("/api/v1/feedback", r'{"useful": true, "question": "公車", "citations": ["\ud800"]}'),
        ("/v1/chat/completions", r'{"messages": [{"role": "user", "content": "\ud800"}], "stream": true}'),
    ],
)
def test_half_a_character_is_declined(client: TestClient, path: str, body: str) -> None:
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert "half a character" in response.text


def test_what_a_script_forgets_is_named(client: TestClient) -> None:
    forgotten = client.post("/api/v1/ask", data={"question": QUESTION})
    assert "content-type: application/json" in forgotten.json()["detail"]
    torn = client.post("/api/v1/ask", content=b'{"question": ', headers={"content-type": "application/json"})
    assert "no JSON" in torn.json()["detail"]


def test_the_page_takes_no_endless_body_either(client: TestClient) -> None:
    response = client.post("/gradio_api/queue/join", content=b" " * (LARGEST_OF_PAGE + 1))
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


def test_clients_of_openai_may_send_null(client: TestClient) -> None:
    response = client.post("/v1/chat/completions", json={**CHAT, "model": None, "stream": None})
    assert response.json()["choices"][0]["finish_reason"] == "stop"


# The evaluation waits where it is told to


@pytest.mark.parametrize(("refusals", "patient"), [(2, True), (99, False)])
def test_the_evaluation_asks_again_after_a_while(
    serving: Callable[[Any], AbstractContextManager[str]], refusals: int, patient: bool
) -> None:
    app, left = FastAPI(), [refusals]

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {}

    @app.post("/api/v1/ask")
    def ask(response: Response) -> dict[str, str]:
        if left[0]:
            left[0] -= 1
            response.status_code, response.headers["retry-after"] = 429, "0"
        return {"answer": "x"}

    with serving(app) as address:
        system = url_system(address)
        record = QuestionRecord(id="q", question=QUESTION)
        if patient:
            assert system.answer(record) == {"answer": "x"}
        else:
            with pytest.raises(SystemFailedError, match="question q"):
                system.answer(record)


# Start and end


def test_a_warm_up_that_fails_is_said_in_one_line(
    own: PolicyAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = own.without_model()
    monkeypatch.setattr(broken, "plan", _break)
    with TestClient(build_service(broken, Settings(data_dir=tmp_path))) as client:
        told = _soon(lambda: [r for r in [client.get("/readyz")] if "failed" in r.text])[0]
    assert (told.status_code, told.headers["content-type"]) == (503, "application/problem+json")
    assert told.json()["detail"] == "the warm-up failed; see the log"
    line = next(record for record in caplog.records if "warm-up" in record.message)
    assert "cannot read /srv/policyqa/index" in line.message
    assert line.exc_info is None


def test_what_the_warm_up_reads_is_not_read_again(own: PolicyAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    read_profiles.cache_clear()
    own.without_model().ask_owner(QUESTION)
    monkeypatch.setattr("rag.document.expansion.read_duties_text", _break)
    assert own.ask_owner(QUESTION).owners


def test_a_response_leaves_at_once() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_who_calls_is_seen_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    servers: list[uvicorn.Server] = []

    class Watched(uvicorn.Server):
        def __init__(self, config: uvicorn.Config) -> None:
            super().__init__(config)
            servers.append(self)

    monkeypatch.setattr(uvicorn, "Server", Watched)
    app = FastAPI()

    @app.get("/peer")
    def peer(request: Request) -> list[str]:
        assert request.client is not None
        return [request.client.host, request.url.scheme]

    with listen("127.0.0.1", 0) as listener:
        thread = Thread(target=serve, args=(app, listener), daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/peer"
        # `Limits` reads that header itself, and tells programs on this machine from those that a proxy names.
        forged = {"x-forwarded-for": "9.9.9.9", "x-forwarded-proto": "https"}
        try:
            assert httpx.get(address, headers=forged, timeout=20).json() == ["127.0.0.1", "http"]
        finally:
            servers[0].should_exit = True
            thread.join(timeout=20)


def test_a_port_that_is_taken_is_said_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigurationError, match="--port"):
        listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.slow
def test_it_starts_answers_and_stops_and_writes_no_question_down(index_dir: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "POLICYQA_INDEX_DIR": str(index_dir), "POLICYQA_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "ui", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as service:
        try:
            assert service.stdout is not None
            assert f"http://127.0.0.1:{port}" in service.stdout.readline()
            address = f"http://127.0.0.1:{port}"
            answer = httpx.post(f"{address}/api/v1/ask", json={"question": "ZEBRACROSSING 公車電動化"}, timeout=60)
            httpx.get(f"{address}/?q=ZEBRACROSSING", timeout=60)
            service.send_signal(signal.SIGTERM)
            rest = service.communicate(timeout=20)[0]
        finally:
            service.kill()
    assert answer.status_code == 200
    assert "ZEBRACROSSING" not in rest
    assert "Traceback" not in rest


@pytest.mark.parametrize(("peer", "root"), [("203.0.113.9", "http://here"), ("127.0.0.1", "https://elsewhere")])
def test_a_proxy_is_believed_on_this_machine_only(service: FastAPI, peer: str, root: str) -> None:
    told = {"host": "here", "x-forwarded-host": "elsewhere", "x-forwarded-proto": "https"}
    with contextlib.closing(TestClient(service, client=(peer, 1))) as client:
        assert client.get("/config", headers=told).json()["root"] == root


def test_pages_come_compressed_and_events_as_they_are(service: FastAPI) -> None:
    with contextlib.closing(TestClient(service)) as client:
        assert client.get("/").headers["content-encoding"] == "gzip"
        assert client.get("/api/v1/items").headers["content-encoding"] == "gzip"
        accepted = {"accept": "text/event-stream", "accept-encoding": "gzip"}
        events = client.post("/api/v1/ask", json={"question": "公車電動化"}, headers=accepted)
        assert "content-encoding" not in events.headers
