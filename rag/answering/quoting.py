"""Which part of an item answers: verbatim pieces only."""

import re

from rag.document.chunking import plain_formulas
from rag.retrieval.question import Question
from rag.text import any_of, tokenize
from rag.types import PolicyItem

_SENTENCE = re.compile(r"[^。；;]+[。；;]?")
# A comma inside 「」 or brackets parts nothing; what is never closed counts as text.
_PART = re.compile(r"(?:「[^」]*」|（[^）]*）|\([^)]*\)|[^，。；;])+[，。；;]?")
_NET_ZERO_TAG = re.compile(r"[(（]\s*淨零\s*[)）]\s*。?\s*$")
# Items up to this length are quoted whole: a cut would save less than the context it costs.
_SHORT = 120
_SAYS_LITTLE = 12
# What bureaus do: every item has one of these, a cause or an aim has none.
_ACTION = re.compile(
    any_of(
        r"推動|辦理|提供|設置|建置|改善|加強|強化|補助|輔導|推廣|規劃|執行|落實",
        r"興建|提升|汰換|增設|擴增|擴充|辦|開辦|成立|加速",
        r"引進|協助|持續|採購|導入|串聯|結合|優化|完善",
        r"查緝|取締|訂定|研擬|培訓|培育|媒合|整合",
        r"宣導|督導|爭取|舉辦|打造|鼓勵|監測",
    )
)


def pick_quote(question: Question, item: PolicyItem) -> str:
    """The part of an item that answers, a verbatim piece of its text.

    The whole of a short item, else the sentences from the nearest one on, up to what is read at a glance.
    """
    text = without_tag(item)
    if len(text) <= _SHORT:
        return text
    sentences = [match.span() for match in _SENTENCE.finditer(text)]
    asked = set(tokenize(f"{question.topic} {question.text}"))
    best = max(range(len(sentences)), key=lambda n: _overlap(asked, text[slice(*sentences[n])]))
    start, end = sentences[best]
    for _, following in sentences[best + 1 :]:
        if following - start > _SHORT:
            break
        end = following
    return text[start:end].strip()


def pick_lead(question: Question, item: PolicyItem) -> str:
    """The part between commas that is nearest to the question, a verbatim piece; empty where none shares a word.

    A part too short to say anything, or one that gives only the cause, is taken with what is done about it.
    """
    text = without_tag(item)
    spans = [match.span() for match in _PART.finditer(text)]
    asked = {token for token in tokenize(f"{question.topic} {question.text}") if len(token) > 1}

    def fitness(span: tuple[int, int]) -> float:
        part = text[slice(*span)]
        held = sum(2.0 for fact in question.facts if fact.holds and fact.holds.search(part))
        return held + _overlap(asked, part)

    best = max(spans, key=fitness)
    if not fitness(best):
        return ""
    start, end = best
    for _, following in (span for span in spans if span[0] >= best[1]):
        if end - start >= _SAYS_LITTLE and _ACTION.search(text[start:end]):
            break
        end = following
    return text[start:end].strip("，。；;：: ")


def without_tag(item: PolicyItem) -> str:
    return _NET_ZERO_TAG.sub("", item.text).strip()


def shorten(text: str, length: int) -> str:
    """The beginning of a text, cut at a comma where one is near."""
    plain = plain_formulas(text)
    if len(plain) <= length:
        return plain
    cut = max(plain.rfind(mark, length // 2, length) for mark in "，、；。")
    return plain[: cut if cut > 0 else length].rstrip("，、；。") + "…"


def _overlap(asked: set[str], part: str) -> float:
    return float(sum(len(token) - 0.5 for token in asked & set(tokenize(part))))
