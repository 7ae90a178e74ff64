"""What stands around the tabs: language, frame, wording, the tab that says what the service is."""

import contextlib
import re
import string
from html import escape
from typing import Any, get_args

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from rag.types import Language
from ui.rendering.about import about_html
from ui.rendering.shell import TABS
from ui.wording import LANGUAGE_NAMES, LANGUAGES, choose_language, say, translations

PHONE = {"viewport": {"width": 360, "height": 740}}


# Wording


def test_every_string_takes_the_same_values_in_every_language() -> None:
    for key in translations()["zh-TW"]:
        taken = {language: _fields(translations()[language][key]) for language in LANGUAGES}
        assert len(set(map(frozenset, taken.values()))) == 1, (key, taken)


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_no_language_is_left_in_chinese_and_none_is_simplified() -> None:
    simplified = set("们这个来说时间会问题区项务环应护产业车转选择")
    traditional = set("們這個來說時間會問題區項務環應護產業車轉選擇")
    only_simplified = simplified - traditional
    for key, text in translations()["zh-TW"].items():
        assert not only_simplified & set(text), key
    for language in ("en", "vi", "id"):
        for key, text in translations()[language].items():
            assert not re.search(r"[\u4e00-\u9fff]{5}", text), (language, key)


def test_strings_of_staff_are_not_sent_to_visitors() -> None:
    assert not [key for key in translations()["zh-TW"] if key.startswith("staff.")]


def test_an_unknown_string_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        say("shell.nothing")


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("",), "zh-TW"),
        (("vi",), "vi"),
        (("", "en-US,en;q=0.9,zh-TW;q=0.8"), "en"),
        (("", "", "fr-FR,fr;q=0.9,ja;q=0.5,id;q=0.7"), "id"),
        (("xx", "ja"), "ja"),
        (("zh-CN",), "zh-TW"),
        (("zh-Hant-HK",), "zh-TW"),
        (("de",), "zh-TW"),
    ],
)
def test_the_first_wish_that_can_be_met_counts(wishes: tuple[str, ...], language: Language) -> None:
    assert choose_language(*wishes) == language


@given(st.text(max_size=200))
def test_any_wish_leads_to_a_language(wish: str) -> None:
    assert choose_language(wish) in LANGUAGES


def test_every_language_of_the_page_is_one_that_answers_are_worded_in() -> None:
    assert set(LANGUAGES) <= set(get_args(Language))
    assert set(LANGUAGE_NAMES) == set(LANGUAGES)


# The frame, as the server writes it


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_speaks_the_language_that_was_asked_for(service: FastAPI, language: Language) -> None:
    with contextlib.closing(TestClient(service)) as client:
        response = client.get(f"/?lang={language}")
        assert f'lang="{language}"' in response.text
        assert f"<title>{escape(say('shell.title', language))}</title>" in response.text
        assert say("shell.skip", language) in response.text
        assert response.headers["content-language"] == language
        # Remembered.
        assert f'lang="{language}"' in client.get("/").text


def test_the_browser_chooses_where_nobody_did(service: FastAPI) -> None:
    with contextlib.closing(TestClient(service)) as client:
        response = client.get("/", headers={"accept-language": "ja,en;q=0.5"})
    assert response.headers["content-language"] == "ja"
    assert "set-cookie" not in response.headers


def test_links_to_other_languages_keep_the_question(service: FastAPI) -> None:
    with contextlib.closing(TestClient(service)) as client:
        page = client.get("/", params={"q": '公車"><script>', "item": "11-3", "other": "x"}).text
    links = re.findall(r'<a href="(\?[^"]*)" lang="vi"', page)
    assert links == ["?q=%E5%85%AC%E8%BB%8A%22%3E%3Cscript%3E&amp;item=11-3&amp;lang=vi"]
    assert '公車"><script>' not in page


@pytest.mark.parametrize(
    "query", ["lang=%3Cscript%3E", "lang=fr", "lang=vi&lang=en", "lang=%00", "q=%ff%fe", "__theme=%22%3E"]
)
def test_a_strange_address_still_gives_the_page(service: FastAPI, query: str) -> None:
    with contextlib.closing(TestClient(service)) as client:
        response = client.get(f"/?{query}")
    assert response.status_code == 200
    assert "<gradio-app" in response.text


@pytest.mark.parametrize("cookie", ["a/b=1", "a,b=1", "a@b=1", "=", "policyqa_language", "policyqa_language=%00"])
def test_cookies_of_others_do_no_harm(service: FastAPI, cookie: str) -> None:
    with contextlib.closing(TestClient(service)) as client:
        assert client.get("/", headers={"cookie": cookie}).status_code == 200


def test_a_language_that_is_not_there_is_not_remembered(service: FastAPI) -> None:
    with contextlib.closing(TestClient(service)) as client:
        response = client.get("/?lang=fr", headers={"accept-language": "ja"})
    assert response.headers["content-language"] == "ja"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "施政問答"),
        ("item=11-3", "交通（三） — 施政問答"),
        ("item=99-9", "施政項目 — 施政問答"),
        ("topic=<b>路燈", "&lt;b&gt;路燈 — 施政問答"),
        ("tab=about", "關於 — 施政問答"),
        ("bureau=交通", "施政項目 — 施政問答"),
        ("tab=nothing", "施政問答"),
    ],
)
def test_each_state_of_the_page_has_a_name(service: FastAPI, query: str, title: str) -> None:
    with contextlib.closing(TestClient(service)) as client:
        assert f"<title>{title}</title>" in client.get(f"/?{query}").text


def test_the_page_names_no_other_host_in_what_it_says_of_itself(service: FastAPI) -> None:
    with contextlib.closing(TestClient(service)) as client:
        page = client.get("/").text
    assert not re.search(r"<meta[^>]*(gradio|githubusercontent)", page)


CLOSED = [
    "upload",
    "file=/etc/passwd",
    "proxy=http://example.com",
    "call/ask",
    "component_server",
    "openapi.json",
    "stream/x",
    "run-history/records",
]


@pytest.mark.parametrize("path", [*(f"/gradio_api/{path}" for path in CLOSED), *(f"/{path}" for path in CLOSED[:5])])
def test_what_the_page_does_not_use_is_closed(service: FastAPI, path: str) -> None:
    with contextlib.closing(TestClient(service)) as client:
        for method in ("GET", "POST"):
            assert client.request(method, path).status_code == 404


def test_no_handler_of_the_page_can_be_called_by_name(service: FastAPI) -> None:
    with contextlib.closing(TestClient(service)) as client:
        assert client.get("/gradio_api/info").json()["named_endpoints"] == {}


# 關於


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_service_is_is_told_with_its_figures(language: Language) -> None:
    values = {"year": 115, "items": 443, "bureaus": 33, "preface": 13, "feedback_days": 77}
    shown = about_html(language, **values, model="", unanswered_days=0)
    assert all(str(value) in shown for value in [*values.values(), 2026, 1999])
    assert say("about.without_model", language) in shown
    assert "123" not in shown
    assert "123" in about_html(language, **values, model="", unanswered_days=123)


def test_the_name_of_a_model_is_text() -> None:
    shown = about_html(
        "en", year=1, items=1, bureaus=1, preface=1, model="<b>x</b>", feedback_days=1, unanswered_days=0
    )
    assert "&lt;b&gt;x&lt;/b&gt;" in shown


# In the browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_tab_about_can_be_read_by_everyone(address: str, open_page: Any, scheme: str) -> None:
    visit = open_page(f"{address}?tab=about", color_scheme=scheme)
    expect(visit.page.get_by_role("heading", name=say("about.privacy"))).to_be_visible(timeout=20_000)
    found = Axe().run(visit.page).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in {"serious", "critical"}] == []
    assert visit.complaints == []
    assert visit.strangers == set()


def test_the_language_can_be_switched_and_stays(address: str, open_page: Any) -> None:
    visit = open_page(f"{address}?tab=about")
    expect(visit.page.get_by_role("tab", name=say("shell.about")).first).to_be_visible(timeout=20_000)
    visit.page.get_by_role("link", name="Tiếng Việt").click()
    expect(visit.page.get_by_role("tab", name=say("shell.about", "vi")).first).to_be_visible(timeout=20_000)
    expect(visit.page.get_by_role("heading", name=say("about.privacy", "vi"))).to_be_visible()
    visit.page.goto(address)
    expect(visit.page.get_by_role("tab", name=say("shell.ask", "vi")).first).to_be_visible(timeout=20_000)
    assert visit.page.evaluate("document.documentElement.lang") == "vi"
    assert visit.page.title() == say("shell.title", "vi")


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_tabs_are_seen_on_a_small_phone(address: str, open_page: Any, language: Language) -> None:
    visit = open_page(address, locale=language, **PHONE)
    for tab in TABS:
        expect(visit.page.get_by_role("tab", name=say(f"shell.{tab}", language), exact=True).first).to_be_visible(
            timeout=20_000
        )
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_tabs_have_addresses_and_names_and_the_browsers_own_way_back(address: str, open_page: Any) -> None:
    page = open_page(f"{address}?item=11-3").page
    expect(page.locator("#item .card")).to_be_visible(timeout=20_000)
    page.get_by_role("tab", name=say("shell.about")).click()
    expect(page.get_by_role("heading", name=say("about.privacy"))).to_be_visible()
    assert page.url.endswith("?tab=about")
    assert page.title() == f"{say('shell.about')} — {say('shell.title')}"
    page.reload()
    expect(page.get_by_role("heading", name=say("about.privacy"))).to_be_visible(timeout=20_000)
    page.go_back()
    expect(page.locator("#item .card")).to_be_visible(timeout=20_000)
    assert page.url.endswith("?item=11-3")


def test_tabs_are_walked_by_arrow_keys(address: str, open_page: Any) -> None:
    page = open_page(f"{address}?tab=about").page
    expect(page.get_by_role("heading", name=say("about.privacy"))).to_be_visible(timeout=20_000)
    page.get_by_role("tab", selected=True).focus()
    for key, tab in (
        ("ArrowRight", "ask"),
        ("ArrowLeft", "about"),
        ("Home", "ask"),
        ("End", "about"),
        ("ArrowLeft", "items"),
    ):
        page.keyboard.press(key)
        current = page.get_by_role("tab", selected=True)
        expect(current).to_have_text(say(f"shell.{tab}"))
        expect(current).to_be_focused()
        expect(page.locator('[role="tab"][tabindex="0"]')).to_have_count(1)
        expect(page.locator(f"#{current.get_attribute('aria-controls')}")).to_be_visible()


def test_a_service_that_is_gone_is_told_in_the_visitors_words(address: str, open_page: Any) -> None:
    page = open_page(address, locale="vi").page
    box = page.locator("#question textarea:enabled")
    box.wait_for()
    page.route("**/gradio_api/queue/join*", lambda route: route.abort())
    box.fill("公車")
    box.press("Enter")
    expect(page.get_by_role("alert").filter(has_text=say("shell.lost", "vi"))).to_be_visible(timeout=20_000)
    page.unroute("**/gradio_api/queue/join*")
    # Gradio draws the page anew, and again until a call gets through.
    page.wait_for_timeout(5000)
    expect(box).to_have_value("公車", timeout=20_000)
    box.press("Enter")
    expect(page.locator("#live .answer")).to_be_visible(timeout=20_000)
    expect(page.locator("#connection")).to_be_hidden()


def test_the_keyboard_reaches_content_first_and_then_the_tabs(address: str, open_page: Any) -> None:
    visit = open_page(f"{address}?tab=about")
    expect(visit.page.get_by_role("heading", name=say("about.privacy"))).to_be_visible(timeout=20_000)
    visit.page.keyboard.press("Tab")
    expect(visit.page.get_by_role("link", name=say("shell.skip"))).to_be_focused()
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    focused = visit.page.evaluate("document.activeElement.getAttribute('role')")
    assert focused == "tab"
