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
    """`log`: the conversation as JSON; `words`: what is announced; `text`: what can be downloaded. None is seen."""

    past: gr.HTML
    live: gr.HTML
    next: gr.HTML
    log: gr.Textbox
    words: gr.Textbox
    text: gr.Textbox
    tools: gr.Row
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button


def build_ask(page: gr.Blocks, assistant: PolicyAssistant, records: RecordStore) -> None:
    """Draw the tab inside the open Gradio context; `page` for what happens on loading."""
    desk = Desk(assistant, records)
    with gr.Column(elem_id="ask"):
        parts, buttons, rating = _draw(assistant, records)
    shown = [parts.past, parts.live, parts.log, parts.words, parts.text, parts.tools, parts.box, rating.row]
    shown += [parts.send, parts.stop, *rating.parts]

    async def respond(question: str, log: str, request: gr.Request) -> AsyncIterator[list[Any]]:
        async for now in in_threads(desk.answer(question, log, language_of(request))):
            yield _updates(now, rating, language_of(request))

    async def retry(log: str, request: gr.Request) -> AsyncIterator[list[Any]]:
        async for now in in_threads(desk.answer_again(log, language_of(request))):
            yield _updates(now, rating, language_of(request))

    async def reopen(log: str, question: str, request: gr.Request) -> AsyncIterator[list[Any]]:
        async for now in in_threads(desk.reopen(log, question, language_of(request))):
            yield _updates(now, rating, language_of(request))

    def halt(log: str, request: gr.Request) -> list[Any]:
        language = language_of(request)
        return _updates(replace(desk.show(log, language), words=say("ask.stopped", language)), rating, language)

    def clear(request: gr.Request) -> list[Any]:
        return _updates(desk.show("", language_of(request)), rating, language_of(request))

    limits: dict[str, Any] = {**QUIET, "queue": True, "concurrency_limit": _AT_ONCE, "concurrency_id": "answer"}
    question, log = parts.box, parts.log
    answers = [
        gr.on([parts.send.click, question.submit], respond, [question, log], shown, **limits),
        buttons.retry.click(retry, [log], shown, **limits),
        page.load(reopen, [log, question], shown, js="() => policyqa.reopened()", **limits),
    ]
    halted = parts.stop.click(halt, [log], shown, cancels=answers, **QUIET)
    cleared = buttons.new.click(clear, None, shown, cancels=answers, **QUIET)

    def go_on(log: str, request: gr.Request) -> str:
        return desk.go_on(log, language_of(request))

    for done in (*answers, halted, cleared):
        done.then(None, [log, parts.words], None, js="(log, words) => policyqa.keep(log, words)", **QUIET)
        done.then(go_on, [log], [parts.next], **{**QUIET, "queue": True, "concurrency_limit": 1})
    buttons.export.click(None, [parts.text], None, js="(text) => policyqa.download(text, '.md')", **QUIET)


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
    return _Parts(past, live, further, log, words, text, tools, box, send, stop), _Buttons(retry, export, new), rating


def _updates(now: Shown, rating: Rating, language: Language) -> list[Any]:
    """In the order of `shown` above. What is typed while an answer grows stays in the box."""
    growing = now.working and not now.taken
    return [
        # Long conversations are not sent again with every word of their last answer.
        gr.skip() if growing else now.past,
        now.live,
        now.log,
        now.words,
        now.text,
        gr.skip() if growing else gr.Row(visible=now.asked and not now.working),
        gr.Textbox(value="", interactive=True) if now.taken else gr.Textbox(interactive=True),
        gr.skip() if growing else gr.Row(visible=now.asked and not now.working and now.rateable),
        gr.skip() if growing else gr.Button(visible=not now.working),
        gr.skip() if growing else gr.Button(visible=now.working),
        *([gr.skip()] * len(rating.parts) if now.working else rating.reset(language)),
    ]
