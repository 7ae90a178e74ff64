"""All items on a topic, where one is not enough: lists, owners, comparisons."""

import re
from collections.abc import Sequence

from rag.retrieval.question import Question
from rag.text import fold
from rag.types import Passage

# An item is on the topic if it reaches this share of the best one's strength. Among the shares tried on 26 labelled
# lists .45 and .5 were best (25 of 26 right as the code stands); on 58 owner questions .6 gave the best F1.
LIST_SHARE = 0.5
OWNER_SHARE = 0.6
_LONGEST_LIST = 15
# Where words are asked for without quotation marks, a particle may be left over.
_HELD = 0.9
_QUOTED = re.compile(r"[「『\"](.{1,40}?)[」』\"]")
# Fused scores are about 0 to 25, coverages 0 to 1: brought to one scale.
_FUSED = 0.1
_WORDS = 0.5


def select_passages(
    question: Question, passages: Sequence[Passage], share: float, limit: int = _LONGEST_LIST
) -> list[Passage]:
    """The passages on the question's topic, strongest first; the preface speaks of everything and is left out."""
    wanted = [passage for passage in passages if fits(question, passage)]
    if not wanted:
        return []
    if question.literal:
        holding = [passage for passage in wanted if passage.scores["verbatim"] >= _HELD]
        if holding:
            return holding
    ranked = sorted(wanted, key=lambda passage: -strength(passage))
    least = share * strength(ranked[0])
    return [passage for passage in ranked[:limit] if strength(passage) >= least]


def quoted_words(question: Question) -> tuple[str, ...]:
    """The words that a question puts in quotation marks."""
    return tuple(_dense(word) for word in _QUOTED.findall(question.folded) if _dense(word))


def find_literal(question: Question, passages: Sequence[Passage]) -> list[Passage]:
    """All passages that hold the words which a question quotes, letter by letter but for spaces."""
    patterns = [_whole(word) for word in quoted_words(question)]
    return [
        passage
        for passage in passages
        if fits(question, passage) and any(pattern.search(_dense(fold(passage.item.text))) for pattern in patterns)
    ]


def _whole(word: str) -> re.Pattern[str]:
    """5G is not part of 1.25GW: Latin words and numbers do not go on at either end."""
    before = r"(?<![\d.])" if word[0].isdecimal() else r"(?<![a-z])" if word[0].isascii() else ""
    after = r"(?!\d)" if word[-1].isdecimal() else r"(?![a-z])" if word[-1].isascii() else ""
    return re.compile(before + re.escape(word) + after)


def _dense(text: str) -> str:
    return "".join(text.split())


def fits(question: Question, passage: Passage) -> bool:
    """Whether an item keeps to the filters of a question: bureaus named, bureaus left out, net zero."""
    item = passage.item
    named = question.kind == "owner" or not question.sections or item.section in question.sections
    return (
        bool(item.chapter)
        and named
        and item.section not in question.excluded
        and (item.net_zero or not question.net_zero)
    )


def strength(passage: Passage) -> float:
    """How much an item is on the topic: by its fused score, and by the topic's words in its text and its questions."""
    return _FUSED * passage.score + passage.scores["verbatim"] + _WORDS * passage.scores["words"]
