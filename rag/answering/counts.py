"""Counts of items and bureaus, and who has most: computed from the catalog."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from rag.answering.draft import Draft
from rag.answering.frames import FRAMES
from rag.answering.structured import list_lines, name_bureaus
from rag.answering.wording import years
from rag.document.catalog import Catalog
from rag.retrieval.question import Question
from rag.types import Language, Passage

_MOST = re.compile(r"最多|最も多|一番多|\bmost\b|nhiều .{0,12}nhất|terbanyak|paling banyak")
_LEAST = re.compile(r"最少|最も少|一番少|\b(?:fewest|least)\b|ít .{0,12}nhất|tersedikit|paling sedikit")
_EXACTLY = re.compile(r"(?P<number>\d+)\s*(?:項|條|(?:[\w-]+ ){0,2}(?:items|mục|butir))")
_NONE = re.compile(r"(?<!有)沒有")
_PREFACE = re.compile(r"前言|前文|preface|lời nói đầu|pendahuluan")


def count_items(question: Question, catalog: Catalog) -> Draft:
    """What a question counts: all items, a bureau's, the preface's, those marked net zero, or bureaus by theirs."""
    language, frames = question.language, FRAMES[question.language]
    counts = {
        name: sum(item.net_zero or not question.net_zero for item in items) for name, items in catalog.sections.items()
    }
    what = frames.net_zero_items if question.net_zero else frames.items
    if question.sections:
        return _count_of_bureaus(question, counts, what, catalog)
    if _PREFACE.search(question.folded):
        return Draft((frames.count_preface.format(**years(catalog.year), preface=len(catalog.preface)),))
    if _MOST.search(question.folded) or _LEAST.search(question.folded):
        most = bool(_MOST.search(question.folded))
        return Draft((_extreme(counts, what, catalog, language, most=most), _table(counts, catalog, language)))
    exactly = _EXACTLY.search(question.folded)
    if exactly or _NONE.search(question.folded):
        number = int(exactly["number"]) if exactly else 0
        return Draft((_with_exactly(counts, what, number, catalog, language),))
    frame = frames.count_net_zero if question.net_zero else frames.count_all
    head = frame.format(
        **years(catalog.year), bureaus=len(counts), items=sum(counts.values()), preface=len(catalog.preface)
    )
    return Draft((head, _table(counts, catalog, language)))


def _count_of_bureaus(question: Question, counts: Mapping[str, int], what: str, catalog: Catalog) -> Draft:
    language = question.language
    lines = [
        FRAMES[language].count_of.format(who=_names([name], catalog, language), what=what, count=counts[name])
        for name in question.sections
    ]
    items = [
        item for name in question.sections for item in catalog.sections[name] if question.net_zero and item.net_zero
    ]
    pieces = ["\n".join(lines), *list_lines(items, language)]
    return Draft(tuple(pieces), tuple(Passage(item, 0.0) for item in items))


def _extreme(counts: Mapping[str, int], what: str, catalog: Catalog, language: Language, *, most: bool) -> str:
    frames = FRAMES[language]
    number = max(counts.values()) if most else min(counts.values())
    names = [name for name, count in counts.items() if count == number]
    single, tied = (frames.most, frames.most_tied) if most else (frames.least, frames.least_tied)
    frame = tied if len(names) > 1 else single
    return frame.format(what=what, names=_names(names, catalog, language), count=number, tied=len(names))


def _with_exactly(counts: Mapping[str, int], what: str, number: int, catalog: Catalog, language: Language) -> str:
    names = [name for name, count in counts.items() if count == number]
    frame = FRAMES[language].exactly if names else FRAMES[language].exactly_none
    return frame.format(what=what, number=number, count=len(names), names=_names(names, catalog, language))


def _table(counts: Mapping[str, int], catalog: Catalog, language: Language) -> str:
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    rows = [
        FRAMES[language].row.format(count=count, names=_names([name for name, _ in group], catalog, language))
        for count, group in groupby(ranked, key=lambda pair: pair[1])
    ]
    return "\n\n" + "\n".join(rows)


def _names(sections: Sequence[str], catalog: Catalog, language: Language) -> str:
    return name_bureaus([catalog.bureaus[name] for name in sections], language)
