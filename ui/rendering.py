"""Answers as Markdown. Pure functions, no Gradio. Text of items and people is data: never markup."""

import re

from rag.document.chunking import plain_formulas
from rag.types import Answer, Citation
from ui import wording

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&])")


def escape(text: str) -> str:
    """Markdown that shows `text` letter by letter."""
    return _MARKUP.sub(r"\\\1", text)


def answer_markdown(answer: Answer) -> str:
    """The answer with its line breaks and list dashes kept, all else shown as it stands."""
    lines = [_line(line) for line in answer.text.split("\n")]
    return "\n".join(lines)


def _line(line: str) -> str:
    return f"- {escape(line[2:])}" if line.startswith("- ") else escape(line)


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
    before, found, after = text.partition(quote)
    shown = f"{escape(before)}**{escape(found)}**{escape(after)}" if found and (before or after) else escape(text)
    return f"{heading}\n\n> {shown}"
