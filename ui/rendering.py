"""Answers as Markdown. Pure functions, no Gradio. Text of items and people is data: never markup."""

import re

from rag.document.chunking import plain_formulas
from rag.types import Answer, Citation
from ui import wording

_NET_ZERO_TAG = "（淨零）。"
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&=])")


def escape(text: str) -> str:
    """Markdown that shows `text` letter by letter."""
    return _MARKUP.sub(r"\\\1", text)


def sources_markdown(answer: Answer) -> str:
    """The cited items verbatim, with bureau, number and net-zero mark."""
    if not answer.citations:
        return f"{wording.SOURCES_TITLE}\n\n{wording.NOT_CITED}"
    return "\n\n".join([wording.SOURCES_TITLE, *(_source(citation) for citation in answer.citations)])


def _source(citation: Citation) -> str:
    item = citation.item
    mark = f" · {wording.NET_ZERO}" if item.net_zero else ""
    heading = f"**\\[{citation.marker}\\] {escape(item.office)}** · {escape(item.label)}{mark}"
    text, quote = plain_formulas(item.text), plain_formulas(citation.quote)
    before, found, after = text.partition(quote) if quote else (text, "", "")
    # A quote of the whole item, but for its net-zero tag, marks nothing.
    part = found and len(before) + len(after) > len(_NET_ZERO_TAG)
    shown = f"{escape(before)}**{escape(found)}**{escape(after)}" if part else escape(text)
    return f"{heading}\n\n> {shown}"
