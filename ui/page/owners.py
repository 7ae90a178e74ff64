"""權責查詢: a topic, or many, and the bureaus that the guidelines give it to."""

from collections.abc import Iterator
from html import escape
from typing import Any

import gradio as gr

from rag import Answer, PolicyAssistant
from rag.errors import QuestionError
from rag.retrieval.question import LONGEST_QUESTION
from rag.types import Language
from ui.page.language import language_of, worded
from ui.page.topics import LONGEST_TEXT, MOST_TOPICS, Topics, read_topics
from ui.rendering.conversation import notice_html, quiet_html, said_html
from ui.rendering.owners import owners_html, spoken, topic_row, topics_header, topics_html
from ui.rendering.sheet import write_sheet
from ui.wording import say

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# One clerk's long list must not keep residents waiting.
LISTS, _LISTS_AT_ONCE = "lists", 2
# Topics between two counts of what has been looked up.
_STEP = 5
# Only what was found goes into the address.
_ADDRESS = "(topic, words) => words && policyqa.found({ tab: 'owners', topic }, words)"


def build_owners(page: gr.Blocks, assistant: PolicyAssistant) -> None:
    """Draw the tab inside the open Gradio context; `page` for what happens on loading."""
    with gr.Column(elem_id="owners"):
        introduction = gr.HTML(elem_id="owners-introduction")
        _one_topic(page, assistant)
        with gr.Accordion(worded("owners.many"), open=False, elem_id="many"):
            picker = _many_topics(assistant)
    page.load(_introduce, None, [introduction, picker], queue=False, **_QUIET)


def _introduce(request: gr.Request) -> list[str]:
    language = language_of(request)
    picker = (
        f'<label class="picker" for="topics-file">{escape(say("owners.file", language))}</label>'
        f'<input type="file" id="topics-file" accept=".csv,.txt,text/csv,text/plain" data-largest="{LONGEST_TEXT}" '
        f'data-bad="{escape(say("owners.bad_file", language))}" data-read="{escape(say("owners.read", language))}">'
        '<p id="topics-read" class="quiet" role="status"></p><p id="topics-bad" role="alert"></p>'
    )
    return [quiet_html(say("owners.introduction", language)), picker]


def _one_topic(page: gr.Blocks, assistant: PolicyAssistant) -> None:
    with gr.Row(elem_classes="line"):
        topic = gr.Textbox(
            label=worded("owners.topic"),
            placeholder=worded("owners.placeholder"),
            max_length=LONGEST_QUESTION + 1,
            max_lines=3,
            # Until the topic of the address stands in it: what is typed would be overwritten.
            interactive=False,
            elem_id="topic",
        )
        search = gr.Button(worded("owners.search"), variant="primary", scale=0, min_width=96, elem_id="topic-search")
    result = gr.HTML(elem_id="owners-result")
    words = gr.Textbox(visible=False)

    def look_up(asked: str, request: gr.Request) -> tuple[str, str]:
        language = language_of(request)
        answer = _owner(assistant, asked)
        if answer is None:
            return notice_html(say("ask.unreadable", language)), ""
        return owners_html(answer, answer.question.strip(), language), spoken(answer, language)

    def reopen(request: gr.Request) -> tuple[Any, Any, Any]:
        asked = request.query_params.get("topic", "").strip()
        box = gr.Textbox(value=asked, interactive=True)
        return (box, *look_up(asked, request)) if asked else (box, gr.skip(), gr.skip())

    found = gr.on([search.click, topic.submit], look_up, topic, [result, words], **_QUIET)
    found.then(None, [topic, words], None, js=_ADDRESS, **_QUIET)
    page.load(reopen, None, [topic, result, words], queue=False, **_QUIET)


def _many_topics(assistant: PolicyAssistant) -> gr.HTML:
    """Draws them; gives back where a file is chosen, which is worded on loading."""
    text = gr.Textbox(
        label=worded("owners.many_label"), lines=5, max_lines=12, max_length=LONGEST_TEXT, elem_id="topics"
    )
    picker = gr.HTML(elem_id="topics-picker")
    search = gr.Button(worded("owners.search_many"), variant="primary", elem_id="topics-search")
    state = gr.HTML(elem_id="topics-state")
    table = gr.HTML(elem_id="topics-result")
    sheet, words = gr.Textbox(visible=False), gr.Textbox(visible=False)
    download = gr.Button(worded("owners.download"), visible=False, elem_id="topics-download")

    def look_up(pasted: str, request: gr.Request) -> Iterator[list[Any]]:
        language = language_of(request)
        read = read_topics(pasted)
        wanted = read.topics[:MOST_TOPICS]
        hidden = gr.Button(visible=False)
        if not wanted:
            yield [notice_html(say("owners.no_topics", language)), "", "", "", hidden]
            return
        answers: list[tuple[str, Answer | None]] = []
        for topic in wanted:
            # What an earlier list found does not stand below this one as if it were its result.
            if len(answers) % _STEP == 0:
                yield [said_html(_progress(read, len(answers), language)), "", "", "", hidden]
            answers.append((topic, _owner(assistant, topic)))
        done = _progress(read, len(wanted), language)
        left = len(read.topics) - len(wanted)
        more = notice_html(say("owners.too_many", language, count=MOST_TOPICS, rest=left)) if left else ""
        table = topics_html(answers, language)
        yield [said_html(done) + more, table, _sheet(answers, language), done, gr.Button(visible=True)]

    found = search.click(
        look_up, text, [state, table, sheet, words, download],
        concurrency_limit=_LISTS_AT_ONCE, concurrency_id=LISTS, **_QUIET,
    )  # fmt: skip
    found.then(None, words, None, js="(words) => policyqa.hear(words)", queue=False, **_QUIET)
    download.click(None, sheet, None, js="(text) => policyqa.download(text, '.csv')", queue=False, **_QUIET)
    return picker


def _progress(read: Topics, done: int, language: Language) -> str:
    """How far it is, and which column of a table was read."""
    column = say("owners.column", language, name=read.column) if read.column else ""
    return column + say("owners.done", language, done=done, total=min(len(read.topics), MOST_TOPICS))


def _owner(assistant: PolicyAssistant, topic: str) -> Answer | None:
    """None for what names nothing, or far too much."""
    if not any(map(str.isalnum, topic)):
        return None
    try:
        return assistant.ask_owner(topic)
    except QuestionError:
        return None


def _sheet(answers: list[tuple[str, Answer | None]], language: Language) -> str:
    return write_sheet(topics_header(language), (topic_row(topic, answer, language) for topic, answer in answers))
