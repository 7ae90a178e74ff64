"""The staff pages: nobody gets in without the password, and those who do see what was kept."""

import contextlib
import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from playwright.sync_api import expect
from pydantic import SecretStr

from rag import PolicyAssistant, Settings
from rag.errors import ConfigurationError
from ui.records.store import RecordStore
from ui.service import build_service
from ui.staff.sessions import LIFETIME, Sessions
from ui.wording import say

PAGES = ["/staff/feedback", "/staff/feedback.csv", "/staff/unanswered", "/staff/unanswered.csv", "/staff/explain?q=x"]


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
    assert stranger.get(path).status_code in {401, 404, 405}
    shown = stranger.get(path, headers={"accept": "text/html"})
    assert shown.status_code in {303, 401, 404, 405}
    assert "table" not in shown.text


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
        assert client.post("/staff/login", data=account).status_code == 429


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
    page = clerk.get("/staff/explain", params={"q": "公車什麼時候會全部換成電動的？"}).text
    assert "年份或時程" in page
    for passage in assistant.search("公車什麼時候會全部換成電動的？"):
        assert f"{passage.item.id} {passage.item.label}" in page
        assert f"{passage.ranks['lexical']} / {passage.scores['lexical']:.3f}" in page
    hostile = clerk.get("/staff/explain", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>" not in hostile
    assert say("ask.unreadable") in clerk.get("/staff/explain", params={"q": "   "}).text


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
