"""關於: where the answers come from, how they are made, what is kept."""

import gradio as gr

from rag import PolicyAssistant
from rag.answering.draft import EXTRACTIVE
from ui.page.language import language_of
from ui.records.store import RecordStore
from ui.rendering.about import about_html


def build_about(page: gr.Blocks, assistant: PolicyAssistant, records: RecordStore) -> None:
    """Draw the tab inside the open Gradio context; `page` for what happens on loading."""
    catalog = assistant.catalog

    def show(request: gr.Request) -> str:
        return about_html(
            language_of(request),
            year=catalog.year,
            items=sum(len(items) for items in catalog.sections.values()),
            bureaus=len(catalog.sections),
            preface=len(catalog.preface),
            model="" if assistant.answerer == EXTRACTIVE else assistant.answerer,
            feedback_days=records.feedback_days,
            unanswered_days=records.unanswered_days if records.keeps_unanswered else 0,
        )

    text = gr.HTML()
    page.load(show, outputs=text, queue=False, api_visibility="private", show_progress="hidden")
