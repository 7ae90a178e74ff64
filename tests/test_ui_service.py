"""The service when much is asked at once, when something breaks, and when somebody leaves; its start and its end."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock, Semaphore
from typing import Any

import httpx
import openai
import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient

from eval.errors import SystemFailedError
from eval.systems import url_system
from rag import Answer, PolicyAssistant, Settings
from rag.answer_format import QuestionRecord
from rag.errors import ConfigurationError, RagError
from ui.api.limits import AT_ONCE, LARGEST_OF_PAGE
from ui.service import build_service, listen

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


@pytest.fixture
def breaking_off(own: PolicyAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = own.ask(QUESTION)

    def stream(*_: Any) -> Iterator[Answer]:
        yield replace(answer, text="交通局")
        raise RagError("cannot read /srv/policyqa/index")

    monkeypatch.setattr(own, "stream", stream)


@pytest.mark.usefixtures("breaking_off")
def test_an_answer_that_breaks_off_ends_in_an_event(client: TestClient) -> None:
    text = client.post("/api/v1/ask", json=ASKED, headers=AS_EVENTS).text
    events = [line for line in text.splitlines() if line.startswith("event: ")]
    assert events == ["event: piece", "event: error"]
    assert "/srv" not in text


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
