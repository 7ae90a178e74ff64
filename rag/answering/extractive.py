"""The built-in answerer: the bureau, and the item's own words. No model, no network."""

import re
from collections.abc import Iterator, Sequence

from rag.document.catalog import Catalog
from rag.document.chunking import plain_formulas
from rag.retrieval.question import Question
from rag.text import tokenize
from rag.types import Ownership, Passage

NAME = "extractive"
# Items up to this length are quoted whole: a cut would save less than the context it costs.
_SHORT = 80
_CLAUSE = re.compile(r"[^。；;]+[。；;]?")
HOTLINE = "1999"


def pick_quote(question: Question, passage: Passage) -> str:
    """The sentence of the item that shares most with the question; a short item is quoted whole. Verbatim."""
    text = passage.item.text
    clauses: list[str] = [clause.strip() for clause in _CLAUSE.findall(text) if clause.strip()]
    if len(text) <= _SHORT or len(clauses) < 2:
        return text
    asked = set(tokenize(question.search_text))
    return max(clauses, key=lambda clause: len(asked & set(tokenize(clause))))


def write_answer(passages: Sequence[Passage], quotes: Sequence[str], catalog: Catalog) -> Iterator[str]:
    """One paragraph an item, each with its marker."""
    for number, (passage, quote) in enumerate(zip(passages, quotes, strict=True), start=1):
        bureau = catalog.bureaus.get(passage.item.section)
        who = bureau.short if bureau else "市府"
        yield ("" if number == 1 else "\n\n") + f"{who}（{passage.item.label}）："
        yield f"「{plain_formulas(quote)}」[{number}]"


def write_owners(owners: Sequence[Ownership]) -> Iterator[str]:
    """The main owner with its items, then the others."""
    main, *others = owners
    proof = "".join(f"[{number}]" for number in range(1, len(main.items) + 1))
    yield f"這件事主要由{main.bureau.office}負責{proof}。"
    if others:
        yield f"也可能相關：{'、'.join(owner.bureau.office for owner in others)}。"


def write_refusal(related: Sequence[Passage], catalog: Catalog) -> Iterator[str]:
    """What the document does not say, what stands nearest, and whom to ask."""
    yield f"{catalog.year} 年度施政綱要裡沒有這個問題的答案。"
    if related:
        yield "\n\n最接近的施政項目（僅供參考，未必與您的問題有關）："
        for passage in related:
            yield f"\n- {passage.item.label}：{plain_formulas(passage.item.text)[:40]}…"
    yield f"\n\n需要進一步協助，請撥打高雄市政府 {HOTLINE} 市民專線（全年無休、24 小時）。"
