"""Sentences of an answer, with the closing quotes and the [n] markers behind their ends.

A quotation in 「」 is not split; 。 ends a sentence, and so does a full stop before a space; [1,2], 【1】 and ［1］ are
markers.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

MARKER = re.compile(r"\s{0,3}[\[【［][\d\s,，、]{1,40}[\]】］]")
_ENDS = "。！？!?\n"
_AFTER_END = re.compile(r"(?:[」』）)\"”]|[\[【［][\d\s,，、]{1,40}[\]】］]|[^\S\n])*")
# What may still belong to the sentence before it while a stream goes on.
_BELONGS_BEFORE = '[【［」』）)"”'
_THOUGHT = re.compile(r"\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_ABBREVIATION = re.compile(r"(?:\b[A-Za-z]|\bNo|\bDr|\bMr|\bMs|\bSt|\bvs|^\s*\d{1,2})$")


def sentences(text: str) -> Iterator[str]:
    """All sentences, none of them empty."""
    for begin, end in pairwise([0, *_cuts(text), len(text)]):
        if sentence := text[begin:end].strip():
            yield sentence


def stream_sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Each sentence as soon as the next has begun; the last one, whole or not, at the end.

    What a model thinks aloud before it answers (`<think>`) is left out.
    """
    buffer = ""
    for piece in pieces:
        buffer += piece
        thought = _THOUGHT.match(buffer)
        if thought:
            if not thought[0].rstrip().endswith("</think>"):
                continue
            buffer = buffer[thought.end() :]
        done = 0
        for cut in _cuts(buffer):
            rest = buffer[cut:].lstrip()
            if not rest or rest[0] in _BELONGS_BEFORE:
                break
            if sentence := buffer[done:cut].strip():
                yield sentence
            done = cut
        buffer = buffer[done:]
    if not _THOUGHT.match(buffer):
        yield from sentences(buffer)


def _cuts(text: str) -> list[int]:
    cuts: list[int] = []
    depth = place = 0
    while place < len(text):
        character = text[place]
        depth = max(0, depth + (character == "「") - (character == "」"))
        place += 1
        if (character in _ENDS and (depth == 0 or character == "\n")) or _is_full_stop(text, place):
            depth = 0
            behind = _AFTER_END.match(text, place)
            place = behind.end() if behind else place
            cuts.append(place)
    return cuts


def _is_full_stop(text: str, place: int) -> bool:
    if text[place - 1] != "." or _ABBREVIATION.search(text, max(0, place - 12), place - 1):
        return False
    return place == len(text) or text[place].isspace() or text[place] in _BELONGS_BEFORE
