"""Which language a visitor reads: asked for in the address, remembered, or wished by the browser."""

from typing import Any

import gradio as gr
from gradio.i18n import I18nData

from rag.types import Language
from ui.wording import LANGUAGE_COOKIE, choose_language, say, translations


def worded(key: str) -> Any:
    """A component's string, shown in the visitor's language. Raises KeyError for an unknown key."""
    say(key)
    return I18nData(key)


def dictionary() -> gr.I18n:
    """All strings of the page, for Gradio to show in the browser's language."""
    return gr.I18n(**translations())


def language_of(request: gr.Request) -> Language:
    """The visitor's language, for what the server words."""
    return choose_language(
        request.query_params.get("lang", ""),
        request.cookies.get(LANGUAGE_COOKIE, ""),
        request.headers.get("accept-language", ""),
    )
