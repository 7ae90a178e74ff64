"""Whether the last answer was helpful: kept only where somebody says so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag import PolicyAssistant
from rag.errors import RagError
from rag.types import Language
from ui.page.conversation import read_conversation
from ui.page.language import language_of, worded
from ui.records.store import RecordStore
from ui.rendering.conversation import notice_html, said_html
from ui.rendering.turns import ShownTurn
from ui.wording import say

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


@dataclass(frozen=True, slots=True)
class Rating:
    """`row` is shown once there is an answer; `reset` gives `parts` their values for a new one."""

    row: gr.Row
    parts: list[Any]
    reset: Callable[[Language], list[Any]]


def build_rating(assistant: PolicyAssistant, records: RecordStore, log: gr.Textbox) -> Rating:
    """Draw the two thumbs, and behind them a reason."""
    with gr.Row(visible=False, elem_id="rating") as row:
        asked = gr.HTML(elem_id="rate")
        useful = gr.Button(worded("ask.useful"), size="sm", scale=0, min_width=90, elem_id="useful")
        useless = gr.Button(worded("ask.not_useful"), size="sm", scale=0, min_width=90, elem_id="not-useful")
        with gr.Row(visible=False, elem_id="reason-row") as more:
            opinion = gr.Textbox(visible=False)
            reason = gr.Textbox(label=worded("ask.reason"), max_lines=3, max_length=500, elem_id="reason")
            send = gr.Button(worded("ask.send_reason"), size="sm", scale=0, min_width=120, elem_id="send-reason")
    parts = [asked, useful, useless, more, reason]

    def ask_why(request: gr.Request) -> list[Any]:
        told = say("ask.kept", language_of(request), days=records.feedback_days)
        return [said_html(told), gr.Row(visible=True)]

    def keep(chosen: str, why: str, kept: str, request: gr.Request) -> list[Any]:
        language = language_of(request)
        turns = read_conversation(kept, assistant.catalog.items)
        try:
            if turns:
                _keep(records, turns[-1], why, language, useful=chosen == "useful")
        except RagError:
            return [notice_html(say("ask.not_kept", language)), *[gr.skip()] * 4]
        hidden = gr.Button(visible=False)
        return [said_html(say("ask.thanks", language)), hidden, hidden, gr.Row(visible=False), ""]

    def reset(language: Language) -> list[Any]:
        shown = gr.Button(visible=True)
        return [said_html(say("ask.rate", language)), shown, shown, gr.Row(visible=False), ""]

    for button, chosen in ((useful, "useful"), (useless, "useless")):
        told = button.click(ask_why, None, [asked, more], **QUIET)
        told.then(None, [asked], None, js="(html) => policyqa.tell(html)", **QUIET)
        button.click(None, None, [opinion], js=f"() => ['{chosen}']", **QUIET)
    gr.on([send.click, reason.submit], keep, [opinion, reason, log], parts, **QUIET)
    return Rating(row, parts, reset)


def _keep(records: RecordStore, turn: ShownTurn, reason: str, language: Language, *, useful: bool) -> None:
    records.add_feedback(
        useful=useful,
        reason=reason,
        question=turn.question,
        answer=turn.answer,
        grounding=turn.grounding,
        citations=[citation.item.id for citation in turn.citations],
        language=language,
        source="page",
    )
