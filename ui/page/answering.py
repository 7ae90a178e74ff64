"""From a question and the conversation before it to all that the tab shows next. No Gradio here."""

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from rag import Answer, PolicyAssistant
from rag.answering.draft import EXTRACTIVE
from rag.errors import QuestionError
from rag.retrieval.question import check_question
from rag.suggestions import suggest_questions
from rag.types import Language
from ui.page.conversation import earlier_turns, read_conversation, write_conversation
from ui.records.errors import RecordsError
from ui.records.store import RecordStore
from ui.rendering.conversation import View, examples_html, go_on_html, notice_html, turn_html
from ui.rendering.transcript import transcript
from ui.rendering.turns import ShownTurn, shown_turn, waiting_turn
from ui.wording import LANGUAGES, say

_log = logging.getLogger(__name__)
# Seconds between two looks at a growing answer: what comes faster is not read piece by piece.
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tab shows at one moment.

    `past` and `live`: the earlier turns and the last one, as HTML; `log`: all turns, as the browser keeps them;
    `words`: for a screen reader; `notice`: what went wrong, as HTML. `working`: the answer still grows; `typed`: what
    stands in the question box from now on, None where it stays; `rateable`: there is an answer to have an opinion of.
    """

    past: str
    live: str
    log: str
    words: str = ""
    notice: str = ""
    asked: bool = False
    working: bool = False
    typed: str | None = None
    rateable: bool = False


class Desk:
    """Answers for the tab. Keeps nothing of anybody: each call brings its conversation along."""

    def __init__(self, assistant: PolicyAssistant, records: RecordStore) -> None:
        self._assistant = assistant
        self._records = records

    def answer(self, question: str, log: str, language: Language) -> Generator[Shown, None, None]:
        """The question and its growing answer behind the conversation so far."""
        turns = self._read(log)
        try:
            heard = check_question(question)
        except QuestionError:
            told = notice_html(say("ask.unreadable", language))
            yield replace(self._shown(turns, language), notice=told)
            return
        try:
            yield from self._grow(heard, turns, language)
        except Exception:  # noqa: BLE001
            # Whatever it was: nobody is left before a page that waits, or without what they typed.
            _log.exception("a question could not be answered")
            told = notice_html(say("ask.failed", language))
            yield replace(self._shown(turns, language), notice=told, typed=heard)

    def _grow(self, heard: str, turns: Sequence[ShownTurn], language: Language) -> Generator[Shown, None, None]:
        # A chat model takes seconds to its first sentence: that the question has been heard is seen before. Without
        # one the answer is there at once, and each look at it between would only delay that of somebody else.
        writes = self._assistant.answerer != EXTRACTIVE
        if writes:
            yield replace(self._shown([*turns, waiting_turn(heard, language)], language, working=True), typed="")
        answer, told = None, 0.0
        for answer in self._assistant.stream(heard, earlier_turns(turns)):
            if writes and monotonic() - told > _PAUSE:
                yield self._shown([*turns, shown_turn(answer, finished=False)], language, working=True)
                told = monotonic()
        if answer is not None:
            yield replace(self._finished(turns, answer, language), typed=None if writes else "")

    def answer_again(self, log: str, language: Language) -> Generator[Shown, None, None]:
        """The last question once more, as if it had not been answered."""
        turns = self._read(log)
        if turns:
            yield from self.answer(turns[-1].question, write_conversation(turns[:-1]), language)

    def show(self, log: str, language: Language) -> Shown:
        """The conversation as it stands."""
        return self._shown(self._read(log), language)

    def write_down(self, log: str, language: Language) -> str:
        """The conversation as Markdown."""
        return transcript(self._read(log), language, self._assistant.catalog.year)

    def go_on(self, log: str, language: Language) -> str:
        """Questions to go on with, as HTML: in the language of the last question, as far as there are any."""
        turns = self._read(log)
        if not turns or turns[-1].kind == "chat":
            return ""
        last = turns[-1]
        offered = last.language if last.language in LANGUAGES else language
        cited, related = [c.item.id for c in last.citations], [item.id for item in last.related]
        return go_on_html(suggest_questions(self._assistant, last.question, cited, related, offered), language)

    def _read(self, log: str) -> list[ShownTurn]:
        return read_conversation(log, self._assistant.catalog.items)

    def _finished(self, turns: Sequence[ShownTurn], answer: Answer, language: Language) -> Shown:
        try:
            self._records.note_unanswered(answer)
        except RecordsError as error:
            # Nothing that the asker could mend.
            _log.warning("%s", error)
        return replace(
            self._shown([*turns, shown_turn(answer, finished=True)], language), words=_outcome(answer, language)
        )

    def _shown(self, turns: Sequence[ShownTurn], language: Language, *, working: bool = False) -> Shown:
        catalog = self._assistant.catalog
        view = View(language, catalog.bureaus, catalog.year)
        if not turns:
            return Shown("", examples_html(language), "")
        *past, last = turns
        return Shown(
            past="".join(turn_html(turn, number, view) for number, turn in enumerate(past, start=1)),
            live=turn_html(last, len(turns), view, live=working),
            log=write_conversation(turns),
            asked=True,
            working=working,
            rateable=last.kind != "chat",
        )


def _outcome(answer: Answer, language: Language) -> str:
    """What a screen reader is told of a finished answer: what the eye sees by its badge and its cards."""
    if answer.grounding == "no_evidence" and answer.kind != "chat":
        return say("ask.done_without", language)
    if not answer.citations:
        return say("ask.done_plain", language)
    key = "ask.done_partly" if answer.grounding == "partial" else "ask.done"
    return say(key, language, count=len(answer.citations))
