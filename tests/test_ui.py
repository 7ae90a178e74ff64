import gc
import re
import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from gradio_client import Client
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from rag import Answer, Citation, PolicyAssistant, Turn
from rag.types import PolicyItem
from ui import wording
from ui.app import build_app, launch, turns_of
from ui.rendering import escape, sources_markdown

# Gradio's own: what its queue asks of pandas, and event loops that it leaves to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
    pytest.mark.filterwarnings("ignore:unclosed event loop:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <socket.socket:ResourceWarning"),
]

QUESTION = "公車什麼時候會全部換成電動的？"
ITEM = "推動 2030 市區公車全面電動化及渡輪汰換為電力驅動系統。"
HOSTILE = (
    "公車 <script>document.title='hacked'</script><img src=http://example.com/a.png onerror=alert(2)>"
    " ![x](http://example.com/x.png) [y](javascript:alert(1)) <iframe src=//example.com></iframe>"
)
MARKDOWN = MarkdownIt("commonmark", {"html": True})
SAFE_ITEM = PolicyItem("1-1", 1, "交通", "高雄市政府交通局", 1, "推動公車電動化。逐年汰換。", net_zero=True)


def _answer(text: str, *citations: Citation) -> Answer:
    return Answer(text, text, "fact", "zh-TW", "cited", citations, (), (), "extractive")


def _shown(markdown: str) -> tuple[str, set[str]]:
    """What a CommonMark reader makes of it: the text without white space, and the names of the tags."""
    html = MARKDOWN.render(markdown)
    tags = set(re.findall(r"</?(\w+)", html))
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split()), tags


# One line, as the text of items is; control characters and lone surrogates do not come out of a UTF-8 document.
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])).map(str.strip)
MARKUP = st.text(st.sampled_from("*_`~#>-+=|!&;:/[](){}<>\\$.1 甲a")).map(str.strip)


@given(LINE | MARKUP)
def test_escaped_text_is_shown_letter_by_letter(text: str) -> None:
    shown, tags = _shown(escape(text))
    assert shown == "".join(text.split())
    assert tags <= {"p"}


@pytest.mark.parametrize("character", "\\`*_{}[]<>()#+-.!|~$&")
def test_every_character_that_marks_up_is_escaped(character: str) -> None:
    assert escape(f"a{character}b") == f"a\\{character}b"


@given(LINE | MARKUP, LINE | MARKUP)
def test_sources_of_any_text_hold_only_the_markup_of_the_page(text: str, quote: str) -> None:
    item = replace(SAFE_ITEM, text=text + quote, office=quote)
    _, tags = _shown(sources_markdown(_answer("x", Citation(1, item, quote))))
    assert tags <= {"h3", "p", "strong", "blockquote"}


def test_a_source_shows_bureau_number_mark_and_the_quote_in_bold() -> None:
    shown = sources_markdown(_answer("x", Citation(1, SAFE_ITEM, "逐年汰換。")))
    assert "高雄市政府交通局" in shown
    assert "交通（一）" in shown
    assert wording.NET_ZERO in shown
    assert "> 推動公車電動化。**逐年汰換。**" in shown


def test_an_answer_without_citations_says_so() -> None:
    assert wording.NOT_CITED in sources_markdown(_answer("x"))


@pytest.mark.parametrize("block", [str, lambda text: [{"type": "text", "text": text}]], ids=["text", "blocks"])
def test_turns_are_read_from_both_forms_of_messages(block: Any) -> None:
    history = [
        {"role": "user", "content": block("問一")},
        {"role": "assistant", "content": block("答一")},
        {"role": "user", "content": block("問二")},
        {"role": "user", "content": block("問三")},
        {"role": "assistant", "content": block("答三")},
    ]
    assert turns_of(history) == [Turn("問一", "答一"), Turn("問三", "答三")]
    assert turns_of([]) == []


@pytest.fixture(scope="module")
def address(assistant: PolicyAssistant) -> Iterator[str]:
    """The page, served on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = build_app(assistant)
    yield launch(app, "127.0.0.1", port, block=False)
    app.close()
    # While the filters above still hold.
    gc.collect()


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    with pytest.MonkeyPatch.context() as patch:
        # The client library, which is no part of the product, would report itself to the hub.
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        yield Client(address, verbose=False)


def test_a_script_can_ask(client: Client) -> None:
    answer, sources = client.predict(QUESTION, api_name="/ask")
    assert "[1]" in answer
    assert "高雄市政府交通局" in sources
    assert "2030 市區公車全面電動化" in sources


@pytest.mark.parametrize("question", ["", "   ", "車" * 2001])
def test_a_question_that_is_none_is_declined_politely(client: Client, question: str) -> None:
    answer, sources = client.predict(question, api_name="/ask")
    assert wording.UNREADABLE in answer
    assert sources == wording.NO_SOURCES


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("needs chromium")
    with sync_playwright() as playwright:
        quiet = ["background-networking", "component-update", "sync"]
        arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


class Visit:
    """A page in the browser, and all that it asked of the network and wrote to its console."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.requests: list[str] = []
        self.refused: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = browser.new_page()
        self.page.on("request", self._note)
        # By the page's own policy, before anything leaves the machine.
        self.page.on("requestfailed", lambda r: self.refused.append(r.url) if r.failure == "csp" else None)
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.goto(address)
        expect(self.page.get_by_placeholder(wording.INPUT_PLACEHOLDER)).to_be_visible(timeout=30_000)

    def _note(self, request: Request) -> None:
        self.requests.append(request.url)

    def ask(self, question: str) -> None:
        # Gradio shows the placeholder before the first question only.
        box = self.page.locator("textarea")
        box.fill(question)
        box.press("Enter")

    @property
    def strangers(self) -> set[str]:
        """The hosts other than this machine that were asked for anything."""
        asked = [url for url in self.requests if not url.startswith(("data:", "blob:")) and url not in self.refused]
        hosts = {urlsplit(url).hostname for url in asked}
        return {str(host) for host in hosts - {"127.0.0.1"}}


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    visit = Visit(browser, address)
    yield visit
    visit.page.close()


def test_a_visitor_asks_and_sees_the_answer_and_its_source(visit: Visit) -> None:
    visit.ask(QUESTION)
    expect(visit.page.locator("#sources")).to_contain_text(ITEM, timeout=30_000)
    expect(visit.page.locator("#sources")).to_contain_text("高雄市政府交通局")
    expect(visit.page.get_by_role("log")).to_contain_text("[1]")


def test_six_example_questions_are_offered(visit: Visit) -> None:
    assert len(wording.EXAMPLES) == 6
    for question in wording.EXAMPLES:
        expect(visit.page.get_by_role("button", name=question)).to_be_visible()


def test_the_page_speaks_to_this_machine_only_and_has_no_complaint(visit: Visit) -> None:
    visit.ask(QUESTION)
    expect(visit.page.locator("#sources")).to_contain_text(ITEM, timeout=30_000)
    visit.page.wait_for_timeout(1000)
    assert visit.strangers == set()
    assert visit.complaints == []


def test_markup_in_a_question_is_neither_run_nor_fetched(visit: Visit) -> None:
    title = visit.page.title()
    visit.ask(HOSTILE)
    expect(visit.page.locator("#sources")).not_to_contain_text(wording.NO_SOURCES, timeout=30_000)
    visit.page.wait_for_timeout(1000)
    assert visit.page.title() == title
    assert visit.strangers == set()
    assert visit.page.locator("script:has-text('hacked'), iframe, [onerror], [href^='javascript:']").count() == 0
    assert [text for text in visit.complaints if "dialog" in text] == []


@pytest.mark.xfail(reason="product: the chat shows the HTML of a question as HTML, though cleaned", strict=True)
def test_a_question_is_shown_as_it_was_typed(visit: Visit) -> None:
    visit.ask("公車 <b>電動</b> <img src=a.png>")
    expect(visit.page.locator("#sources")).not_to_contain_text(wording.NO_SOURCES, timeout=30_000)
    assert visit.page.get_by_test_id("user").first.inner_text() == "公車 <b>電動</b> <img src=a.png>"


def test_a_question_of_spaces_does_no_harm(visit: Visit) -> None:
    visit.ask("   ")
    visit.page.wait_for_timeout(1000)
    visit.ask(QUESTION)
    expect(visit.page.locator("#sources")).to_contain_text(ITEM, timeout=30_000)
    assert visit.complaints == []
