"""What of Gradio's own routes can be called, by whom, and how often."""

import contextlib
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag import PolicyAssistant, Settings
from ui.page.conversation import LARGEST, read_conversation, write_conversation
from ui.rendering.turns import ShownTurn, shown_turn
from ui.service import build_service

SECRET = "私人秘密問題"
VISITOR = {"x-forwarded-for": "203.0.113.9"}


@pytest.fixture(scope="module")
def client(service: FastAPI) -> Iterator[TestClient]:
    with contextlib.closing(TestClient(service, raise_server_exceptions=False)) as client:
        yield client


def functions(client: TestClient) -> dict[str, dict[str, Any]]:
    """The page's own functions by the name that Gradio gives them."""
    return {f"{d['api_name']}{d['id']}": d for d in client.get("/config").json()["dependencies"]}


def one(client: TestClient, name: str) -> dict[str, Any]:
    return next(d for key, d in functions(client).items() if key.startswith(name))


def call(client: TestClient, number: Any, data: Any, **sent: Any) -> int:
    body = {"fn_index": number, "data": data, "session_hash": "x", **sent}
    return client.post("/gradio_api/run/predict", content=json.dumps(body)).status_code


BY_NAME = ["run/respond", "run/halt", "run/look_up", "run/predict/x", "call/respond", "api/predict"]


@pytest.mark.parametrize("path", BY_NAME)
def test_no_function_is_called_by_its_name(client: TestClient, path: str) -> None:
    assert client.post(f"/gradio_api/{path}", json={"data": ["公車", ""]}).status_code == 404


def test_questions_are_asked_in_the_line_only(client: TestClient) -> None:
    respond = one(client, "respond")
    assert call(client, respond["id"], [SECRET, ""]) == 422


def test_what_does_not_fit_a_function_is_declined_and_not_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    respond = one(client, "respond")["id"]
    with caplog.at_level(logging.INFO):
        for number, data in (
            (respond, [SECRET]),
            (respond, [SECRET, "", "", ""]),
            (respond, SECRET),
            (respond, None),
            (999, [SECRET]),
            (-1, [SECRET]),
            (True, [SECRET]),
            ("1", [SECRET]),
            (respond, [f"{SECRET}\ud800", ""]),
        ):
            assert call(client, number, data) == 422, (number, data)
        for body in (b"", b"[", b"[1]", b"null", SECRET.encode("big5"), b"[" * 100_000):
            assert client.post("/gradio_api/queue/join", content=body).status_code == 422
    assert SECRET not in caplog.text + "".join(capfd.readouterr())


def test_functions_of_the_browser_are_not_the_servers(client: TestClient) -> None:
    scripts = [d for d in functions(client).values() if not d["backend_fn"]]
    assert scripts
    assert {call(client, d["id"], [None] * len(d["inputs"])) for d in scripts} == {422}


def test_one_address_cannot_fill_the_line(assistant: PolicyAssistant, tmp_path: Any) -> None:
    service = build_service(assistant, Settings(data_dir=tmp_path))
    with contextlib.closing(TestClient(service, client=("127.0.0.1", 1))) as client:
        (many,) = [
            d
            for d in functions(client).values()
            if (d["backend_fn"], d["queue"], len(d["inputs"]), len(d["outputs"])) == (True, True, 1, 5)
        ]
        body = {"fn_index": many["id"], "data": ["路燈"], "session_hash": "x"}
        answers = [client.post("/gradio_api/queue/join", json=body, headers=VISITOR).status_code for _ in range(14)]
        assert answers[-1] == 429
        assert 200 in answers
        other = client.post("/gradio_api/queue/join", json=body, headers={"x-forwarded-for": "203.0.113.10"})
        assert other.status_code == 200


def test_a_conversation_keeps_its_size(assistant: PolicyAssistant) -> None:
    turn = shown_turn(assistant.ask("列出所有跟長照有關的項目"), finished=True)
    turns = [ShownTurn(f"{n}", turn.answer * 20, "zh-TW", "list", "cited", turn.citations * 9) for n in range(30)]
    written = write_conversation(turns)
    assert len(written.encode()) <= LARGEST
    read = read_conversation(written, assistant.catalog.items)
    assert 1 < len(read) < 30
    assert read[-1].question == "29"
    assert read_conversation(written * 3, assistant.catalog.items) == []
