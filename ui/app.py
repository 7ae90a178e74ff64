"""The Gradio page: a chat, and the cited items beside it."""

import json
import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

# Read when Gradio is imported; nothing may be sent to anybody.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr

from rag import PolicyAssistant, RagError, Turn
from rag.answer_format import answer_question, read_question
from rag.retrieval.question import LONGEST_QUESTION
from ui import wording
from ui.rendering import sources_markdown

# One process, a CPU: more at once would only make each slower; who comes later waits in line.
_AT_ONCE = 4
_IN_LINE = 64
# Whatever text may get onto the page, the browser calls no other host.
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:\">"
)


def build_app(assistant: PolicyAssistant) -> gr.Blocks:
    """The page over an assistant."""

    def respond(message: str, history: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
        try:
            for answer in assistant.stream(message, turns_of(history)):
                yield answer.text, sources_markdown(answer)
        except RagError:
            yield wording.UNREADABLE, wording.NO_SOURCES

    def answer(question: str, history: list[dict[str, str]] | None = None, mode: str = "answer") -> dict[str, Any]:
        """Answer as one JSON object, for scripts; `mode` "owner" asks for the ranked bureaus only."""
        try:
            record = {"id": "1", "question": question, "history": history or [], "mode": mode}
            return answer_question(assistant, read_question(json.dumps(record)))
        except RagError as error:
            raise gr.Error(str(error), print_exception=False) from error

    with gr.Blocks(title=wording.TITLE, analytics_enabled=False, fill_height=True) as app:
        gr.Markdown(wording.INTRODUCTION)
        with gr.Row(equal_height=False):
            sources = gr.Markdown(wording.NO_SOURCES, render=False, sanitize_html=True, elem_id="sources")
            with gr.Column(scale=3, min_width=320):
                gr.ChatInterface(
                    respond,
                    chatbot=_chatbot(),
                    textbox=_textbox(),
                    additional_outputs=[sources],
                    examples=[[example] for example in wording.EXAMPLES],
                    examples_label=wording.EXAMPLES_LABEL,
                    cache_examples=False,
                    flagging_mode="never",
                    analytics_enabled=False,
                    api_name="ask",
                )
            with gr.Column(scale=2, min_width=280):
                sources.render()
        gr.api(answer, api_name="answer", queue=True)
    app.queue(max_size=_IN_LINE, default_concurrency_limit=_AT_ONCE)
    return app


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        label=wording.CHAT_LABEL,
        height="60vh",
        buttons=["copy"],
        feedback_options=None,
        # Questions and answers are plain text; as Markdown, an image in a question would be fetched from its host.
        render_markdown=False,
        sanitize_html=True,
        allow_tags=False,
    )


def _textbox() -> gr.Textbox:
    return gr.Textbox(
        label=wording.INPUT_LABEL,
        show_label=False,
        placeholder=wording.INPUT_PLACEHOLDER,
        max_length=LONGEST_QUESTION,
        submit_btn=True,
        stop_btn=True,
        autofocus=True,
    )


def launch(app: gr.Blocks, host: str, port: int, *, block: bool) -> str:
    """Serve the page; returns its address. Raises OSError where the port is taken."""
    _, address, _ = app.launch(
        server_name=host,
        server_port=port,
        share=False,
        quiet=True,
        prevent_thread_lock=not block,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        max_file_size="1kb",
        theme=gr.themes.Default(font=["system-ui", "Noto Sans TC", "Microsoft JhengHei", "PingFang TC", "sans-serif"]),
        head=_POLICY,
        css=".prose { line-height: 1.7 }",
        ssr_mode=False,
    )
    return str(address)


def turns_of(history: Sequence[dict[str, Any]]) -> list[Turn]:
    """Question and answer pairs from Gradio's messages."""
    messages = [(message["role"], _text(message["content"])) for message in history]
    return [
        Turn(question, answer)
        for (asker, question), (role, answer) in pairwise(messages)
        if asker == "user" and role == "assistant"
    ]


def _text(content: str | list[dict[str, Any]]) -> str:
    """A Gradio 6 message holds plain text or a list of content blocks."""
    return content if isinstance(content, str) else "".join(str(block.get("text", "")) for block in content)
