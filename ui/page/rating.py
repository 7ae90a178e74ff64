"""Whether the last answer was helpful: kept at the press of a thumb, and only then; a reason may follow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag import PolicyAssistant
from rag.types import Language
from ui.page.conversation import read_conversation
from ui.page.language import language_of, worded
from ui.records.errors import RecordsError
from ui.records.store import RecordStore
from ui.rendering.conversation import notice_html, rating_html, said_html
from ui.rendering.turns import ShownTurn
from ui.wording import say

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
_USEFUL, _NOT_USEFUL = "useful", "not-useful"


@dataclass(frozen=True, slots=True)
class Rating:
    """`row` is shown once there is an answer; `reset` gives `parts` their values for a new one."""

    row: gr.Row
    parts: list[Any]
    reset: Callable[[Language], list[Any]]


def build_rating(assistant: PolicyAssistant, records: RecordStore, log: gr.Textbox) -> Rating:
    """Draw the two thumbs, and behind them a reason."""
    with gr.Row(visible=False, elem_id="rating") as row:
        told = gr.HTML(elem_id="rate")
        useful = gr.Button(worded("ask.useful"), size="sm", scale=0, min_width=90, elem_id=_USEFUL)
        useless = gr.Button(worded("ask.not_useful"), size="sm", scale=0, min_width=90, elem_id=_NOT_USEFUL)
        with gr.Row(visible=False, elem_id="reason-row") as more:
            # What was pressed last, and the id under which it is kept, which no other visitor has.
            opinion, kept = gr.Textbox(visible=False), gr.Textbox(visible=False)
            reason = gr.Textbox(label=worded("ask.reason"), max_lines=3, max_length=500, elem_id="reason")
            send = gr.Button(worded("ask.send_reason"), size="sm", scale=0, min_width=120, elem_id="send-reason")
    parts = [told, useful, useless, more, reason, kept]

    def keep(chosen: str, kept: str, log: str, request: gr.Request) -> list[Any]:
        language = language_of(request)
        turns = read_conversation(log, assistant.catalog.items)
        if not turns:
            return [gr.skip()] * 4
        try:
            feedback_id = _keep(records, turns[-1], language, kept, useful=chosen == _USEFUL)
        except RecordsError:
            return [notice_html(say("ask.not_kept", language)), gr.skip(), gr.skip(), gr.skip()]
        return [said_html(say("ask.thanks", language)), gr.Row(visible=True), chosen, feedback_id]

    def explain(chosen: str, kept: str, why: str, request: gr.Request) -> list[Any]:
        language = language_of(request)
        try:
            if _is_id(kept):
                records.revise_feedback(int(kept), useful=chosen == _USEFUL, reason=why)
        except RecordsError:
            return [notice_html(say("ask.not_kept", language)), *[gr.skip()] * 5]
        hidden = gr.Button(visible=False)
        return [said_html(say("ask.thanks_again", language)), hidden, hidden, gr.Row(visible=False), "", ""]

    def reset(language: Language) -> list[Any]:
        shown = gr.Button(visible=True)
        asked = rating_html(language, days=records.feedback_days)
        return [asked, shown, shown, gr.Row(visible=False), "", ""]

    for button, chosen in ((useful, _USEFUL), (useless, _NOT_USEFUL)):
        pressed = button.click(
            keep, [opinion, kept, log], [told, more, opinion, kept],
            js=f"(opinion, kept, log) => ['{chosen}', kept, log]", **QUIET,
        )  # fmt: skip
        pressed.then(None, [told], None, js="(html) => policyqa.tell(html)", **QUIET)
    gr.on([send.click, reason.submit], explain, [opinion, kept, reason], parts, **QUIET)
    return Rating(row, parts, reset)


def _keep(records: RecordStore, turn: ShownTurn, language: Language, kept: str, *, useful: bool) -> str:
    """The id of what is kept; who presses the other thumb changes it."""
    if _is_id(kept):
        records.revise_feedback(int(kept), useful=useful, reason="")
        return kept
    feedback_id = records.add_feedback(
        useful=useful,
        reason="",
        question=turn.question,
        answer=turn.answer,
        grounding=turn.grounding,
        citations=[citation.item.id for citation in turn.citations],
        language=language,
        source="page",
    )
    return str(feedback_id)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 16
