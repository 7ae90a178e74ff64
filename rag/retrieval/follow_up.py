"""Questions that follow up: what was said before helps to find, unless the topic is a new one.

No rewriting: in a trial of ten dialogues small models (0.3 to 1.5 B) copied the old question; mixing the scores of
the question alone and behind its predecessor found more.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.document.catalog import Catalog
from rag.retrieval.question import Question, has_topic, strip_topic, topic_size, without_bureaus
from rag.retrieval.references import find_ordinal, find_references
from rag.retrieval.search import Findings, Retriever
from rag.text import any_of, fold
from rag.types import CHINESE, Passage, PolicyItem, Turn

# Words that point back: the question is about what came before.
_POINTS_BACK = re.compile(
    any_of(
        r"^(?:那|這|它|他|她|還有|還|只有|重點是|所以|可是|但|不過|and |what about|how about)",
        r"它|這個|那個|那邊|他們|她們|其他|另外",
        r"[呢咧ㄋ][?？]?$",
    )
)
_ANYONE_ELSE = re.compile(
    any_of(
        r"只有.{1,4}嗎|還有(?:誰|哪|別|其他)",
        r"其他(?:的)?(?:局|單位|機關)",
        r"除了.{1,8}(?:以外|之外)?.{0,4}還",
    )
)
# Scores are sums of three z-scores; the best item of a plain question has some 18. Calibrated on 31 dialogues.
_WEIGHT_BEHIND = 1.0
_SAME_BUREAU = 3.0
_SAID_ALREADY = 1.0
_WEIGHT_UNLINKED = 0.3
_SHORT_TOPIC = 4
_TURNS_HEARD = 2


def search_in_context(question: Question, retriever: Retriever, catalog: Catalog) -> Findings:
    """Search for a question as its conversation makes it meant."""
    alone = retriever.search(search_text(question, catalog), question.topic)
    if not question.turns:
        return alone
    said = items_said(question.turns, catalog)
    before = " ".join(turn.question for turn in question.turns[-_TURNS_HEARD:])
    behind = retriever.search(f"{fold(before)} {search_text(question, catalog)}", question.topic)
    linked = points_back(question)
    heard = {passage.item.id: passage for passage in behind.passages}
    weight = _WEIGHT_BEHIND if linked else _WEIGHT_UNLINKED
    sections = {item.section for item in said} if linked else set()
    about_same = linked and topic_size(question) < _SHORT_TOPIC
    passages = [
        replace(
            passage,
            score=(
                passage.score
                + weight * heard[passage.item.id].score
                + _SAME_BUREAU * (passage.item.section in sections)
                + (_SAME_BUREAU if about_same else -_SAID_ALREADY) * (linked and passage.item in said)
            )
            / (1 + weight),
            scores=_stronger(passage.scores, heard[passage.item.id].scores) if linked else passage.scores,
        )
        for passage in alone.passages
    ]
    return Findings(tuple(sorted(passages, key=lambda passage: -passage.score)), alone.duties)


def make_stand_alone(question: Question, catalog: Catalog) -> Question:
    """What a follow-up means by what was said: 第四項呢 an item of the same bureau, 還有哪個局處 the same topic."""
    if not question.turns:
        return question
    said = items_said(question.turns, catalog)
    ordinal = find_ordinal(question.folded, said[0].section if said else "", catalog)
    if ordinal is not None and not question.references:
        return replace(question, kind="exact", references=(ordinal,))
    return _who_else(question, catalog) if asks_for_others(question) else question


def _who_else(question: Question, catalog: Catalog) -> Question:
    """The topic is that of the first question in a row of such; all who were named are left out."""
    topics = [turn.question for turn in question.turns if not _ANYONE_ELSE.search(fold(turn.question))]
    named = [item.section for turn in question.turns for item in items_said([turn], catalog) if item.chapter]
    return replace(
        question,
        topic=strip_topic(fold(topics[-1] if topics else question.turns[-1].question), catalog),
        excluded=tuple(dict.fromkeys((*question.excluded, *named))),
        sections=(),
        kind="owner",
    )


def _stronger(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: max(score, other[name]) for name, score in one.items()}


def search_text(question: Question, catalog: Catalog) -> str:
    """What to search for: as asked, in Traditional Chinese.

    A bureau named in an owner question is a guess (觀光漁港是觀光局的業務嗎) and would draw its own items.
    """
    if question.kind == "owner" and has_topic(question) and question.language in CHINESE:
        return question.topic if question.turns else without_bureaus(question.text, catalog)
    return question.folded if question.language == "zh-CN" else question.text


def points_back(question: Question) -> bool:
    """Whether a question leans on the turns before it."""
    return bool(_POINTS_BACK.search(question.folded)) or topic_size(question) < _SHORT_TOPIC


def asks_for_others(question: Question) -> bool:
    """Whether a question asks for further bureaus or items beside those said before."""
    return bool(question.turns) and bool(_ANYONE_ELSE.search(question.folded))


def items_said(turns: Sequence[Turn], catalog: Catalog) -> tuple[PolicyItem, ...]:
    """The items that the last answer cited, by whatever style of reference."""
    references = find_references(fold(turns[-1].answer), catalog)
    return tuple(dict.fromkeys(reference.item for reference in references if reference.item))


def best_of(passages: Sequence[Passage], section: str) -> Passage | None:
    """The best passage of a section."""
    return next((passage for passage in passages if passage.item.section == section), None)
