"""權責查詢: a topic, or many, and the bureaus that it belongs to."""

import gradio as gr

from rag import PolicyAssistant


def build_owners(page: gr.Blocks, assistant: PolicyAssistant) -> None:
    """Draw the tab inside the open Gradio context; `page` for what happens on loading."""
