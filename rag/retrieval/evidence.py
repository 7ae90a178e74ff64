"""Whether what was found answers what was asked: cited, partial or no evidence."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.document.chunking import searchable_text
from rag.retrieval.asked_facts import AskedFact, missing_facts
from rag.retrieval.question import Question, has_topic, topic_size
from rag.retrieval.scope import OutOfScope
from rag.retrieval.search import Findings
from rag.text import any_of, fold
from rag.types import CHINESE, Grounding, Passage, PolicyItem

_CONFIRM = re.compile(r"對吧|對嗎|沒錯吧|是吧|是不是|確認|真的嗎|聽說")
_FIGURE = re.compile(r"(?<![\d.])\d{2,}(?:\.\d+)?(?!\d)")
# Clauses of a question; one that asks openly keeps a missing fact from making the whole question unanswered.
_CLAUSE = re.compile(r"[^，,。？?！!；;、\s]+")
_ASKING = re.compile(
    any_of(
        r"嗎|呢|什麼|怎麼|怎樣|如何|哪|誰|多少|幾",
        r"有沒有|會不會|可不可以|要不要|能不能|是不是",
        r"為什麼|何時",
    )
)
_OPEN = re.compile(
    any_of(
        r"有(?:在|繼續|要|打算)?.{0,8}嗎|(?:會|要|有).{0,10}嗎",
        r"怎麼辦|有沒有(?:在|要|人|辦法|補助)",
        r"哪(?:裡|邊)?(?:可以)?(?:看|查|問)",
        r"什麼(?:計畫|規劃|措施|做法|補助|協助|幫助|階段)",
    )
)
# A second item is cited where it stands nearly as high as the first.
_SECOND = 0.93
# Below this score the best item itself is a guess, and the second another.
_CLEAR = 8.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, and why: the facts that the items do not hold, or the matter that is out of reach."""

    grounding: Grounding
    missing: tuple[AskedFact, ...] = ()
    out_of_scope: OutOfScope | None = None
    relevance: float = 0.0


def judge(question: Question, findings: Findings) -> Verdict:
    """Weigh a question of the kind `fact` that is not out of reach."""
    relevant = relevance(question, findings)
    missing = unanswered_facts(question, findings.passages[:1])
    if relevant < _least_relevance(question, findings, missing):
        return Verdict("no_evidence", missing, relevance=relevant)
    return Verdict("partial" if missing else "cited", missing, relevance=relevant)


def unconfirmed_numbers(question: Question, item: PolicyItem) -> tuple[str, ...]:
    """Figures that a question wants confirmed and the item does not hold, where it holds others."""
    held = set(_FIGURE.findall(fold(item.text)))
    asked = _FIGURE.findall(question.folded) if _CONFIRM.search(question.folded) else []
    return tuple(figure for figure in dict.fromkeys(asked) if held and figure not in held)


def _least_relevance(question: Question, findings: Findings, missing: Sequence[AskedFact]) -> float:
    if missing and _same_bureau(findings):
        return LEAST_RELEVANCE_OF_BUREAU
    narrow = bool(question.facts) and len(question.folded) <= _ONE_QUESTION
    return LEAST_RELEVANCE_OF_FACT if narrow else least_relevance(question, findings)


def least_relevance(question: Question, findings: Findings) -> float:
    """From which relevance on a question in its language is answered."""
    if question.language in CHINESE:
        return LEAST_RELEVANCE
    strange = findings.passages[0].scores["telling"] < _STRANGE_WORDS
    return _LEAST_OF_STRANGE_WORDS if strange else LEAST_RELEVANCE_ABROAD


def names_topic(question: Question, findings: Findings) -> bool:
    """Whether the items name the topic that an owner is asked for.

    A name of a few characters finds its nearest item whatever it is (量子電腦, 登月): its own words must stand in
    some item, or in how people ask for it, unless the meaning is clear.
    """
    found = relevance(question, findings)
    if question.turns and not has_topic(question):
        return True
    is_name = question.language in CHINESE and topic_size(question) <= _LONGEST_NAME
    strange = is_name and max(passage.scores["telling"] for passage in findings.passages) < _LEAST_OF_NAME
    return found >= (LEAST_RELEVANCE_OF_FACT if strange else least_relevance(question, findings))


def near_duty(question: Question, findings: Findings) -> bool:
    """Whether some bureau's duties are near enough to be named as the usual door, where no item answers."""
    return question.language in CHINESE and max(findings.duties.values(), default=0.0) >= _NEAR_DUTY


def _same_bureau(findings: Findings) -> bool:
    """Whether the best item is of the bureau whose duties are nearest: the topic is right, if not the fact."""
    nearest = max(findings.duties, key=lambda section: findings.duties[section], default="")
    return findings.passages[0].item.section == nearest


def cited_passages(findings: Findings) -> list[Passage]:
    """The items that a fact is quoted from: the best, and the second where it is nearly as good."""
    best, *others = findings.passages[:2]
    return [best, *(other for other in others if best.score >= _CLEAR and other.score >= _SECOND * best.score)]


def unanswered_facts(question: Question, passages: Sequence[Passage]) -> tuple[AskedFact, ...]:
    """The kinds of fact that a question asks for and no item holds; none where it asks something open besides."""
    if not question.facts:
        return ()
    missing = set(question.facts)
    for passage in passages:
        missing &= set(missing_facts(question.facts, searchable_text(passage.item)))
    if len(missing) < len(question.facts) or asks_openly(question):
        return ()
    return tuple(fact for fact in question.facts if fact in missing)


def asks_openly(question: Question) -> bool:
    """Whether some clause of the question asks without asking for a kind of fact."""
    for clause in _CLAUSE.findall(question.folded):
        if _ASKING.search(clause) and _OPEN.search(clause) and not any(f.asks.search(clause) for f in question.facts):
            return True
    return False


# A logistic model of "the topic stands in the items": a constant, then one weight a feature of `relevance_features`.
# Fitted by `python -m eval calibrate` on our own questions, the outside development set and, at half weight as
# unanswered, 746 questions of the city's FAQ, most of which the guidelines do not speak of. Ten-fold
# cross-validation: area under the curve .90, and .92 against the FAQ.
RELEVANCE_WEIGHTS = (-1.784, 0.515, 1.228, -4.983, 2.159)
# In the same run .15 refuses 1.7 % of the answerable questions and 34 % of the FAQ: a wrong refusal is worse than a
# related item too many.
LEAST_RELEVANCE = 0.15
# In other languages the words tell little, and the score rests on meaning alone: .15 lets 29 of 33 questions on Mars,
# bread and world cups through, .3 14 of them and .4 8. Of 600 resident questions whose like in four languages was taken
# away .15 refuses 1 %, .3 3 % and .4 6 %. So .3, and .4 only where hardly a word is known either.
LEAST_RELEVANCE_ABROAD = 0.3
_LEAST_OF_STRANGE_WORDS = 0.4
_STRANGE_WORDS = 0.2
# Of a name at least this share must be known; nearer duties than this are of the matter itself: 流浪狗 and 育嬰津貼
# have .94, 量子電腦 and 登月 .87.
_LEAST_OF_NAME = 0.33
_LONGEST_NAME = 6
_NEAR_DUTY = 0.9
# A short question for one fact about another matter meets its words by chance: it wants a clearer topic. A long one
# tells a story, of which the fact is a part.
LEAST_RELEVANCE_OF_FACT = 0.45
_ONE_QUESTION = 40
# Where the fact is missing and the bureau is right, the item beside the answer is worth showing, and is shown as such.
LEAST_RELEVANCE_OF_BUREAU = 0.05


def relevance(question: Question, findings: Findings) -> float:
    """The probability (0 to 1) that the topic of a question stands in the items found.

    1 where a question has no topic of its own (那什麼時候蓋好): its topic was answered before.
    """
    if question.turns and not has_topic(question):
        return 1.0
    constant, *weights = RELEVANCE_WEIGHTS
    features = relevance_features(question, findings)
    return 1 / (1 + math.exp(-(constant + sum(w * x for w, x in zip(weights, features, strict=True)))))


def relevance_features(question: Question, findings: Findings) -> tuple[float, ...]:
    """How clearly the best item is meant, in four numbers.

    How high it stands, how near its questions are, by how much some bureau's duties are nearer, and how many of the
    question's telling words it holds (half for other languages).
    """
    best = findings.passages[0]
    chinese = question.language in CHINESE
    nearest_duty = max(findings.duties.values(), default=0.0)
    return (
        best.score / 10,
        (best.scores["question"] - 0.85) * 10,
        (nearest_duty - best.scores["question"]) * 10,
        best.scores["telling"] if chinese else 0.5,
    )
