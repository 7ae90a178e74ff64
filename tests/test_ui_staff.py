"""The staff pages: nobody gets in without the password, and those who do see what was kept."""

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from playwright.sync_api import expect
from pydantic import SecretStr

from rag import PolicyAssistant, Settings
from rag.errors import ConfigurationError
from ui.records.store import RecordStore, open_records
from ui.service import build_service
from ui.staff.sessions import LIFETIME, Sessions
from ui.wording import LANGUAGE_COOKIE, say

PAGES = ["/staff/feedback", "/staff/feedback.csv", "/staff/unanswered", "/staff/unanswered.csv", "/staff/explain"]


@pytest.fixture
def account(service_settings: Settings) -> dict[str, str]:
    assert service_settings.staff_user is not None
    assert service_settings.staff_password is not None
    return {"user": service_settings.staff_user, "password": service_settings.staff_password.get_secret_value()}


@pytest.fixture
def stranger(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address.rstrip("/"), timeout=30) as client:
        yield client


@pytest.fixture
def clerk(stranger: httpx.Client, account: dict[str, str]) -> httpx.Client:
    assert stranger.post("/staff/login", data=account).status_code == 303
    return stranger


@pytest.mark.parametrize(
    "path",
    [*PAGES, "/staff/nothing", "/staff/login", "/staff/feedback/", "/staff//feedback", "/staff/../staff/feedback"],
)
def test_a_stranger_sees_nothing(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code in {303, 401, 404}
    shown = stranger.get(path, headers={"accept": "text/html"})
    assert shown.status_code in {303, 401, 404, 405}
    assert "table" not in shown.text


def test_nothing_is_explained_to_a_stranger(stranger: httpx.Client) -> None:
    assert stranger.post("/staff/explain", data={"q": "登革熱"}).status_code == 401


@pytest.mark.parametrize("path", ["/staff/", "/staff/login"])
def test_whoever_looks_for_the_door_finds_it(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).headers["location"] == "/staff"
    led = stranger.get(f"{path}?lang=en")
    assert (led.status_code, led.headers["location"]) == (303, "/staff?lang=en")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/staff", 200),
        ("/staff/", 303),
        ("/staff/feedback", 401),
        ("/staff/nothing", 401),
        ("/staff/feedback.csv", 401),
    ],
)
def test_no_answer_is_stored_on_the_way_or_runs_anything(stranger: httpx.Client, path: str, status: int) -> None:
    _is_sealed(stranger.get(path), status)


def test_pages_within_are_sealed_too(clerk: httpx.Client) -> None:
    for path in ("/staff/feedback", "/staff/feedback.csv", "/staff/explain"):
        _is_sealed(clerk.get(path), 200)
    _is_sealed(clerk.get("/staff"), 303)
    _is_sealed(clerk.get("/staff/nothing"), 404)
    _is_sealed(clerk.post("/staff/logout"), 303)


def _is_sealed(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "frame-ancestors 'none'" in policy


def test_other_pages_keep_their_own_policy(stranger: httpx.Client) -> None:
    assert "default-src 'self'" in stranger.get("/staffing").headers["content-security-policy"]


@pytest.mark.parametrize("token", ["", "x", "../..", "0" * 5000])
def test_an_invented_session_is_none(stranger: httpx.Client, token: str) -> None:
    for path in PAGES:
        assert stranger.get(path, headers={"cookie": f"policyqa_staff={token}"}).status_code == 401


def test_the_pages_are_not_in_the_contract(stranger: httpx.Client) -> None:
    assert "staff" not in stranger.get("/openapi.json").text


def test_wrong_passwords_are_refused_and_soon_no_longer_tried(
    assistant: PolicyAssistant, service_settings: Settings, account: dict[str, str]
) -> None:
    with contextlib.closing(TestClient(build_service(assistant, service_settings))) as client:
        for wrong in (
            {},
            {"user": "clerk"},
            {**account, "password": "x"},
            {**account, "user": "x"},
            {"password": "長" * 300},
        ):
            refused = client.post("/staff/login", data=wrong)
            assert refused.status_code == 401
            assert "set-cookie" not in refused.headers
        refused = client.post("/staff/login", data=account)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 61


def from_address(client: TestClient, address: str, form: dict[str, str]) -> int:
    return client.post("/staff/login", data=form, headers={"x-forwarded-for": address}).status_code


@pytest.fixture
def behind_a_proxy(assistant: PolicyAssistant, service_settings: Settings) -> Iterator[TestClient]:
    app = build_service(assistant, service_settings)
    with contextlib.closing(TestClient(app, client=("127.0.0.1", 1), follow_redirects=False)) as client:
        yield client


@pytest.mark.parametrize("addresses", ["9.9.9.9:{}", "2001:db8::{}", "[2001:db8::{}]:80"])
def test_ports_and_neighbours_are_no_new_addresses(behind_a_proxy: TestClient, addresses: str) -> None:
    tried = [from_address(behind_a_proxy, addresses.format(number), {"user": "x"}) for number in range(1, 8)]
    assert tried == [401] * 5 + [429] * 2


def test_many_addresses_together_have_a_limit(behind_a_proxy: TestClient, account: dict[str, str]) -> None:
    tried = [from_address(behind_a_proxy, f"9.9.9.{number}", {"user": "x"}) for number in range(62)]
    assert tried == [401] * 60 + [429] * 2
    assert from_address(behind_a_proxy, "8.8.8.8", account) == 429


def test_right_passwords_are_no_tries(behind_a_proxy: TestClient, account: dict[str, str]) -> None:
    assert {from_address(behind_a_proxy, "9.9.9.9", account) for _ in range(70)} == {303}


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://policy.example", 303), ("https://policy.example:8443", 403), ("https://other.example", 403),
        ("null", 403), ("https://[", 403), ("", 403),
    ],
)  # fmt: skip
def test_forms_come_from_the_name_that_the_proxy_tells(
    behind_a_proxy: TestClient, account: dict[str, str], origin: str, status: int
) -> None:
    headers = {"origin": origin, "host": "127.0.0.1:7860", "x-forwarded-host": "policy.example"}
    answer = behind_a_proxy.post("/staff/login", data=account, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert "X-Forwarded-Host" in answer.json()["detail"]


def test_a_stranger_is_not_believed_to_be_a_proxy(
    assistant: PolicyAssistant, service_settings: Settings, account: dict[str, str]
) -> None:
    app = build_service(assistant, service_settings)
    with contextlib.closing(TestClient(app, client=("8.8.8.8", 1), follow_redirects=False)) as client:
        told = {"origin": "https://policy.example", "x-forwarded-host": "policy.example"}
        assert client.post("/staff/login", data=account, headers=told).status_code == 403
        granted = client.post("/staff/login", data=account, headers={"x-forwarded-proto": "https"})
        assert "Secure" not in granted.headers["set-cookie"].split("; ")


def test_a_session_is_safe_and_ends(stranger: httpx.Client, account: dict[str, str]) -> None:
    granted = stranger.post("/staff/login", data=account)
    cookie = granted.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/staff"} <= set(cookie.split("; "))
    assert stranger.get("/staff/feedback").status_code == 200
    assert stranger.get("/staff/feedback").headers["cache-control"] == "no-store"
    kept = stranger.cookies.get("policyqa_staff")
    assert stranger.post("/staff/logout").status_code == 303
    assert stranger.get("/staff/feedback", headers={"cookie": f"policyqa_staff={kept}"}).status_code == 401


def test_behind_https_the_cookie_stays_there(stranger: httpx.Client, account: dict[str, str]) -> None:
    granted = stranger.post("/staff/login", data=account, headers={"x-forwarded-proto": "https"})
    assert "Secure" in granted.headers["set-cookie"].split("; ")


def test_many_may_log_in_at_a_time() -> None:
    sessions = Sessions("clerk", "secret")
    with ThreadPoolExecutor(8) as threads:
        tokens = list(threads.map(lambda _: sessions.open("clerk", "secret"), range(400)))
    assert sum(sessions.holds(token or "") for token in tokens) == 200


def test_sessions_run_out() -> None:
    now = [0.0]
    sessions = Sessions("clerk", "secret", lambda: now[0])
    token = sessions.open("clerk", "secret")
    assert token is not None
    assert sessions.holds(token)
    now[0] = LIFETIME
    assert not sessions.holds(token)
    assert sessions.open("clerk", "Secret") is None
    assert sessions.open("\ud800", "\ud800") is None


@pytest.mark.parametrize("path", ["/staff/login", "/staff/logout"])
def test_a_form_of_another_site_is_refused(clerk: httpx.Client, account: dict[str, str], path: str) -> None:
    refused = clerk.post(path, data=account, headers={"origin": "http://example.com"})
    assert refused.status_code == 403
    assert clerk.get("/staff/feedback").status_code == 200


def test_without_an_account_there_are_no_pages(assistant: PolicyAssistant, service_settings: Settings) -> None:
    none = service_settings.model_copy(update={"staff_user": None, "staff_password": None})
    with contextlib.closing(TestClient(build_service(assistant, none))) as client:
        for path in ("/staff", *PAGES):
            assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("given", "missing"), [({"staff_user": None}, "STAFF_USER"), ({"staff_password": None}, "STAFF_PASSWORD")]
)
def test_half_an_account_is_a_mistake(
    assistant: PolicyAssistant, service_settings: Settings, given: dict[str, Any], missing: str
) -> None:
    with pytest.raises(ConfigurationError, match=missing):
        build_service(assistant, service_settings.model_copy(update=given))


def test_a_short_password_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least 12"):
        Settings(staff_user="a", staff_password=SecretStr("short"))


GIVEN: dict[str, Any] = {
    "useful": False,
    "reason": "=1+1 <script>alert(1)</script>",
    "question": "<b>問</b>",
    "answer": "答",
    "grounding": "cited",
    "citations": ["11-3"],
    "language": "zh-TW",
    "source": "page",
}


def test_feedback_is_listed_chosen_and_taken_home(clerk: httpx.Client, records: RecordStore) -> None:
    records.add_feedback(**GIVEN)
    records.add_feedback(**{**GIVEN, "useful": True, "reason": "很好用"})
    page = clerk.get("/staff/feedback").text
    assert "&lt;b&gt;問&lt;/b&gt;" in page
    assert "<script>" not in page
    assert "很好用" not in clerk.get("/staff/feedback?only=useless").text
    assert clerk.get("/staff/feedback?only=useful").text.count("<tr>") == 1 + len(records.feedback(useful=True))
    sheet = clerk.get("/staff/feedback.csv")
    assert "attachment" in sheet.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(records.feedback()) + 1
    assert {row[2][:2] for row in rows} & {"'="}


def test_unanswered_questions_are_listed(clerk: httpx.Client, records: RecordStore, assistant: PolicyAssistant) -> None:
    records.note_unanswered(assistant.ask("捷運票價多少"))
    assert "捷運票價多少" in clerk.get("/staff/unanswered").text
    assert "捷運票價多少" in clerk.get("/staff/unanswered.csv").content.decode("utf-8-sig")


def test_why_an_answer_is_what_it_is(clerk: httpx.Client, assistant: PolicyAssistant) -> None:
    page = clerk.post("/staff/explain", data={"q": "公車什麼時候會全部換成電動的？"}).text
    assert "年份或時程" in page
    for passage in assistant.search("公車什麼時候會全部換成電動的？"):
        assert f"{passage.item.id} {passage.item.label}" in page
        assert f"{passage.ranks['lexical']} / {passage.scores['lexical']:.3f}" in page
    hostile = clerk.post("/staff/explain", data={"q": '"><script>alert(1)</script>'}).text
    assert "<script>" not in hostile
    assert say("ask.unreadable") in clerk.post("/staff/explain", data={"q": "   "}).text
    # What stands in an address stands in a proxy's log: it is not read from there.
    assert "登革熱" not in clerk.get("/staff/explain", params={"q": "登革熱"}).text


@pytest.mark.parametrize("question", ["你好", "交通第三項", "捷運票價多少", "交通局標示淨零的有幾項"])
def test_every_kind_of_question_is_explained(clerk: httpx.Client, question: str) -> None:
    explained = clerk.post("/staff/explain", data={"q": question})
    assert explained.status_code == 200
    assert "<dl>" in explained.text


def test_a_language_is_kept_from_page_to_page(clerk: httpx.Client, account: dict[str, str]) -> None:
    page = clerk.get("/staff/feedback?lang=en").text
    assert "<title>Feedback · " in page
    inside = re.findall('(?:href|action)="(/staff[^"]*)"', page)
    assert inside
    assert [link for link in inside if "lang=en" not in link] == []
    granted = clerk.post("/staff/login?lang=en", data=account)
    assert granted.headers["location"] == "/staff/feedback?lang=en"


def test_the_language_of_the_public_page_is_remembered(clerk: httpx.Client) -> None:
    assert clerk.get("/?lang=en").cookies[LANGUAGE_COOKIE] == "en"
    assert clerk.cookies[LANGUAGE_COOKIE] == "en"
    assert '<html lang="en">' in clerk.get("/staff/feedback").text


def test_times_are_those_of_taiwan(clerk: httpx.Client, records: RecordStore) -> None:
    records.add_feedback(**GIVEN)
    at = records.feedback(1)[0].at + timedelta(hours=8)
    told = at.strftime("%Y-%m-%d %H:%M:%S")
    assert f'<th scope="row">{told}</th>' in clerk.get("/staff/feedback").text
    assert '"時間（台灣）"' in clerk.get("/staff/feedback.csv").content.decode("utf-8-sig")


@pytest.mark.parametrize("place", ["feedback", "unanswered", "explain"])
def test_the_page_that_is_open_is_marked(clerk: httpx.Client, place: str) -> None:
    page = clerk.get(f"/staff/{place}").text
    assert re.findall('href="/staff/([a-z]+)" aria-current="page"', page) == [place]
    assert f"<title>{say(f'staff.{place}')} · {say('staff.title')}</title>" in page


def test_only_the_newest_are_shown_and_all_are_taken_home(
    assistant: PolicyAssistant, service_settings: Settings, account: dict[str, str], tmp_path: Path
) -> None:
    settings = service_settings.model_copy(update={"data_dir": tmp_path})
    records = open_records(settings)
    for number in range(203):
        records.add_feedback(**{**GIVEN, "question": f"第 {number} 題"})
    with contextlib.closing(TestClient(build_service(assistant, settings))) as client:
        client.post("/staff/login", data=account)
        page = client.get("/staff/feedback").text
        assert say("staff.shown", shown=200, total=203) in page
        assert "第 202 題" in page
        assert "第 2 題" not in page
        rows = csv.reader(io.StringIO(client.get("/staff/feedback.csv").content.decode("utf-8-sig"), newline=""))
        assert len(list(rows)) == 204


def test_a_clerk_logs_in_in_the_browser_and_is_refused_before(
    address: str, open_page: Any, account: dict[str, str]
) -> None:
    visit = open_page(f"{address}staff/feedback")
    page = visit.page
    page.get_by_label(say("staff.user")).fill(account["user"])
    page.get_by_label(say("staff.password")).fill("wrong password")
    page.get_by_role("button", name=say("staff.login")).click()
    expect(page.get_by_role("alert")).to_have_text(say("staff.wrong"))
    page.get_by_label(say("staff.user")).fill(account["user"])
    page.get_by_label(say("staff.password")).fill(account["password"])
    page.get_by_role("button", name=say("staff.login")).click()
    expect(page.get_by_role("heading", name=say("staff.feedback"))).to_be_visible()
    page.get_by_role("link", name=say("staff.explain")).click()
    page.get_by_label(say("staff.question")).fill("登革熱")
    page.get_by_role("button", name=say("staff.show")).click()
    expect(page.get_by_role("cell", name="21-1").first).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in {"serious", "critical"}] == []
    page.get_by_role("button", name=say("staff.logout")).click()
    page.goto(f"{address}staff/feedback")
    expect(page.get_by_label(say("staff.password"))).to_be_visible()
