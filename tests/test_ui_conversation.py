"""What the tab 問答 shows from a question and what was said before it, without a browser."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from embeddings import Embedder
from rag import PolicyAssistant, Settings
from rag.chat.reply import Chat
from rag.index.store import PolicyIndex
from rag.suggestions import suggest_questions
from ui.page.answering import Desk, Shown
from ui.page.conversation import earlier_turns, read_conversation, write_conversation
from ui.records.errors import RecordsError
from ui.records.store import RecordStore, open_records
from ui.rendering.conversation import THEMES
from ui.rendering.turns import shown_turn
from ui.wording import LANGUAGES, say

QUESTION = "公車什麼時候會全部換成電動的？"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RecordStore:
    return open_records(Settings(data_dir=tmp_path_factory.mktemp("data"), unanswered_log=True))


@pytest.fixture(scope="module")
def desk(assistant: PolicyAssistant, store: RecordStore) -> Desk:
    return Desk(assistant, store)


def last(moments: Any) -> Shown:
    *_, shown = moments
    assert isinstance(shown, Shown)
    return shown


def test_an_answer_of_the_items_is_there_at_once(desk: Desk) -> None:
    (done,) = desk.answer(QUESTION, "", "zh-TW")
    assert done.typed == ""
    assert not done.working
    assert done.asked
    assert done.rateable
    assert "11-3" in done.live
    assert say("ask.go_on") in desk.go_on(done.log, "zh-TW")
    assert done.words == say("ask.done", "zh-TW", count=1)
    assert "11\\-3" in desk.write_down(done.log, "zh-TW")


def test_an_answer_of_a_model_grows_behind_a_question_that_was_heard(
    index: PolicyIndex, embedder: Embedder, store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.page.answering._PAUSE", 0)
    said = "交通局推動 2030 市區公車全面電動化。[1] 交通局加速增設電動車充電設施。[1]"
    model = GenericFakeChatModel(messages=iter([AIMessage(said)]))
    desk = Desk(PolicyAssistant(index, embedder, Chat(model, "scripted")), store)
    heard, *growing, done = desk.answer(f"  {QUESTION} ", "", "zh-TW")
    assert say("ask.working") in heard.live
    assert QUESTION in heard.live
    assert len(growing) >= 2
    assert all(moment.working for moment in (heard, *growing))
    assert not done.working
    # The box is emptied once: what is typed while an answer grows is the next question.
    assert [moment.typed for moment in (heard, *growing, done)] == ["", *[None] * (len(growing) + 1)]


def test_an_answer_that_fails_gives_the_question_back(
    index: PolicyIndex, embedder: Embedder, store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("no such shelf")

    failing = PolicyAssistant(index, embedder)
    monkeypatch.setattr(failing, "stream", fail)
    desk = Desk(failing, store)
    shown = last(desk.answer(f" {QUESTION}", "", "en"))
    assert say("ask.failed", "en") in shown.notice
    assert "shelf" not in shown.notice + shown.live
    assert (shown.typed, shown.working, shown.log) == (QUESTION, False, "")


def test_citations_are_right_in_the_fifth_turn_and_after_a_reload(desk: Desk, assistant: PolicyAssistant) -> None:
    questions = [
        QUESTION,
        "登革熱防治是哪個局負責？",
        "捷運黃線現在做到哪裡？",
        "交通第三項",
        "太陽能光電六年計畫要裝多少？",
    ]
    alone = [[c.item.id for c in assistant.ask(question).citations] for question in questions]
    log = ""
    for question in questions:
        log = last(desk.answer(question, log, "zh-TW")).log
    turns = read_conversation(log, assistant.catalog.items)
    assert [[c.item.id for c in turn.citations] for turn in turns] == alone
    reopened = desk.show(log, "zh-TW")
    assert reopened.log == log
    shown = reopened.past + reopened.live
    for number, ids in enumerate(alone, start=1):
        for marker, item_id in enumerate(ids, start=1):
            assert f'id="turn-{number}-item-{marker}" data-item="{item_id}"' in shown


def test_a_follow_up_is_understood_by_what_was_said(desk: Desk) -> None:
    log = last(desk.answer("捷運黃線現在做到哪裡？", "", "zh-TW")).log
    shown = last(desk.answer("那紫線呢？", log, "zh-TW"))
    assert 'data-item="17-6"' in shown.live


def test_answering_again_replaces_the_last_answer(desk: Desk, assistant: PolicyAssistant) -> None:
    log = last(desk.answer(QUESTION, last(desk.answer("交通第三項", "", "zh-TW")).log, "zh-TW")).log
    again = last(desk.answer_again(log, "zh-TW")).log
    assert json.loads(again) == json.loads(log)
    assert list(desk.answer_again("", "zh-TW")) == []


@pytest.mark.parametrize("question", ["", "  \n", "車" * 2001])
def test_what_is_no_question_is_declined_and_changes_nothing(desk: Desk, question: str) -> None:
    log = last(desk.answer(QUESTION, "", "zh-TW")).log
    shown = last(desk.answer(question, log, "en"))
    assert shown.log == log
    assert shown.typed is None
    assert say("ask.unreadable", "en") in shown.notice


@pytest.mark.parametrize(
    "question", ["\x00\x07公車", "公車\u202e反", "\ud800公車", "<b>公車</b>", "![x](http://e.com/x.png) 公車"]
)
def test_strange_questions_are_shown_as_typed(desk: Desk, question: str, assistant: PolicyAssistant) -> None:
    shown = last(desk.answer(question, "", "zh-TW"))
    assert len(read_conversation(shown.log, assistant.catalog.items)) == 1
    assert "<b>公車" not in shown.live
    assert "<img" not in shown.live


def test_an_unanswered_question_is_kept_where_staff_want_it(desk: Desk, store: RecordStore) -> None:
    before = len(store.unanswered())
    last(desk.answer("捷運票價多少？我的電話 0912345678", "", "zh-TW"))
    kept = store.unanswered()
    assert len(kept) == before + 1
    assert "0912" not in kept[0].question
    last(desk.answer("你好", "", "zh-TW"))
    assert len(store.unanswered()) == before + 1


def test_a_failing_store_costs_nobody_the_answer(
    assistant: PolicyAssistant, store: RecordStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Any) -> None:
        raise RecordsError("disk full")

    monkeypatch.setattr(store, "note_unanswered", fail)
    assert last(Desk(assistant, store).answer("捷運票價多少", "", "zh-TW")).asked


FORGED = [
    "x", "{}", "[1]", '[{"question": "a"}]', "[" * 1000, '[{"question": "a", "answer": "<b>", "language": "xx"}]',
]  # fmt: skip


@pytest.mark.parametrize("log", FORGED)
def test_a_conversation_that_was_tampered_with_is_none(log: str, assistant: PolicyAssistant) -> None:
    assert read_conversation(log, assistant.catalog.items) == []


@given(st.text(max_size=100))
def test_no_text_breaks_the_reading(log: str) -> None:
    assert isinstance(read_conversation(log, {}), list)


def test_items_of_another_document_are_left_out(assistant: PolicyAssistant) -> None:
    turn = shown_turn(assistant.ask(QUESTION), finished=True)
    items = {item_id: item for item_id, item in assistant.catalog.items.items() if item_id != "11-3"}
    assert read_conversation(write_conversation([turn]), items)[0].citations == ()


def test_long_conversations_keep_their_end(assistant: PolicyAssistant) -> None:
    turn = shown_turn(assistant.ask(QUESTION), finished=True)
    turns = [replace(turn, question=f"第 {n} 題") for n in range(50)]
    read = read_conversation(write_conversation(turns), assistant.catalog.items)
    assert read == turns[-30:]
    assert [turn.question for turn in earlier_turns(read)] == [f"第 {n} 題" for n in range(44, 50)]


# Questions that are offered


def suggest(assistant: PolicyAssistant, question: str, language: Any) -> list[str]:
    turn = shown_turn(assistant.ask(question), finished=True)
    cited, related = [c.item.id for c in turn.citations], [item.id for item in turn.related]
    return suggest_questions(assistant, question, cited, related, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_is_answered(language: Any, assistant: PolicyAssistant) -> None:
    for theme in THEMES:
        questions = say(f"examples.{theme}", language).split("\n")
        assert len(questions) >= 2
        for question in questions:
            assert assistant.ask(question).grounding == "cited", question


@pytest.mark.parametrize(
    ("question", "language"), [(QUESTION, "zh-TW"), ("捷運票價多少", "zh-TW"), ("How is Hakka culture promoted?", "en")]
)
def test_what_is_offered_next_is_answered_by_the_document(
    question: str, language: Any, assistant: PolicyAssistant
) -> None:
    offered = suggest(assistant, question, language)
    assert 2 <= len(offered) <= 3
    assert question not in offered
    for next_question in offered:
        assert assistant.ask(next_question).grounding == "cited"


def test_nothing_is_offered_where_nothing_is_near(assistant: PolicyAssistant) -> None:
    assert suggest(assistant, "你好", "zh-TW") == []


def test_no_chat_model_is_asked_for_what_to_offer(
    assistant: PolicyAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = assistant.without_model()
    assert bare.answerer == "extractive"
    refuse: Callable[..., Any] = pytest.fail
    monkeypatch.setattr(assistant, "ask", refuse)
    assert suggest_questions(assistant, QUESTION, ["11-3"], ["11-4"], "zh-TW")
