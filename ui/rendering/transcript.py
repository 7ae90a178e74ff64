"""A conversation as text to paste, and as Markdown to keep, in which text of people and items is never markup."""

import re
from collections.abc import Sequence

from rag.document.chunking import plain_formulas
from rag.types import Citation, Language
from ui.rendering.turns import ShownTurn, notes
from ui.wording import both_years, say

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&=])")


def answer_text(turn: ShownTurn, language: Language, year: int) -> str:
    """A question and its answer, with the sources below."""
    sources = [_source(citation) for citation in turn.citations]
    listed = [say("ask.sources_below", language), *sources] if sources else []
    source = say("shell.subtitle", language, **both_years(year))
    said = [turn.answer, *notes(turn, language)]
    return "\n".join([turn.question, "", *said, *([""] if listed else []), *listed, "", source])


def transcript(turns: Sequence[ShownTurn], language: Language, year: int) -> str:
    """All turns as Markdown."""
    parts = [say("ask.exported", language), escape_markdown(say("shell.subtitle", language, **both_years(year)))]
    for turn in turns:
        said = [*turn.answer.split("\n"), *notes(turn, language)]
        parts += [f"## {escape_markdown(turn.question)}", *map(escape_markdown, filter(None, said))]
        parts += [f"> {escape_markdown(_source(citation))}" for citation in turn.citations]
    return "\n\n".join(parts) + "\n"


def escape_markdown(text: str) -> str:
    """Markdown that shows `text` letter by letter, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _source(citation: Citation) -> str:
    item = citation.item
    return f"[{citation.marker}] {item.office} {item.label}（{item.id}）：{plain_formulas(item.text)}"
