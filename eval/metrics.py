"""One number a question; None where a figure does not apply. No mean is taken here."""

import math
import re
from collections.abc import Collection, Iterable, Sequence

from eval.answers import GivenAnswer
from eval.dataset import LabelledQuestion

# The columns of every table, in this order.
FIGURES = (
    "correct",
    "must",
    "retrieved@1",
    "retrieved@5",
    "cite_precision",
    "cite_recall",
    "owner_top1",
    "owner_top3",
    "owner_f1",
    "ncite",
    "refused",
    "support",
    "recall@10",
    "mrr",
    "ndcg@10",
)
_LIST_RECALL, _LIST_PRECISION = 0.75, 0.5
_SUMMARY_ITEMS, _SUMMARY_PRECISION = 2, 0.8


def recall_at(k: int, retrieved: Sequence[str], gold: Collection[str]) -> float | None:
    """The share of the gold items among the first `k`."""
    return len(set(retrieved[:k]) & set(gold)) / len(set(gold)) if gold else None


def reciprocal_rank(retrieved: Sequence[str], gold: Collection[str]) -> float | None:
    """1 by the place of the first gold item; 0 where none was retrieved."""
    if not gold:
        return None
    return next((1 / place for place, item in enumerate(retrieved, start=1) if item in gold), 0.0)


def ndcg_at(k: int, retrieved: Sequence[str], gold: Collection[str]) -> float | None:
    """Normalised discounted cumulative gain with binary gains (Järvelin & Kekäläinen 2002)."""
    if not gold:
        return None
    gained = sum(1 / math.log2(place + 1) for place, item in enumerate(retrieved[:k], start=1) if item in gold)
    ideal = sum(1 / math.log2(place + 1) for place in range(1, min(k, len(set(gold))) + 1))
    return gained / ideal


def states(text: str, strings: Iterable[str]) -> bool:
    """Whether one of the strings stands in the text; white space is ignored, a number stands as a whole number."""
    dense = _dense(text)
    return any(_stands(_dense(string), dense) for string in strings)


def must_held(question: LabelledQuestion, answer: GivenAnswer) -> float | None:
    """1 where of every `must` group one string is stated; unanswerable questions have none to state."""
    if not question.answerable:
        return None
    return float(all(states(answer.text, group) for group in question.must))


def cite_precision(question: LabelledQuestion, answer: GivenAnswer) -> float | None:
    """The share of the cited items that may be cited; 0 where nothing was."""
    if not question.gold or not question.answerable:
        return None
    return len(_right(question) & answer.cited.keys()) / len(answer.cited) if answer.cited else 0.0


def cite_recall(question: LabelledQuestion, answer: GivenAnswer) -> float | None:
    """The share of the gold items that were cited."""
    if not question.gold or not question.answerable:
        return None
    return len(set(question.gold) & answer.cited.keys()) / len(set(question.gold))


def owner_top(k: int, question: LabelledQuestion, answer: GivenAnswer) -> float | None:
    """Whether an owning bureau is among the first `k` named."""
    if question.kind not in {"owner", "owner-lookup"} or not question.answerable:
        return None
    return float(bool(set(answer.bureaus[:k]) & set(question.bureaus)))


def owner_f1(question: LabelledQuestion, answer: GivenAnswer) -> float | None:
    """F1 of the bureaus named against those that own the topic."""
    if question.kind != "owner" or not question.answerable:
        return None
    named, owning = set(answer.bureaus), set(question.bureaus)
    return 2 * len(named & owning) / (len(answer.bureaus) + len(owning)) if named & owning else 0.0


def refused(question: LabelledQuestion, answer: GivenAnswer) -> float:
    """Whether evidence was denied; of an unanswerable question a partial answer denies it too."""
    if question.answerable:
        return float(answer.grounding == "no_evidence")
    return float(answer.grounding in {"no_evidence", "partial"})


def correct(question: LabelledQuestion, answer: GivenAnswer) -> float:
    """1 right, 0 wrong; a half for `partial` where it hedges an answerable question, or has no related item to show."""
    if question.kind == "owner-lookup":
        return owner_top(1, question, answer) or 0.0
    if not question.answerable:
        return _correct_refusal(question, answer)
    if answer.grounding == "no_evidence":
        return 0.0
    right = float(_is_right(question, answer))
    return right / 2 if answer.grounding == "partial" else right


def _correct_refusal(question: LabelledQuestion, answer: GivenAnswer) -> float:
    if answer.grounding == "no_evidence":
        return 1.0
    if answer.grounding == "partial":
        return 1.0 if question.acceptable else 0.5
    return 0.0


def _is_right(question: LabelledQuestion, answer: GivenAnswer) -> bool:
    must = bool(must_held(question, answer))
    recall, precision = cite_recall(question, answer) or 0.0, cite_precision(question, answer) or 0.0
    match question.kind:
        case "owner":
            found = len(set(answer.bureaus) & set(question.bureaus))
            return bool(owner_top(1, question, answer)) and 2 * found >= len(set(question.bureaus)) and must
        case "list":
            return recall >= _LIST_RECALL and precision >= _LIST_PRECISION
        case "count":
            return must
        case "exact":
            return list(answer.cited)[:1] == list(question.gold[:1])
        case "summary":
            return len(set(question.gold) & answer.cited.keys()) >= _SUMMARY_ITEMS and precision >= _SUMMARY_PRECISION
        case "compare":
            return recall >= 0.5 and must
        case _:
            cites_gold = not question.gold or bool(set(question.gold) & answer.cited.keys())
            return cites_gold and must and not states(answer.text, question.must_not)


def retrieval_figures(question: LabelledQuestion, answer: GivenAnswer) -> dict[str, float | None]:
    """What was found, whatever was answered; nothing is gold for a question without gold items."""
    gold, found = set(question.gold), answer.retrieved
    return {
        "retrieved@1": float(found[:1] != () and found[0] in _right(question)) if gold else None,
        "retrieved@5": float(bool(gold & set(found[:5]))) if gold else None,
        "recall@10": recall_at(10, found, gold),
        "mrr": reciprocal_rank(found, gold),
        "ndcg@10": ndcg_at(10, found, gold),
    }


def measure(question: LabelledQuestion, answer: GivenAnswer) -> dict[str, float]:
    """Every figure that applies to one question, except the support of its sentences, which needs the items."""
    figures = {
        "correct": correct(question, answer),
        "must": must_held(question, answer),
        "cite_precision": cite_precision(question, answer),
        "cite_recall": cite_recall(question, answer),
        "owner_top1": owner_top(1, question, answer),
        "owner_top3": owner_top(3, question, answer),
        "owner_f1": owner_f1(question, answer),
        "ncite": float(len(answer.cited)),
        "refused": refused(question, answer),
        **retrieval_figures(question, answer),
    }
    return {name: value for name in FIGURES if (value := figures.get(name)) is not None}


def _right(question: LabelledQuestion) -> set[str]:
    return {*question.gold, *question.acceptable}


def _stands(string: str, dense: str) -> bool:
    if string.isdecimal():
        return re.search(rf"(?<!\d){string}(?!\d)", dense) is not None
    return bool(string) and string in dense


def _dense(text: str) -> str:
    return re.sub(r"\s+", "", text)
