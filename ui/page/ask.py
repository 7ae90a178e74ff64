"""問答: a conversation, each answer with the items that it rests on beside it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from rag import PolicyAssistant
from rag.retrieval.question import LONGEST_QUESTION
from rag.types import Language
from ui.page.answering import Desk, Shown
from ui.page.language import language_of, worded
from ui.page.rating import QUIET, Rating, build_rating
from ui.page.streaming import in_threads
from ui.records.store import RecordStore
from ui.rendering.conversation import examples_html
from ui.wording import say

# Answers that are made at once; who comes later waits in line.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class _Parts:
    """`log`: the conversation as JSON; `words`: what is announced; `text`: what is downloaded. None of them is seen."""

    past: gr.HTML
    live: gr.HTML
    next: gr.HTML
    log: gr.Textbox
    words: gr.Textbox
    text: gr.Textbox
    tools: gr.Row
    notice: gr.HTML
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button

    @property
    def shown(self) -> list[Any]:
        """What changes with an answer."""
        return [self.past, self.live, self.log, self.words, self.tools, self.notice, self.box, self.send, self.stop]


def build_ask(page: gr.Blocks, assistant: PolicyAssistant, records: RecordStore) -> None:
    """Draw the tab inside the open Gradio context; `page` for what happens on loading."""
    desk = Desk(assistant, records)
    with gr.Column(elem_id="ask"):
        parts, buttons, rating = _draw(assistant, records)
    answers = _answer(desk, parts, buttons, rating)
    others = _leave(page, desk, parts, buttons, rating, answers)

    def go_on(log: str, request: gr.Request) -> str:
        return desk.go_on(log, language_of(request))

    for done in (*answers, *others):
        done.then(None, [parts.log, parts.words], None, js="(log, words) => policyqa.keep(log, words)", **QUIET)
        done.then(go_on, [parts.log], [parts.next], **{**QUIET, "queue": True, "concurrency_limit": 1})

    def write_down(log: str, request: gr.Request) -> str:
        return desk.write_down(log, language_of(request))

    written = buttons.export.click(write_down, [parts.log], [parts.text], **QUIET)
    written.then(None, [parts.text], None, js="(text) => policyqa.download(text, '.md')", **QUIET)


def _answer(desk: Desk, parts: _Parts, buttons: "_Buttons", rating: Rating) -> list[Any]:
    """What is asked, and asked again; these wait in line."""

    async def respond(question: str, log: str, request: gr.Request) -> AsyncIterator[dict[Any, Any]]:
        async for now in in_threads(desk.answer(question, log, language_of(request))):
            yield _updates(now, parts, rating, language_of(request))

    async def retry(log: str, request: gr.Request) -> AsyncIterator[dict[Any, Any]]:
        async for now in in_threads(desk.answer_again(log, language_of(request))):
            yield _updates(now, parts, rating, language_of(request))

    limits: dict[str, Any] = {**QUIET, "queue": True, "concurrency_limit": _AT_ONCE, "concurrency_id": "answer"}
    outputs = [*parts.shown, *rating.parts, rating.row]
    return [
        gr.on([parts.send.click, parts.box.submit], respond, [parts.box, parts.log], outputs, **limits),
        buttons.retry.click(retry, [parts.log], outputs, **limits),
    ]


def _leave(
    page: gr.Blocks, desk: Desk, parts: _Parts, buttons: "_Buttons", rating: Rating, answers: list[Any]
) -> list[Any]:
    """What breaks an answer off, and what brings a conversation back; these wait for nobody."""

    def reopen(log: str, request: gr.Request) -> dict[Any, Any]:
        return _updates(desk.show(log, language_of(request)), parts, rating, language_of(request))

    def halt(log: str, request: gr.Request) -> dict[Any, Any]:
        language = language_of(request)
        return _updates(replace(desk.show(log, language), words=say("ask.stopped", language)), parts, rating, language)

    def clear(request: gr.Request) -> dict[Any, Any]:
        language = language_of(request)
        return _updates(replace(desk.show("", language), words=say("ask.cleared", language)), parts, rating, language)

    outputs = [*parts.shown, *rating.parts, rating.row]
    reopened = page.load(reopen, [parts.log], outputs, js="() => [policyqa.reopened()]", **QUIET)
    # The question of the address is asked as if it had been typed.
    reopened.then(None, None, None, js="() => policyqa.askWanted()", **QUIET)
    return [
        reopened,
        parts.stop.click(halt, [parts.log], outputs, cancels=answers, **QUIET),
        buttons.new.click(clear, None, outputs, cancels=answers, **QUIET),
    ]


@dataclass(frozen=True, slots=True)
class _Buttons:
    retry: gr.Button
    export: gr.Button
    new: gr.Button


def _draw(assistant: PolicyAssistant, records: RecordStore) -> tuple[_Parts, _Buttons, Rating]:
    past = gr.HTML(elem_id="past")
    live = gr.HTML(examples_html("zh-TW"), elem_id="live")
    further = gr.HTML(elem_id="go-on")
    log, words, text = (gr.Textbox(visible=False) for _ in range(3))
    with gr.Row(visible=False, elem_id="tools") as tools:
        retry = gr.Button(worded("ask.retry"), size="sm", scale=0, min_width=80)
        export = gr.Button(worded("ask.export"), size="sm", scale=0, min_width=80)
        new = gr.Button(worded("ask.new"), size="sm", scale=0, min_width=80)
    rating = build_rating(assistant, records, log)
    with gr.Row(elem_id="desk"):
        notice = gr.HTML(elem_id="notice")
        box = gr.Textbox(
            label=worded("ask.question"),
            placeholder=worded("ask.placeholder"),
            info=worded("ask.privacy"),
            lines=1,
            max_lines=5,
            # Told rather than cut: what is longer comes back with a sentence.
            max_length=LONGEST_QUESTION + 1,
            scale=1,
            # Until what this tab has kept stands on the page: an answer would be overwritten by it.
            interactive=False,
            elem_id="question",
        )
        send = gr.Button(worded("ask.send"), variant="primary", scale=0, min_width=96, elem_id="send")
        stop = gr.Button(worded("ask.stop"), variant="stop", scale=0, min_width=96, visible=False, elem_id="stop")
    parts = _Parts(past, live, further, log, words, text, tools, notice, box, send, stop)
    return parts, _Buttons(retry, export, new), rating


def _updates(now: Shown, parts: _Parts, rating: Rating, language: Language) -> dict[Any, Any]:
    """What is typed while an answer grows stays in the box."""
    changed = {parts.live: now.live, parts.log: now.log, parts.words: now.words, parts.notice: now.notice}
    changed[parts.box] = gr.Textbox(interactive=True) if now.typed is None else gr.Textbox(now.typed, interactive=True)
    if now.working and now.typed is None:
        # Long conversations are not sent again with every word of their last answer.
        return changed
    done = now.asked and not now.working
    return {
        **changed,
        parts.past: now.past,
        parts.tools: gr.Row(visible=done),
        parts.send: gr.Button(visible=not now.working),
        parts.stop: gr.Button(visible=now.working),
        rating.row: gr.Row(visible=done and now.rateable),
        **({} if now.working else dict(zip(rating.parts, rating.reset(language), strict=True))),
    }
