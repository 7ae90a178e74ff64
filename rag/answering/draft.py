"""What an answerer hands over: text in pieces, and the passages that its markers name."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.types import Passage, Writing

EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Draft:
    """`pieces` joined are the answer; [n] in them names `passages[n - 1]`, whose answering part is `quotes[n - 1]`.

    `before` and `after`: the pieces of it that stand around the items' words, whoever words these.
    """

    pieces: tuple[str, ...]
    passages: tuple[Passage, ...] = ()
    quotes: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    answerer: str = EXTRACTIVE
    writing: Writing | None = None

    def grow(self) -> Iterator["Draft"]:
        """The draft piece by piece; the last one is whole."""
        for end in range(1, len(self.pieces) + 1):
            yield replace(self, pieces=self.pieces[:end])
