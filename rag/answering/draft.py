"""What an answerer hands over: text in pieces, and the passages that its markers name."""

from dataclasses import dataclass

from rag.types import Passage


@dataclass(frozen=True, slots=True)
class Draft:
    """`pieces` joined are the answer; [n] in them names `passages[n - 1]`, whose answering part is `quotes[n - 1]`."""

    pieces: tuple[str, ...]
    passages: tuple[Passage, ...] = ()
    quotes: tuple[str, ...] = ()
