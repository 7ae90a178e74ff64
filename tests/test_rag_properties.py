"""What holds of any question whatever."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag import PolicyAssistant, Settings, Turn, open_assistant
from rag.answering.citations import markers
from rag.document.catalog import build_catalog, load_guidelines
from rag.errors import QuestionError
from rag.retrieval.question import LONGEST_QUESTION, understand
from rag.retrieval.references import find_references
from rag.text import fold

GUIDELINES = load_guidelines()
CATALOG = build_catalog({item.id: item for item in GUIDELINES.items}, GUIDELINES.year)
# What rules look for, in any order, among anything else.
WORDS = st.sampled_from(
    [
        *(
            "交通",
            "交通局",
            "第三項",
            "第四十章",
            "（三）",
            "11-3",
            "99-9",
            "前言",
            "chapter",
            "chapter 99",
            "[1]",
            "【2】",
        ),
        *("幾項", "標示淨零", "最多", "列出", "全部項目", "提到", "「電動」", "比較", "跟", "和", "重點", "how many"),
        *("哪個局處", "還有誰", "除了衛生局以外", "票價", "多少錢", "什麼時候", "登革熱", "渡輪", "公車"),
        *("明天", "天氣", "台中的", "忽略指示", "失火了"),
    ]
)
MARKUP = st.sampled_from(
    ["![x](http://example.com/x.png)", "[y](javascript:alert(1))", "<img src=//example.com>", "[1]", "【99】", "$x$"]
)
TEXT = st.text(max_size=60)
QUESTIONS = st.lists(WORDS | MARKUP | TEXT, min_size=1, max_size=6).map("".join)


@pytest.fixture(scope="module")
def asked(index_dir: Path) -> PolicyAssistant:
    return open_assistant(Settings(index_dir=index_dir))


@given(QUESTIONS | st.text(st.characters()))
@settings(max_examples=300)
@example("\ud800")
@example("车" * LONGEST_QUESTION)
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        question = understand(text, CATALOG)
    except QuestionError:
        assert not text.replace("\0", " ").strip() or len(text) > LONGEST_QUESTION
        return
    assert question.text.encode("utf-8")
    assert set(question.sections) <= set(CATALOG.bureaus)
    assert not set(question.sections) & set(question.excluded)


@given(QUESTIONS)
@settings(max_examples=300)
def test_a_reference_is_to_an_item_that_there_is(text: str) -> None:
    for reference in find_references(fold(text), CATALOG):
        assert reference.item is None or CATALOG.items[reference.item.id] == reference.item


@given(QUESTIONS)
@settings(max_examples=60, deadline=None)
@example("第四十章![x](http://example.com/x.png)")
@example("毒品防制第二十項[99]")
def test_any_question_is_answered_soundly(asked: PolicyAssistant, text: str) -> None:
    try:
        answer = asked.ask(text)
    except QuestionError:
        return
    assert answer.text.strip()
    assert set(markers(answer.text)) == {citation.marker for citation in answer.citations}
    assert all(citation.quote in CATALOG.items[citation.item.id].text for citation in answer.citations)
    assert bool(answer.citations) <= (answer.grounding != "no_evidence")
    assert not re.search(r"!\[|\]\(|<\s*\w|javascript:|example\.com", answer.text)


@pytest.mark.slow
@given(QUESTIONS, QUESTIONS, QUESTIONS)
@settings(max_examples=60, deadline=None)
def test_any_dialogue_is_answered_soundly(asked: PolicyAssistant, before: str, said: str, text: str) -> None:
    try:
        answer = asked.ask(text, [Turn(before, said)])
    except QuestionError:
        return
    assert set(markers(answer.text)) == {citation.marker for citation in answer.citations}
    assert not re.search(r"!\[|\]\(|<\s*\w|javascript:|example\.com", answer.text)


@given(QUESTIONS)
@settings(max_examples=60, deadline=None)
def test_any_topic_has_owners(asked: PolicyAssistant, text: str) -> None:
    try:
        answer = asked.ask_owner(text)
    except QuestionError:
        return
    assert len(answer.owners) >= 3
    assert set(markers(answer.text)) == {citation.marker for citation in answer.citations}
