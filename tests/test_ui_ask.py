"""問答 in a real browser: asking, going on, being refused, keeping, copying, saying what one thinks of it."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGenerationChunk
from playwright.sync_api import Page, expect

from embeddings import Embedder
from rag import PolicyAssistant, Settings
from rag.chat.reply import Chat
from rag.index.store import PolicyIndex
from rag.retrieval.question import LONGEST_QUESTION
from ui.records.errors import RecordsError
from ui.records.store import RecordStore
from ui.service import build_service
from ui.wording import say

QUESTION = "公車什麼時候會全部換成電動的？"
CLAUSE = "推動 2030 市區公車全面電動化及渡輪汰換為電力驅動系統"
HOSTILE = (
    "公車 <script>document.title='hacked'</script><img src=http://example.com/a.png onerror=alert(2)>"
    " ![x](http://example.com/x.png) [y](javascript:alert(1)) <iframe src=//example.com></iframe> ${alert(3)} {{x}}"
)
COVERED = """(() => {
    const reached = document.querySelector("#live summary").getBoundingClientRect();
    return reached.bottom > document.querySelector("#desk").getBoundingClientRect().top;
})()"""
# The summary of the related items lies there, and the link before it is focused.
BEHIND_THE_BOX = """(() => {
    const links = document.querySelectorAll("#live .item-link");
    const summary = document.querySelector("#live summary");
    [...links].findLast((link) => !summary.parentElement.contains(link)).focus({ preventScroll: true });
    scrollBy({ top: summary.getBoundingClientRect().bottom - innerHeight + 40, behavior: "instant" });
})()"""
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
SOON = 15_000


def box(page: Page) -> Any:
    return page.locator("#question textarea")


def ask(page: Page, question: str, turns: int = 1) -> None:
    """Type, press Enter and wait for the whole answer: its tools stand below it."""
    box(page).fill(question)
    box(page).press("Enter")
    expect(page.locator(".turn")).to_have_count(turns, timeout=SOON)
    expect(page.locator("#live .asked")).to_contain_text(question[:20])
    expect(page.locator("#live .actions")).to_be_visible(timeout=SOON)
    expect(page.locator("#tools")).to_be_visible(timeout=SOON)


@pytest.fixture
def visit(open_page: Any, address: str) -> Iterator[Any]:
    visit = open_page(address)
    expect(box(visit.page)).to_be_editable(timeout=SOON)
    yield visit
    visit.page.close()


@pytest.fixture
def page(visit: Any) -> Any:
    return visit.page


def cited(page: Page, turn: int) -> Any:
    return (
        page.locator(f"#turn-{turn}")
        .locator("xpath=..")
        .locator(".card[id]")
        .evaluate_all("cards => cards.map(card => card.dataset.item)")
    )


def test_a_visitor_asks_and_sees_answer_and_source_and_calls_nobody(visit: Any) -> None:
    page = visit.page
    ask(page, QUESTION)
    card = page.locator("#turn-1-item-1")
    expect(card.locator("mark")).to_have_text(CLAUSE)
    expect(card).to_contain_text("高雄市政府交通局")
    expect(card).to_contain_text(say("card.net_zero"))
    expect(page.locator("#live .cite")).to_contain_text("交通（三）")
    expect(page.locator("#go-on .go-on a")).to_have_count(3, timeout=SOON)
    # Beside the answer, not below it.
    answer, source = page.locator("#live .answer").bounding_box(), card.bounding_box()
    assert answer is not None
    assert source is not None
    assert source["x"] > answer["x"] + answer["width"] - 1
    assert visit.strangers == set()
    assert visit.complaints == []


def test_examples_by_theme_lead_to_answers_and_on(page: Page) -> None:
    expect(page.locator(".examples h3")).to_have_count(4)
    page.locator(".examples a").first.click()
    expect(page.locator("#live .actions")).to_be_visible(timeout=SOON)
    follow_up = page.locator("#go-on .go-on a").first
    wanted = follow_up.inner_text()
    follow_up.click()
    expect(page.locator("#turn-2")).to_contain_text(wanted, timeout=SOON)
    expect(page.locator("#live .card[id]").first).to_be_visible(timeout=SOON)


def test_a_refusal_helps_on(page: Page) -> None:
    ask(page, "捷運票價多少")
    expect(page.locator("#live .badge")).to_have_text(say("ask.no_evidence"))
    expect(page.locator("#live .answer")).to_contain_text("1999")
    expect(page.locator("#live .sources summary")).to_be_visible()
    expect(page.locator("#go-on .go-on a")).not_to_have_count(0, timeout=SOON)
    assert cited(page, 1) == []


@pytest.mark.slow
def test_citations_are_right_in_the_fifth_turn_after_a_reload_and_again(page: Page) -> None:
    wanted = {
        "捷運黃線現在做到哪裡？": ["17-3"],
        "那紫線呢？": ["17-6"],
        QUESTION: ["11-3"],
        "捷運票價多少": [],
        "交通第四項": ["11-4"],
    }
    for number, question in enumerate(wanted, start=1):
        ask(page, question, number)
    assert [cited(page, turn) for turn in range(1, 6)] == list(wanted.values())
    page.reload()
    expect(page.locator("#turn-5")).to_be_visible(timeout=SOON)
    assert [cited(page, turn) for turn in range(1, 6)] == list(wanted.values())
    page.get_by_role("button", name=say("ask.retry")).click()
    expect(page.locator("#live .waiting")).to_have_count(0, timeout=SOON)
    expect(page.locator("#live .actions")).to_be_visible(timeout=SOON)
    assert [cited(page, turn) for turn in range(1, 6)] == list(wanted.values())
    page.locator("#turn-1").locator("xpath=..").locator(".cite").first.click()
    expect(page.locator("#turn-1-item-1")).to_be_focused()
    page.get_by_role("button", name=say("ask.new")).click()
    expect(page.locator(".turn")).to_have_count(0)
    page.reload()
    expect(page.locator(".examples")).to_be_visible(timeout=SOON)


def test_a_link_reopens_its_question_once(open_page: Any, address: str) -> None:
    page = open_page(f"{address}?q=%E4%BA%A4%E9%80%9A%E7%AC%AC%E4%B8%89%E9%A0%85").page
    expect(page.locator("#turn-1-item-1")).to_be_visible(timeout=SOON)
    expect(page.locator("#tools")).to_be_visible(timeout=SOON)
    page.reload()
    expect(page.locator("#turn-1-item-1")).to_be_visible(timeout=SOON)
    assert page.locator(".turn").count() == 1


def test_a_conversation_can_be_copied_and_taken_home(page: Page, tmp_path: Path) -> None:
    ask(page, QUESTION)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=say("ask.copy")).click()
    expect(page.get_by_role("button", name=say("ask.copied"))).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "交通（三）（11-3）" in copied
    assert "/?q=" in copied
    with page.expect_download() as download:
        page.get_by_role("button", name=say("ask.export")).click()
    download.value.save_as(tmp_path / "kept.md")
    kept = (tmp_path / "kept.md").read_text(encoding="utf-8")
    assert f"## {QUESTION}" in kept
    assert download.value.suggested_filename.endswith(".md")


def test_what_could_not_be_copied_is_not_said_to_be(page: Page) -> None:
    ask(page, QUESTION)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.get_by_role("button", name=say("ask.copy")).click()
    page.wait_for_timeout(300)
    expect(page.get_by_role("button", name=say("ask.copy"))).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("() => { delete navigator.clipboard.writeText; }")
    for _ in range(2):
        page.locator("#live [data-copy]").click()
    expect(page.get_by_role("button", name=say("ask.copied"))).to_be_visible()
    expect(page.get_by_role("button", name=say("ask.copy"))).to_be_visible(timeout=SOON)


def test_a_new_question_is_seen_behind_a_long_answer(page: Page) -> None:
    for turn, question in enumerate(("捷運黃線現在做到哪裡？", "列出所有跟長照有關的項目", "交通第三項"), start=1):
        ask(page, question, turn)
    page.wait_for_function("""() => {
        const { top, bottom } = document.querySelector("#live .asked").getBoundingClientRect();
        return top >= 0 && bottom < document.querySelector("#desk").getBoundingClientRect().top;
    }""")


def test_the_language_changes_without_asking_again(open_page: Any, address: str) -> None:
    page = open_page(f"{address}?q=%E4%BA%A4%E9%80%9A%E7%AC%AC%E4%B8%89%E9%A0%85").page
    expect(page.locator("#turn-1-item-1")).to_be_visible(timeout=SOON)
    expect(page.locator("#tools")).to_be_visible(timeout=SOON)
    ask(page, QUESTION, 2)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("tab", name=say("shell.ask", "en")).first).to_be_visible(timeout=SOON)
    expect(page.locator("#turn-2")).to_be_visible(timeout=SOON)
    page.wait_for_timeout(1000)
    assert page.locator(".turn").count() == 2


def test_what_was_typed_is_shown_letter_by_letter_and_never_run(visit: Any) -> None:
    page, title = visit.page, visit.page.title()
    ask(page, HOSTILE)
    assert HOSTILE in page.locator("#turn-1").inner_text()
    assert page.title() == title
    assert visit.strangers == set()
    assert page.locator("#ask iframe, #ask img, #ask [onerror], #ask script, [href^='javascript:']").count() == 0
    assert visit.complaints == []


@pytest.mark.parametrize("question", ["   ", "車" * (LONGEST_QUESTION + 1)], ids=["spaces", "too long"])
def test_what_is_no_question_is_declined_and_stays_in_the_box(page: Page, question: str) -> None:
    box(page).fill(question)
    page.locator("#send").click()
    expect(page.get_by_role("alert").filter(has_text=say("ask.unreadable"))).to_be_visible(timeout=SOON)
    assert page.locator(".turn").count() == 0
    assert box(page).input_value() == question
    # It stands beside the box, wherever the page was scrolled to, until something else is typed.
    box(page).fill("公車")
    expect(page.locator("#notice")).to_be_hidden()


def test_an_opinion_is_kept_with_its_reason(page: Page, records: RecordStore) -> None:
    before = {kept.id for kept in records.feedback()}
    ask(page, QUESTION)
    # Said before anything is kept.
    expect(page.locator("#rate")).to_contain_text("365")
    assert {kept.id for kept in records.feedback()} == before
    page.get_by_role("button", name=say("ask.useful"), exact=True).click()
    expect(page.locator("#rate")).to_have_text(say("ask.thanks"), timeout=SOON)
    (kept,) = [kept for kept in records.feedback() if kept.id not in before]
    assert (kept.useful, kept.reason) == (True, "")
    # On second thoughts; there is still one opinion.
    page.get_by_role("button", name=say("ask.not_useful")).click()
    expect(page.locator("#not-useful")).to_have_attribute("aria-pressed", "true")
    page.locator("#reason textarea").fill("太長，請打 0912345678")
    page.get_by_role("button", name=say("ask.send_reason")).click()
    expect(page.locator("#rate")).to_have_text(say("ask.thanks_again"), timeout=SOON)
    (kept,) = [kept for kept in records.feedback() if kept.id not in before]
    assert (kept.useful, kept.question, kept.citations, kept.source) == (False, QUESTION, ("11-3",), "page")
    assert kept.reason.startswith("太長")
    assert "0912" not in kept.reason


def test_all_of_it_can_be_done_by_keyboard(page: Page) -> None:
    box(page).focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#live .actions")).to_be_visible(timeout=SOON)
    expect(page.locator("#announcer")).to_have_text(say("ask.done", "zh-TW", count=1), timeout=SOON)
    page.locator(".cite").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#turn-1-item-1")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#turn-1-item-1 .item-link")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    expect(page.locator("#live details .card").first).to_be_visible()


def test_whoever_stands_on_what_goes_away_is_led_on(page: Page) -> None:
    heard, announcer = say("ask.done", "zh-TW", count=1), page.locator("#announcer")
    page.locator(".examples a").first.press("Enter")
    expect(page.locator("#live .asked")).to_be_focused(timeout=SOON)
    expect(announcer).to_have_text(heard, timeout=SOON)
    page.locator("#go-on a").first.press("Enter")
    expect(page.locator("#turn-2")).to_be_focused(timeout=SOON)
    # The same answer once more is heard once more.
    announcer.evaluate("place => place.textContent = ''")
    page.get_by_role("button", name=say("ask.retry")).press("Enter")
    expect(announcer).not_to_be_empty(timeout=SOON)
    page.locator("#useful").press("Enter")
    expect(page.locator("#useful")).to_have_attribute("aria-pressed", "true")
    expect(announcer).to_have_text(say("ask.thanks"), timeout=SOON)
    page.locator("#send-reason").press("Enter")
    expect(page.locator("#rate p")).to_be_focused(timeout=SOON)
    expect(page.locator("#rate p")).to_have_text(say("ask.thanks_again"))
    page.get_by_role("button", name=say("ask.new")).press("Enter")
    expect(page.locator(".welcome h2")).to_be_focused(timeout=SOON)


def test_what_the_keyboard_reaches_does_not_stay_behind_the_box(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 620})
    ask(page, "列出所有跟長照有關的項目")
    page.evaluate(BEHIND_THE_BOX)
    assert page.evaluate(COVERED)
    page.keyboard.press("Tab")
    expect(page.locator("#live summary")).to_be_focused()
    page.wait_for_function(f"!{COVERED}")


@pytest.mark.slow
def test_an_opinion_that_cannot_be_kept_is_said_politely(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RecordsError("disk full")

    monkeypatch.setattr(RecordStore, "add_feedback", fail)
    ask(page, QUESTION)
    page.locator("#useful").click()
    expect(page.locator("#rate [role=alert]")).to_have_text(say("ask.not_kept"), timeout=SOON)
    expect(page.locator("#useful")).not_to_have_attribute("aria-pressed", "true")
    assert "disk full" not in page.content()


def test_on_a_small_phone_sources_come_below_and_nothing_is_cut(open_page: Any, address: str) -> None:
    page = open_page(address, **PHONE).page
    expect(box(page)).to_be_editable(timeout=SOON)
    ask(page, "登革熱防治是哪個局負責？")
    answer, source = page.locator("#live .answer").bounding_box(), page.locator("#turn-1-item-1").bounding_box()
    assert answer is not None
    assert source is not None
    assert source["y"] > answer["y"] + answer["height"] - 1
    # Narrower still, and a desk's window at 200 %.
    for width, height in ((360, 740), (320, 640), (640, 400)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_conversation_speaks_the_visitors_language(open_page: Any, address: str) -> None:
    page = open_page(address, locale="en-US").page
    expect(page.get_by_text(say("ask.welcome", "en"))).to_be_visible(timeout=SOON)
    expect(page.get_by_label(say("ask.question", "en"))).to_be_visible()
    ask(page, "When will all city buses be electric?")
    expect(page.locator("#turn-1-item-1")).to_contain_text("Transportation Bureau")
    expect(page.locator("#turn-1-item-1 mark, #turn-1-item-1 .verbatim").first).to_contain_text("2030 市區公車")
    expect(page.locator("#go-on .go-on")).to_contain_text("?", timeout=SOON)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_it(open_page: Any, address: str, scheme: str) -> None:
    page = open_page(address, color_scheme=scheme, reduced_motion="reduce").page
    expect(box(page)).to_be_editable(timeout=SOON)
    assert serious(page) == []
    ask(page, "公園裡的路燈壞掉要找誰")
    ask(page, "捷運票價多少", 2)
    page.get_by_role("button", name=say("ask.not_useful")).click()
    expect(page.locator("#reason textarea")).to_be_visible(timeout=SOON)
    assert serious(page) == []


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found if rule["impact"] in {"serious", "critical"}]


def test_nothing_is_said_of_the_question_in_the_address_bar_or_left_behind(page: Page) -> None:
    ask(page, QUESTION)
    assert not re.search(r"[?&]q=", page.url)
    assert page.evaluate("Object.values(localStorage).join().includes('公車')") is False


# With a chat model that takes its time


class _SlowModel(GenericFakeChatModel):
    """Says its sentence word by word, with a pause before each."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            time.sleep(0.4)
            yield chunk


@pytest.fixture(scope="module")
def slow_address(index: PolicyIndex, embedder: Embedder, serving: Any, tmp_path_factory: Any) -> Iterator[str]:
    said = "交通局推動 2030 市區公車全面電動化。 [1] 另外 也 會 增設 電動車 充電 設施。 [1]"
    model = _SlowModel(messages=(AIMessage(said) for _ in range(9)))
    slow = PolicyAssistant(index, embedder, Chat(model, "slow", timeout=30))
    with serving(build_service(slow, Settings(data_dir=tmp_path_factory.mktemp("slow")))) as address:
        yield address


@pytest.mark.slow
def test_a_long_answer_can_be_stopped_and_asked_again(slow_address: str, open_page: Any) -> None:
    page = open_page(slow_address).page
    expect(box(page)).to_be_editable(timeout=SOON)
    box(page).fill(QUESTION)
    box(page).press("Enter")
    expect(page.locator("#live .answer")).to_contain_text("2030", timeout=SOON)
    box(page).fill("下一題")
    page.get_by_role("button", name=say("ask.stop")).click()
    expect(page.locator("#live .note")).to_contain_text(say("ask.stopped"), timeout=SOON)
    expect(page.get_by_role("button", name=say("ask.send"))).to_be_visible()
    expect(page.locator("#announcer")).to_have_text(say("ask.stopped"), timeout=SOON)
    # What was typed meanwhile is still there.
    assert box(page).input_value() == "下一題"
    page.get_by_role("button", name=say("ask.retry")).click()
    expect(page.locator("#live .note")).to_have_count(0, timeout=SOON)
    expect(page.locator("#live .actions")).to_be_visible(timeout=SOON)
    expect(page.locator("#turn-1-item-1")).to_have_attribute("data-item", "11-3")
    # By keyboard, and with a question to go on with chosen too early: it waits in the box.
    box(page).fill(QUESTION)
    page.locator("#send").press("Enter")
    expect(page.locator("#stop")).to_be_focused(timeout=SOON)
    offered = page.locator("#go-on a").first
    offered.evaluate("link => link.click()")
    expect(box(page)).to_have_value(offered.inner_text())
    expect(box(page)).to_be_focused()
    page.locator("#stop").press("Enter")
    expect(page.locator("#live .asked")).to_be_focused(timeout=SOON)
    expect(page.locator(".turn")).to_have_count(2)
