"""Answers, items and conversations as HTML and Markdown: right marks, and nobody's text as markup."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag import Citation, PolicyAssistant
from rag.types import Bureau, PolicyItem
from ui.rendering.answers import answer_html
from ui.rendering.cards import item_card, marked_text
from ui.rendering.charts import percent
from ui.rendering.conversation import View, examples_html, go_on_html, notice_html, question_link, turn_html
from ui.rendering.items import chart_html, item_html, items_html, unknown_item_html
from ui.rendering.owners import owners_html, topic_row, topics_html
from ui.rendering.transcript import answer_text, escape_markdown, transcript
from ui.rendering.turns import ShownTurn, shown_turn
from ui.wording import LANGUAGES, say

BUREAU = Bureau("交通", "高雄市政府交通局", "Transportation Bureau", ("交通局",))
ITEM = PolicyItem("11-3", 11, "交通", "高雄市政府交通局", 3, "推動公車電動化。逐年汰換。(淨零)", net_zero=True)
OTHER = PolicyItem("11-4", 11, "交通", "高雄市政府交通局", 4, "月票。", net_zero=False)
CITED = (Citation(1, ITEM, "逐年汰換。"), Citation(2, OTHER, "月票。"))
VIEW = View("zh-TW", {"交通": BUREAU}, 115)
ANCHORS = {1: "one", 2: "two"}
# The elements of the page's own rendering; nothing else may come out of anybody's text.
OURS = {
    "a",
    "article",
    "aside",
    "button",
    "details",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "header",
    "li",
    "mark",
    "p",
    "section",
    "span",
    "summary",
    "ul",
}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onclick='x",
        "${alert(1)}",
        "{{x}}",
        "javascript:x",
    ]
)


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> _Elements:
    elements = _Elements()
    elements.feed(html)
    elements.close()
    return elements


def only_ours(html: str) -> None:
    found = read(html)
    assert found.tags <= OURS
    assert not [name for name in found.attributes if name.startswith("on") or name in {"style", "src", "srcdoc"}]
    assert not [address for address in found.addresses if not address.startswith(("?", "#"))]


def turn(question: str = "問", answer: str = "答。[1]", **values: Any) -> ShownTurn:
    given = {"language": "zh-TW", "kind": "fact", "grounding": "cited", "citations": CITED, **values}
    return ShownTurn(question, answer, **given)


def test_a_mark_shows_number_and_item_and_points_at_its_card() -> None:
    html = answer_html("公車會換。[1]", CITED, "zh-TW", ANCHORS)
    assert 'data-goto="one"' in html
    assert 'href="?item=11-3"' in html
    assert "交通（三）" in read(html).text
    assert "[1]" not in html


@pytest.mark.parametrize("marker", ["[1][2]", "[1,2]", "【1】［2］", "[1、2]"])
def test_every_way_of_writing_two_markers_gives_two_marks(marker: str) -> None:
    html = answer_html(f"都有。{marker}", CITED, "zh-TW", ANCHORS)
    assert re.findall(r'data-goto="(\w+)"', html) == ["one", "two"]


def test_a_marker_of_no_item_is_left_out() -> None:
    html = answer_html("沒有。[7][0]", CITED, "zh-TW", ANCHORS)
    assert read(html).text == "沒有。"


def test_the_label_is_not_said_twice_in_a_line_that_names_it() -> None:
    assert 'class="visually-hidden"' in answer_html("- 交通（三）：推動[1]", CITED, "zh-TW", ANCHORS)
    assert 'class="visually-hidden"' not in answer_html("- 推動[1]", CITED, "zh-TW", ANCHORS)


@pytest.mark.parametrize(
    ("text", "written", "chinese"),
    [
        ("Transportation Bureau (交通局): 「推動 2030 公車。」 It says so.", "en", ["交通局", "「推動 2030 公車。」"]),
        ("交通局：「推動公車。」", "zh-TW", []),
        ("綱要の原文：「推動公車。」「バスの綱要」", "ja", ["「推動公車。」"]),
        ("No Chinese <b>here</b>.", "vi", []),
    ],
)
def test_chinese_within_another_language_is_told_apart(text: str, written: Any, chinese: list[str]) -> None:
    html = answer_html(text, (), "zh-TW", {}, written)
    assert re.findall(r'<span lang="zh-TW">([^<]*)</span>', html) == chinese
    assert read(html).text == text


@given(TEXT, st.sampled_from(LANGUAGES))
def test_no_text_becomes_markup_in_an_answer_of_any_language(text: str, written: Any) -> None:
    only_ours(answer_html(f"「{text}」公{text}車[1]", CITED, "en", ANCHORS, written))


def test_points_become_a_list_and_lines_paragraphs() -> None:
    html = answer_html("找到：\n- 甲[1]\n- 乙[2]\n\n以上。", CITED, "zh-TW", ANCHORS)
    assert html.count("<ul>") == 1
    assert html.count("<li>") == 2
    assert html.count("<p>") == 2


def test_the_answering_part_is_marked_unless_it_is_all() -> None:
    marked = '推動公車電動化。<mark title="回答所依據的文字">逐年汰換。</mark>(淨零)'
    assert marked_text(ITEM, "逐年汰換。", "zh-TW") == marked
    for nothing in (ITEM.text, "推動公車電動化。逐年汰換。", "不在裡面"):
        assert "<mark" not in marked_text(ITEM, nothing, "zh-TW")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_names_bureau_number_and_net_zero_in_every_language(language: Any) -> None:
    shown = read(item_card(ITEM, language, bureau=BUREAU)).text
    assert "交通（三）" in shown
    assert say("card.net_zero", language) in shown
    assert ITEM.text in shown
    assert ("Transportation Bureau" in shown) == (language in {"en", "vi", "id"})


@given(TEXT, TEXT, TEXT)
def test_no_text_becomes_markup_in_a_turn(question: str, answer: str, note: str) -> None:
    item = replace(ITEM, text=answer, office=note)
    cited = (Citation(1, item, answer[:5]),)
    given_turn = turn(question, f"{answer}[1]", note=note, citations=cited, related=(item,))
    only_ours(turn_html(given_turn, 1, VIEW))
    only_ours(turn_html(given_turn, 1, VIEW, live=True))
    assert question.strip() in unescape(turn_html(given_turn, 1, VIEW))


@given(TEXT, TEXT)
def test_no_text_becomes_markup_in_cards_and_notices(text: str, office: str) -> None:
    item = replace(ITEM, text=text, office=office, section=office)
    only_ours(item_card(item, "en", quote=text[:3], marker=1, anchor=office))
    only_ours(notice_html(text))
    only_ours(go_on_html([text, office], "vi"))
    only_ours(unknown_item_html(text, "zh-TW"))


def test_question_links_can_be_read_back() -> None:
    assert question_link("a&b=<c>#公車", "zh-TW") == "?q=a%26b%3D%3Cc%3E%23%E5%85%AC%E8%BB%8A"
    assert question_link("a", "vi").endswith("&lang=vi")


@pytest.mark.parametrize(
    ("grounding", "shown"), [("cited", None), ("partial", "ask.partial"), ("no_evidence", "ask.no_evidence")]
)
def test_what_is_not_held_is_said_in_words(grounding: Any, shown: str | None) -> None:
    text = read(turn_html(turn(grounding=grounding), 1, VIEW)).text
    assert [key for key in ("ask.partial", "ask.no_evidence") if say(key) in text] == ([shown] if shown else [])


def test_a_stopped_answer_says_that_it_is_not_complete() -> None:
    assert say("ask.stopped") in turn_html(turn(finished=False), 1, VIEW)
    assert say("ask.stopped") not in turn_html(turn(finished=False), 1, VIEW, live=True)
    assert say("ask.stopped") not in turn_html(turn(), 1, VIEW)


def test_items_near_to_what_has_no_answer_are_not_said_to_be_others() -> None:
    refused = turn_html(turn(grounding="no_evidence", citations=(), related=(ITEM, OTHER)), 1, VIEW)
    assert say("ask.unfold", "zh-TW", count=2) in refused
    assert say("ask.related", "zh-TW", count=2) not in refused
    assert say("ask.related", "zh-TW", count=1) in turn_html(turn(related=(OTHER,)), 1, VIEW)


def test_many_items_are_folded_and_all_there() -> None:
    many = tuple(Citation(n, replace(ITEM, id=f"11-{n}", number=n), "") for n in range(1, 21))
    html = turn_html(turn(answer="".join(f"[{n}]" for n in range(1, 21)), citations=many), 3, VIEW)
    assert html.count('class="card"') == 20
    assert "<details>" in html
    anchors = re.findall(r'data-goto="([^"]+)"', html)
    assert sorted(anchors) == sorted(re.findall(r'class="card" id="([^"]+)"', html))
    assert len(set(anchors)) == 20


def test_copied_text_holds_answer_and_sources() -> None:
    text = answer_text(turn(), "zh-TW", 115)
    assert "答。[1]" in text
    assert "[1] 高雄市政府交通局 交通（三）（11-3）：推動公車電動化。" in text
    assert "115 年度" in text


MARKDOWN = MarkdownIt("commonmark", {"html": True})


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60))
def test_escaped_markdown_is_shown_letter_by_letter(text: str) -> None:
    html = MARKDOWN.render(escape_markdown(text))
    assert set(re.findall(r"</?(\w+)", html)) <= {"p"}
    assert "".join(unescape(re.sub(r"<[^>]*>", "", html)).split()) == "".join(text.split())


@given(TEXT, TEXT)
def test_a_transcript_holds_only_its_own_markup(question: str, answer: str) -> None:
    html = MARKDOWN.render(transcript([turn(question, answer)], "zh-TW", 115))
    assert set(re.findall(r"</?(\w+)", html)) <= {"h1", "h2", "p", "blockquote"}


def test_what_the_page_keeps_of_an_answer(assistant: PolicyAssistant) -> None:
    answer = assistant.ask("公車什麼時候會全部換成電動的？")
    kept = shown_turn(answer, finished=True)
    assert [citation.item.id for citation in kept.citations] == ["11-3"]
    assert "11-3" not in {item.id for item in kept.related}
    assert 3 <= len(kept.related) <= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_are_links_by_the_four_themes(language: Any) -> None:
    html = examples_html(language)
    only_ours(html)
    assert html.count("<h3>") == 4
    assert html.count("data-ask=") >= 8


# 權責查詢 and 施政項目


def test_bars_stand_beside_their_figures(assistant: PolicyAssistant) -> None:
    answer = assistant.ask_owner("登革熱防治")
    html = owners_html(answer, "登革熱<b>", "zh-TW")
    text = read(html).text
    assert "<b>" not in html
    for owner in answer.owners:
        assert f"{owner.bureau.short}{percent(owner.share)}" in text


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0%"), (0.0001, "<1%"), (0.0049, "<1%"), (0.006, "1%"), (0.894, "89%"), (1, "100%")]
)
def test_a_small_share_is_not_shown_as_none(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_a_topic_that_is_not_held_is_said_to_be_so(assistant: PolicyAssistant) -> None:
    answer = assistant.ask_owner("結婚登記要帶什麼")
    assert answer.grounding == "no_evidence"
    assert say("owners.weak") in owners_html(answer, "結婚登記", "zh-TW")
    assert topic_row("結婚登記", answer, "zh-TW")[-1] == say("owners.no")


def test_rows_of_many_topics_are_as_long_as_their_header(assistant: PolicyAssistant) -> None:
    answers = [("路燈不亮", assistant.ask_owner("路燈不亮")), ("長" * 3000, None)]
    rows = [topic_row(topic, answer, "en") for topic, answer in answers]
    assert {len(row) for row in rows} == {6}
    assert "Public Works Bureau" in rows[0][1]
    assert topics_html(answers, "en").count("<tr>") == 3


def test_the_chart_agrees_with_the_catalog(assistant: PolicyAssistant) -> None:
    catalog = assistant.catalog
    html = chart_html(catalog, "zh-TW")
    figures = re.findall(r'class="figure">(\d+)', html)
    counted = [(len(items), sum(item.net_zero for item in items)) for items in catalog.sections.values()]
    assert [int(figure) for figure in figures] == [count for pair in counted for count in pair]
    assert f"<td>{sum(count for count, _ in counted)}</td>" in html


def test_every_item_has_a_page_with_its_neighbours(assistant: PolicyAssistant) -> None:
    catalog = assistant.catalog
    for item in catalog.items.values():
        html = item_html(item, catalog, "zh-TW")
        assert item.label in html
        near = re.findall(r"\?item=(\d+-\d+)\"", html)
        assert {f"{item.chapter}-{item.number + step}" for step in (-1, 1)} & catalog.items.keys() <= set(near)


def test_a_list_says_how_many_fit(assistant: PolicyAssistant) -> None:
    items = list(assistant.catalog.items.values())[:2]
    assert say("items.found", "zh-TW", total=9, shown=2) in items_html(items, assistant.catalog, "zh-TW", total=9)
    assert say("items.none") in items_html([], assistant.catalog, "zh-TW", total=0)
