"""From the [n] markers in an answer to the items they name: one way for every answerer."""

import re
from collections.abc import Iterator, Sequence

from rag.types import Citation, Passage

# [1], [1,2], 【1】 and ［1］; bounded, so that no input makes it slow.
_MARKER = re.compile(r"[\[【［]\s{0,3}(\d{1,3}(?:\s{0,3}[,，、]\s{0,3}\d{1,3}){0,9})\s{0,3}[\]】］]")


def markers(text: str) -> Iterator[int]:
    """The numbers of all markers, in order, repeats included."""
    for _, numbers in split_markers(text):
        yield from numbers


def split_markers(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The text between the markers, each piece with the numbers of the marker behind it; the last piece has none."""
    place = 0
    for match in _MARKER.finditer(text):
        yield text[place : match.start()], tuple(int(number) for number in re.split(r"[,，、]", match[1]))
        place = match.end()
    yield text[place:], ()


def resolve_citations(text: str, passages: Sequence[Passage], quotes: Sequence[str] = ()) -> tuple[Citation, ...]:
    """Citations in order of first mention; a marker that names no passage is dropped.

    `quotes`: the answering part of each passage, in their order; without one the whole item counts.
    """
    # Markers count from 1: without the lower bound, [0] would cite the last passage.
    numbers = [n for n in dict.fromkeys(markers(text)) if 1 <= n <= len(passages)]
    return tuple(
        Citation(n, passages[n - 1].item, quotes[n - 1] if n <= len(quotes) else passages[n - 1].item.text)
        for n in numbers
    )
