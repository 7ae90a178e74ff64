"""施政項目: all items, filtered; one item with its neighbours."""

import gradio as gr

from rag import PolicyAssistant


def build_items(page: gr.Blocks, assistant: PolicyAssistant) -> None:
    """Draw the tab inside the open Gradio context; `page` for what happens on loading."""
