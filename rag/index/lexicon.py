"""The tokens that lexical search runs on, made once when an index is built."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.document.chunking import searchable_text
from rag.document.expansion import Expansion
from rag.text import tokenize
from rag.types import Chunk, PolicyItem


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Token lists: of each item's own text, of that with all that people call it, and of each duty.

    Items in the order of the document, duties in the order of the chunks.
    """

    verbatim: list[list[str]]
    asked: list[list[str]]
    duties: list[list[str]]


def make_lexicon(items: Sequence[PolicyItem], chunks: Sequence[Chunk], expansions: Sequence[Expansion]) -> Lexicon:
    """The tokens of items, of the questions and keywords about them, and of duties."""
    asked: dict[str, list[str]] = {item.id: [] for item in items}
    for chunk in chunks:
        if chunk.source != "duty":
            asked[chunk.target] += tokenize(chunk.text)
    for row in expansions:
        asked[row.item_id] += (token for word in row.keywords for token in tokenize(word))
    return Lexicon(
        verbatim=[tokenize(searchable_text(item)) for item in items],
        asked=list(asked.values()),
        duties=[tokenize(chunk.text) for chunk in chunks if chunk.source == "duty"],
    )
