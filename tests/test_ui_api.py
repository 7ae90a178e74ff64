"""The API, by HTTP: the contract with programs, what it turns away, and what it never tells."""

import contextlib
import json
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

import anyio
import httpx
import openai
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp import Client
from playwright.sync_api import expect

from eval.errors import SystemFailedError
from eval.systems import url_system
from rag import PolicyAssistant, Settings
from rag.answer_format import QuestionRecord, answer_question
from ui.api.limits import LARGEST_BODY
from ui.callers import caller
from ui.rates import RateLimit
from ui.records.store import RecordStore
from ui.service import build_service

QUESTION = "公車什麼時候會全部換成電動的？"
ALL = [
    QUESTION,
    "登革熱防治是哪個局負責？",
    "交通局標示淨零的有幾項",
    "捷運票價多少",
    "交通第三項",
    "When will all city buses be electric?",
]


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address.rstrip("/"), timeout=30) as client:
        yield client


def problem(response: Any, status: int) -> str:
    """The detail of a problem, which names no place inside the service."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert {"type", "title", "detail"} <= body.keys()
    assert not [inside for inside in ("Traceback", "site-packages", ".py", "sqlite") if inside in response.text]
    return str(body["detail"])


@pytest.mark.parametrize("question", ALL)
def test_the_answer_is_the_one_of_the_command_line(
    client: httpx.Client, assistant: PolicyAssistant, question: str
) -> None:
    given_answer = client.post("/api/v1/ask", json={"question": question, "id": "7"}).json()
    expected = answer_question(assistant, QuestionRecord(id="7", question=question))
    assert given_answer | {"latency_ms": 0} == expected | {"latency_ms": 0}


def test_history_is_understood(client: httpx.Client) -> None:
    history = [
        {"role": "user", "content": "捷運黃線現在做到哪裡？"},
        {"role": "assistant", "content": "細部設計及施工"},
    ]
    given_answer = client.post("/api/v1/ask", json={"question": "那紫線呢？", "history": history}).json()
    assert given_answer["citations"] == ["17-6"]


def test_events_grow_into_the_answer(client: httpx.Client) -> None:
    events: list[tuple[str, dict[str, Any]]] = []
    with client.stream(
        "POST", "/api/v1/ask", json={"question": QUESTION}, headers={"accept": "text/event-stream"}
    ) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in response.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                events.append((name, json.loads(line.removeprefix("data: "))))
    pieces = [data["text"] for name, data in events if name == "piece"]
    assert len(pieces) > 1
    assert [name for name, _ in events][-1] == "answer"
    assert "".join(pieces) == events[-1][1]["answer"]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("question", ["", "   ", "車" * 2001])
def test_what_is_no_question_is_declined(client: httpx.Client, question: str, accept: str) -> None:
    assert problem(client.post("/api/v1/ask", json={"question": question}, headers={"accept": accept}), 422)


def test_owners_come_with_shares_and_items(client: httpx.Client) -> None:
    given_owners = client.post("/api/v1/owners", json={"topic": "路燈不亮"}).json()
    assert given_owners["owners"][0]["section"] == "工務"
    assert 0.5 < given_owners["owners"][0]["share"] <= 1
    assert given_owners["owners"][0]["items"][0]["text"]
    assert len(given_owners["owners"]) >= 3


def test_items_are_found_by_bureau_mark_and_text(client: httpx.Client, assistant: PolicyAssistant) -> None:
    def found(**query: str) -> dict[str, Any]:
        return dict(client.get("/api/v1/items", params=query).json())

    assert found()["total"] == len(assistant.catalog.items)
    assert found(bureau="交通局", net_zero="true")["total"] == 3
    assert found(bureau="交通")["total"] == found(bureau="高雄市政府交通局")["total"] == 9
    assert [item["id"] for item in found(text="電動化 渡輪")["items"]] == ["11-3"]
    assert len(found(limit="5", offset="454")["items"]) == 2
    assert found(bureau="前言")["total"] == 13
    # As /owners names it.
    assert found(bureau="Transportation Bureau")["total"] == found(bureau="TRANSPORTATION bureau ")["total"] == 9


def test_one_item_is_verbatim(client: httpx.Client, assistant: PolicyAssistant) -> None:
    item = client.get("/api/v1/items/11-3").json()
    assert item["text"] == assistant.catalog.items["11-3"].text
    assert item["label"] == "交通（三）"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/items/99-9",
        "/api/v1/items/x",
        "/api/v1/items/關於交通（三）",
        "/api/v1/nothing",
        "/api",
        "/v1",
        "/nothing",
    ],
)
def test_what_is_not_there_is_a_problem(client: httpx.Client, path: str) -> None:
    assert problem(client.get(path), 404)
    assert problem(client.request("INVENTED", path.replace("items", "nothing")), 404)


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/version", "/api/v1/items", "/api/v1/items/11-3", "/docs", "/v1/models"]
)
def test_the_head_of_a_place_is_that_of_the_place(client: httpx.Client, path: str) -> None:
    head, whole = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert client.head("/api/v1/items/99-9").status_code == 404


@pytest.mark.parametrize("name", ["011-03", "１１-３", " 11-3 ", "交通（三）", "交通(三)", "交通局第三項"])
def test_an_item_is_found_as_people_cite_it(client: httpx.Client, name: str) -> None:
    assert client.get(f"/api/v1/items/{name}").json()["id"] == "11-3"


@pytest.mark.parametrize(
    "query",
    ["bureau=倫敦局", "limit=0", "limit=9999", "offset=-1", "net_zero=maybe", f"text={'x' * 300}", "burau=交通局"],
)
def test_a_query_that_does_not_fit_says_why(client: httpx.Client, query: str) -> None:
    assert problem(client.get(f"/api/v1/items?{query}"), 422)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b'{"question": null}',
        b'{"question": 5}',
        b'{"question": "x", "id": NaN}',
        b'{"question": "x", "id": 1e999}',
        '{"question": "\u200b\u2060 \ufeff"}'.encode(),
        b'{"question": "x", "history": "y"}',
        b'{"question": "x", "history": [{"role": "system", "content": "y"}]}',
        b'{"question": "x", "mode": "z"}',
        b"\xff\xfe",
    ],
)
def test_a_body_that_does_not_fit_says_why(client: httpx.Client, body: bytes) -> None:
    response = client.post("/api/v1/ask", content=body, headers={"content-type": "application/json"})
    assert problem(response, 422)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/v1/ask", "POST"),
        ("OPTIONS", "/api/v1/ask", "POST"),
        ("TRACE", "/api/v1/ask", "POST"),
        ("INVENTED", "/api/v1/ask", "POST"),
        ("DELETE", "/api/v1/items/11-3", "GET, HEAD"),
        ("POST", "/api/v1/items", "GET, HEAD"),
        ("POST", "/healthz", "GET, HEAD"),
        ("INVENTED", "/docs", "GET, HEAD"),
        ("POST", "/openapi.json", "GET, HEAD"),
        ("GET", "/mcp", "POST"),
        ("GET", "/mcp/", "POST"),
        ("PUT", "/staff", "GET, HEAD"),
        ("PUT", "/staff/feedback", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_one(client: httpx.Client, method: str, path: str, allowed: str) -> None:
    response = client.request(method, path)
    assert allowed in problem(response, 405)
    assert response.headers["allow"] == allowed


def test_too_much_is_turned_away_with_and_without_a_length(client: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY // 1024 + 2):
            yield b" " * 1024

    assert problem(client.post("/api/v1/ask", content=b" " * (LARGEST_BODY + 1)), 413)
    assert "history" in problem(client.post("/api/v1/ask", content=chunks()), 413)
    for path in ("/api/v1/owners", "/api/v1/feedback", "/mcp", "/mcp/"):
        assert "history" not in problem(client.post(path, content=chunks()), 413)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.fixed_dictionaries({}, optional={"question": json_values, "history": json_values, "mode": json_values}))
def test_no_body_breaks_the_service(client: httpx.Client, body: dict[str, Any]) -> None:
    assert client.post("/api/v1/ask", json=body).status_code in {200, 422}


_BODIES = (
    "question",
    "topic",
    "useful",
    "citations",
    "messages",
    "n",
    "response_format",
    "tool_choice",
    "stream_options",
)


@pytest.mark.parametrize("path", ["/api/v1/owners", "/api/v1/feedback", "/v1/chat/completions", "/mcp"])
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=json_values | st.fixed_dictionaries({}, optional=dict.fromkeys(_BODIES, json_values)))
def test_no_body_breaks_any_place(client: httpx.Client, path: str, body: Any) -> None:
    assert client.post(path, json=body).status_code < 500


@pytest.mark.parametrize("path", ["/api/v1/ask", "/v1/chat/completions"])
@pytest.mark.parametrize(
    "body",
    [
        '{"question": "公車"}'.encode("big5"),
        b'{"question": "\xff"}',
        b'{"question": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"question": ' + b"9" * 5000 + b"}",
        b'{"question": ',
    ],
    ids=["big5", "no-utf8", "deep", "long", "torn"],
)
def test_a_body_that_cannot_be_read_is_said_to_be_none(client: httpx.Client, body: bytes, path: str) -> None:
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert "the body is no JSON in UTF-8" in response.text


@pytest.mark.parametrize("depth", range(800, 1000, 10))
def test_no_depth_breaks_the_service(client: httpx.Client, depth: int) -> None:
    body = b'{"question": "x", "history": ' + b"[" * depth + b"]" * depth + b"}"
    assert problem(client.post("/api/v1/ask", content=body, headers={"content-type": "application/json"}), 422)


@pytest.mark.parametrize("name", ["ask", "owners", "feedback"])
def test_names_that_nobody_reads_are_named(client: httpx.Client, name: str) -> None:
    body = {"question": QUESTION, "useful": True} if name == "feedback" else {"question": QUESTION}
    body = {"topic": "路燈不亮"} if name == "owners" else body
    assert "hystory" in problem(client.post(f"/api/v1/{name}", json={**body, "hystory": []}), 422)
    assert "hystory" in problem(client.post(f"/api/v1/{name}?hystory=1", json=body), 422)
    assert "hystory" in problem(client.get("/api/v1/items/11-3?hystory=1"), 422)


def test_null_is_the_same_as_left_out_and_an_id_may_be_a_number(client: httpx.Client) -> None:
    body = {"question": QUESTION, "history": None, "mode": None, "id": None}
    assert client.post("/api/v1/ask", json=body).json()["id"] == "1"
    assert client.post("/api/v1/ask", json={**body, "id": 7}).json()["id"] == "7"


@pytest.mark.parametrize(
    ("accept", "events"),
    [
        ("text/event-stream", True),
        ("Text/Event-Stream; Q=0.5", True),
        ("application/json, text/event-stream", True),
        ("text/event-stream;q=0", False),
        ("text/event-stream;q=0.2, application/json", False),
        ("text/event-stream;q=x", False),
        ("text/event-streams", False),
        ("*/*", False),
    ],
)
def test_events_come_to_whoever_accepts_them(client: httpx.Client, accept: str, events: bool) -> None:
    response = client.post("/api/v1/ask", json={"question": QUESTION}, headers={"accept": accept})
    wanted = "text/event-stream" if events else "application/json"
    assert response.headers["content-type"].startswith(wanted)
    assert response.headers["vary"].lower() == "accept"


def test_feedback_is_kept_masked(client: httpx.Client, records: RecordStore) -> None:
    body = {"useful": False, "question": QUESTION, "reason": "請回電 0912345678", "citations": ["11-3"]}
    response = client.post("/api/v1/feedback", json=body)
    assert response.status_code == 201
    kept = next(row for row in records.feedback() if row.id == response.json()["id"])
    assert (kept.source, kept.useful, kept.citations) == ("api", False, ("11-3",))
    assert "0912" not in kept.reason


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": None},
        {"question": " \u200b"},
        {"citations": ["99-9"]},
        {"citations": ["11-3"] * 101},
        {"citations": ["1" * 21]},
        {"reason": "x" * 2001},
        {"useful": 1},
    ],
)
def test_feedback_that_does_not_fit_is_declined(client: httpx.Client, wrong: dict[str, Any]) -> None:
    assert problem(client.post("/api/v1/feedback", json={"useful": True, "question": QUESTION, **wrong}), 422)


def test_feedback_is_kept_as_it_is_read(client: httpx.Client, records: RecordStore) -> None:
    body = {"useful": True, "question": f" {QUESTION}\n", "answer": "車" * 3000, "citations": ["011-03"]}
    given_id = client.post("/api/v1/feedback", json=body).json()["id"]
    kept = next(row for row in records.feedback() if row.id == given_id)
    assert (kept.question, len(kept.answer), kept.citations) == (QUESTION, 2000, ("11-3",))


def test_a_store_that_fails_is_a_problem_without_a_place(
    service: FastAPI, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("disk I/O error at /srv/data")

    monkeypatch.setattr(sqlite3, "connect", fail)
    response = client.post("/api/v1/feedback", json={"useful": True, "question": "x"})
    assert problem(response, 503)
    assert "/srv" not in response.text


def test_the_service_says_how_it_is(client: httpx.Client, assistant: PolicyAssistant) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.head("/healthz").status_code == 200
    told = client.get("/version").json()
    assert told["document_sha256"] == assistant.origin.document_sha256
    assert told["year"] == 115


def test_it_is_ready_once_it_has_answered(assistant: PolicyAssistant, service_settings: Settings) -> None:
    app = build_service(assistant, service_settings)
    with contextlib.closing(TestClient(app)) as cold:
        # Without its lifespan nothing has been warmed up.
        assert problem(cold.get("/readyz"), 503)
    with TestClient(app) as warm:
        for _ in range(200):
            if warm.get("/readyz").status_code == 200:
                break
        assert warm.get("/readyz").json() == {"status": "ready"}


def test_the_contract_is_written_down(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    wanted = {
        "/api/v1/ask",
        "/api/v1/owners",
        "/api/v1/items",
        "/api/v1/items/{item_id}",
        "/api/v1/feedback",
        "/healthz",
    }
    chat = {"/v1/chat/completions", "/v1/models", "/v1/models/{model_id}"}
    assert wanted | chat | {"/readyz", "/version"} == paths.keys()


@pytest.fixture(scope="module")
def contract(client: httpx.Client) -> dict[str, Any]:
    return dict(client.get("/openapi.json").json())


def test_the_contract_says_what_each_place_is_for_and_how_it_fails(contract: dict[str, Any]) -> None:
    names = set()
    for path, operations in contract["paths"].items():
        for operation in operations.values():
            names.add(operation["operationId"])
            assert operation["summary"]
            assert all(parameter["description"] for parameter in operation.get("parameters", ()))
            errors = {status: error for status, error in operation["responses"].items() if int(status) >= 400}
            shape = "application/json" if path.startswith("/v1/") else "application/problem+json"
            assert [list(error["content"]) for error in errors.values()] == [[shape]] * len(errors)
            assert all("Retry-After" in errors[status]["headers"] for status in {"429", "503"} & errors.keys())
    assert {"ask", "rank_owners", "keep_feedback", "find_items", "show_item", "complete_chat"} < names
    answering = contract["paths"]["/api/v1/ask"]["post"]
    assert {"413", "422", "429", "500", "503"} < answering["responses"].keys()
    assert "parameters" not in answering
    assert "event: answer" in answering["responses"]["200"]["content"]["text/event-stream"]["example"]
    assert "400" in contract["paths"]["/v1/chat/completions"]["post"]["responses"]
    assert {tag["name"] for tag in contract["tags"] if tag["description"]} == {
        tag
        for operations in contract["paths"].values()
        for operation in operations.values()
        for tag in operation["tags"]
    }
    assert contract["info"]["license"]["name"] == "MIT"
    assert "/mcp" in contract["info"]["description"]


def test_the_contract_describes_every_field_and_refers_to_what_is_there(contract: dict[str, Any]) -> None:
    shapes = contract["components"]["schemas"]
    undescribed = [
        f"{name}.{field}"
        for name, shape in shapes.items()
        for field, told in shape["properties"].items()
        if not told.get("description")
    ]
    assert undescribed == []
    assert not [name for name in shapes if name.startswith("_") or "ValidationError" in name]
    referred = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(contract)))
    assert referred == shapes.keys()
    assert shapes["AskRequest"]["properties"]["question"]["maxLength"] == 2000
    assert shapes["AskRequest"]["additionalProperties"] is False
    assert {"type": "null"} in shapes["AskRequest"]["properties"]["mode"]["anyOf"]
    assert "anyOf" not in shapes["AskRequest"]["properties"]["question"]


def test_the_documentation_is_served_from_here(address: str, open_page: Any) -> None:
    visit = open_page(f"{address}docs")
    expect(visit.page.get_by_text("/api/v1/ask").first).to_be_visible(timeout=20_000)
    assert visit.strangers == set()
    assert visit.complaints == []


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/items/11-3", "/nothing", "/docs"])
def test_every_response_tells_the_browser_to_stay_here(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_another_site_may_not_read_the_api(client: httpx.Client) -> None:
    response = client.post("/api/v1/ask", json={"question": QUESTION}, headers={"origin": "http://example.com"})
    assert "access-control-allow-origin" not in response.headers


# How often


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_a_minute_and_no_more() -> None:
    clock = _Clock()
    rate = RateLimit(2, clock)
    assert [rate.take("a") for _ in range(3)] == [0, 0, 60]
    assert rate.take("b") == 0
    clock.now = 59.5
    assert 0 < rate.take("a") <= 0.5
    clock.now = 60
    assert rate.take("a") == 0
    rate.give_back("a")
    assert [rate.take("a") for _ in range(3)] == [0, 0, 60]


def test_many_at_a_time_are_no_more_than_one_after_the_other() -> None:
    rate = RateLimit(50)
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: rate.take("a"), range(400)))
    assert waits.count(0) == 50


def test_addresses_without_end_are_forgotten() -> None:
    rate = RateLimit(1)
    for number in range(10_050):
        rate.take(str(number))
    assert rate.take("10049") > 0
    assert rate.take("0") == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("127.0.0.1", "", ""),
        ("127.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("127.0.0.1", "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        ("8.8.8.8", "", "8.8.8.8"),
        ("8.8.8.8", "9.9.9.9", "8.8.8.8"),
        ("::1", "", ""),
        ("::ffff:127.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("127.0.0.1", "9.9.9.9:5678", "9.9.9.9"),
        ("127.0.0.1", "::ffff:9.9.9.9", "9.9.9.9"),
        # Whoever has one address of a /64 has all of them.
        ("127.0.0.1", "[2001:db8:1:2:3::4]:5678", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:5::6", "", "2001:db8:1:2::/64"),
        ("127.0.0.1", "unknown", "unknown"),
        ("127.0.0.1", "[::1", "::/64"),
        ("testclient", "9.9.9.9", "testclient"),
    ],
)
def test_calls_are_counted_for_whoever_makes_them(peer: str, forwarded: str, counted: str) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    assert caller({"type": "http", "client": (peer, 1), "headers": headers}) == counted


def test_a_proxys_own_line_counts_not_the_visitors() -> None:
    headers = [(b"x-forwarded-for", b"1.1.1.1"), (b"x-forwarded-for", b"9.9.9.9")]
    assert caller({"type": "http", "client": ("127.0.0.1", 1), "headers": headers}) == "9.9.9.9"


def test_too_often_is_told_with_the_time_to_wait(assistant: PolicyAssistant, service_settings: Settings) -> None:
    app = build_service(assistant, service_settings.model_copy(update={"rate_limit": 2}))
    with contextlib.closing(TestClient(app, client=("8.8.8.8", 1))) as client:
        answers = [client.post("/api/v1/ask", json={"question": QUESTION}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[2].headers["retry-after"]) <= 60
        assert problem(answers[2], 429)
        openai_answer = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": QUESTION}]})
        assert openai_answer.status_code == 429
        assert "error" in openai_answer.json()
        assert problem(client.post("/mcp/", json={}), 429)
        # Looking things up is not asking.
        assert client.get("/api/v1/items/11-3").status_code == 200


# OpenAI's format


@pytest.fixture(scope="module")
def chat(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}v1", api_key="none", max_retries=0) as chat:
        yield chat


def test_a_client_of_openai_gets_an_answer_with_its_sources(chat: openai.OpenAI, assistant: PolicyAssistant) -> None:
    reply = chat.chat.completions.create(
        model="policyqa",
        messages=[{"role": "system", "content": "吼"}, {"role": "user", "content": QUESTION}],
        temperature=1,
    )
    text = reply.choices[0].message.content or ""
    assert text.startswith(assistant.ask(QUESTION).text)
    assert text.endswith("[1] 高雄市政府交通局 交通（三）（11-3）")
    assert reply.choices[0].finish_reason == "stop"
    assert (reply.model_extra or {})["citations"][0]["id"] == "11-3"


def test_a_stream_comes_to_the_same(chat: openai.OpenAI) -> None:
    whole = chat.chat.completions.create(model="x", messages=[{"role": "user", "content": QUESTION}])
    stream = chat.chat.completions.create(model="x", messages=[{"role": "user", "content": QUESTION}], stream=True)
    chunks = [chunk.choices[0] for chunk in stream]
    assert "".join(chunk.delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert chunks[-1].finish_reason == "stop"


def test_a_conversation_and_parts_of_content_are_read(chat: openai.OpenAI) -> None:
    reply = chat.chat.completions.create(
        model="x",
        messages=[
            {"role": "user", "content": "捷運黃線現在做到哪裡？"},
            {"role": "assistant", "content": "細部設計及施工"},
            {"role": "user", "content": [{"type": "text", "text": "那紫線呢？"}]},
        ],
    )
    assert "17-6" in (reply.choices[0].message.content or "")


@pytest.mark.parametrize("messages", [[], [{"role": "assistant", "content": "x"}], [{"role": "user", "content": ""}]])
def test_errors_are_in_openais_shape(chat: openai.OpenAI, messages: Any) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        chat.chat.completions.create(model="x", messages=messages)
    assert caught.value.type == "invalid_request_error"


def test_there_is_one_model(chat: openai.OpenAI) -> None:
    assert [model.id for model in chat.models.list()] == ["policyqa"]
    assert chat.models.retrieve("policyqa").id == "policyqa"
    with pytest.raises(openai.NotFoundError) as caught:
        chat.models.retrieve("gpt")
    assert caught.value.type == "invalid_request_error"


@pytest.mark.parametrize(
    ("param", "wish"),
    [
        ("response_format", {"response_format": {"type": "json_object"}}),
        ("response_format", {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}}),
        ("n", {"n": 2}),
        ("tool_choice", {"tool_choice": "required"}),
        ("tool_choice", {"tool_choice": {"type": "function", "function": {"name": "x"}}}),
        ("messages.0.content", {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}),
    ],
)
def test_what_is_not_offered_is_named(chat: openai.OpenAI, param: str, wish: Any) -> None:
    asked = {"model": "x", "messages": [{"role": "user", "content": QUESTION}], **wish}
    with pytest.raises(openai.BadRequestError) as caught:
        chat.chat.completions.create(**asked)
    assert (caught.value.param, caught.value.type) == (param, "invalid_request_error")


def test_what_asks_for_nothing_else_is_answered(chat: openai.OpenAI) -> None:
    reply = chat.chat.completions.create(
        model="x",
        messages=[{"role": "user", "content": QUESTION}],
        n=1,
        response_format={"type": "text"},
        tool_choice="none",
        top_p=0.1,
        seed=1,
    )
    usage, text = reply.usage, reply.choices[0].message.content or ""
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens) == (len(QUESTION), len(text))
    assert usage.total_tokens == len(QUESTION) + len(text)


def test_a_stream_ends_with_its_usage_where_that_is_asked_for(chat: openai.OpenAI) -> None:
    stream = chat.chat.completions.create(
        model="x",
        messages=[{"role": "user", "content": QUESTION}],
        stream=True,
        stream_options={"include_usage": True},
    )
    *chunks, last = stream
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert all(chunk.usage is None for chunk in chunks)
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.completion_tokens == len(said)


def test_a_client_that_waits_for_nobody_is_answered_too(address: str) -> None:
    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, _chat_beside, address).result(timeout=60)


async def _chat_beside(address: str) -> None:
    messages: Any = [{"role": "user", "content": QUESTION}]
    async with openai.AsyncOpenAI(base_url=f"{address}v1", api_key="none", max_retries=0) as chat:
        reply = await chat.chat.completions.create(model="x", messages=messages)
        stream = await chat.chat.completions.create(model="x", messages=messages, stream=True)
        said = [chunk.choices[0].delta.content or "" async for chunk in stream]
        assert "".join(said) == reply.choices[0].message.content
        assert (await chat.models.retrieve("policyqa")).id == "policyqa"


# Tools


def test_tools_only_read_and_answer(address: str, assistant: PolicyAssistant) -> None:
    # In a thread of its own: the browser's client keeps a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, _use_tools, address, assistant).result(timeout=60)


async def _use_tools(address: str, assistant: PolicyAssistant) -> None:
    async with Client(f"{address}mcp/") as tools:
        assert (await tools.list_tools()).tools
    async with Client(f"{address}mcp") as tools:
        assert tools.server_info is not None
        assert tools.server_info.version == version("policyqa")
        listed = (await tools.list_tools()).tools
        taken = {name: told for tool in listed for name, told in tool.input_schema["properties"].items()}
        assert taken.keys() == {"question", "topic", "item_id"}
        assert all({"description", "examples", "minLength", "maxLength"} <= told.keys() for told in taken.values())
        assert {tool.name for tool in listed} == {"ask", "owner", "item"}
        assert all(tool.annotations is not None and tool.annotations.read_only_hint for tool in listed)
        asked = await tools.call_tool("ask", {"question": QUESTION})
        assert asked.structured_content is not None
        assert asked.structured_content["citations"] == ["11-3"]
        assert asked.structured_content["items"][0]["text"] == assistant.catalog.items["11-3"].text
        owned = await tools.call_tool("owner", {"topic": "路燈不亮"})
        assert owned.structured_content is not None
        assert owned.structured_content["owners"][0]["section"] == "工務"
        item = await tools.call_tool("item", {"item_id": "11-3"})
        assert item.structured_content is not None
        assert item.structured_content["label"] == "交通（三）"
        missing = await tools.call_tool("item", {"item_id": "99-9"})
        assert missing.is_error
        empty = await tools.call_tool("ask", {"question": " "})
        assert empty.is_error


# The evaluation asks it, too


def test_the_evaluation_can_ask_a_running_service(address: str, assistant: PolicyAssistant) -> None:
    record = QuestionRecord(id="x", question=QUESTION)
    assert url_system(address).answer(record)["citations"] == ["11-3"]
    with pytest.raises(SystemFailedError, match="question y"):
        url_system(address).answer(QuestionRecord(id="y", question=" "))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "http://[::1"])
def test_where_no_service_answers_the_evaluation_says_so(url: str) -> None:
    with pytest.raises(SystemFailedError, match="python -m ui"):
        url_system(url)
