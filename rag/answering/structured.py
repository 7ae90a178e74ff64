"""Answers that the catalog gives: items by number, counts, lists, owners, summaries, comparisons. No guesses."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from rag.answering.draft import Draft
from rag.answering.extractive import name_bureau
from rag.answering.quoting import pick_quote, shorten, without_tag
from rag.answering.wording import WORDING
from rag.document.catalog import PREFACE, Catalog
from rag.document.chunking import plain_formulas
from rag.retrieval.question import Question
from rag.retrieval.references import Reference
from rag.types import Ownership, Passage, PolicyItem

_LINE = 60
_LONGEST = 60
_OWNER_LINE = 90
_MOST = re.compile(r"最多")
_LEAST = re.compile(r"最少")
_EXACTLY = re.compile(r"(?P<number>\d+)\s*(?:項|條)")


def show_items(references: Sequence[Reference], catalog: Catalog) -> Draft:
    """The items that a question refers to, whole and verbatim."""
    items = [reference.item for reference in references if reference.item is not None]
    pieces = [
        f"{name_bureau(item, catalog)}（{item.label}，編號 {item.id}）：\n「{plain_formulas(item.text)}」[{number}]\n\n"
        for number, item in enumerate(items, start=1)
    ]
    return Draft(_trimmed(pieces), tuple(Passage(item, 0.0) for item in items), tuple(item.text for item in items))


def deny_reference(references: Sequence[Reference], catalog: Catalog) -> Draft:
    """There is no such item, and how many there are."""
    reference = references[0]
    if reference.section is None:
        held = f"{catalog.year} 年度施政綱要只有 {len(catalog.sections)} 章，沒有「{reference.named}」。"
    else:
        items = catalog.preface if reference.section == PREFACE else catalog.sections[reference.section]
        held = f"{reference.section}只有 {len(items)} 項，沒有「{reference.named}」。"
    return Draft((held, "\n\n" + WORDING["zh-TW"].hotline))


def count_items(question: Question, catalog: Catalog) -> Draft:
    """Counts of items, of bureaus, and who has most: computed from the catalog."""
    counts = {
        name: sum(item.net_zero or not question.net_zero for item in items) for name, items in catalog.sections.items()
    }
    what = "標示淨零的項目" if question.net_zero else "施政項目"
    if question.sections:
        return _count_of_bureaus(question, counts, what, catalog)
    if _MOST.search(question.folded) or _LEAST.search(question.folded):
        return Draft((_extreme(counts, what, catalog, most=bool(_MOST.search(question.folded))),))
    exactly = _EXACTLY.search(question.folded)
    if exactly:
        return Draft((_with_exactly(counts, what, int(exactly["number"]), catalog),))
    total, preface = sum(counts.values()), len(catalog.preface)
    if question.net_zero:
        return Draft((f"{catalog.year} 年度施政綱要標示淨零的項目共 {total} 項。\n\n{_table(counts, catalog)}",))
    return Draft(
        (
            f"{catalog.year} 年度施政綱要分成 {len(counts)} 個局處（章節），共 {total} 項，另有前言 {preface} 段。",
            f"\n\n{_table(counts, catalog)}",
        )
    )


def _count_of_bureaus(question: Question, counts: Mapping[str, int], what: str, catalog: Catalog) -> Draft:
    lines = [f"{catalog.bureaus[name].short}的{what}共 {counts[name]} 項。" for name in question.sections]
    items = [
        item for name in question.sections for item in catalog.sections[name] if question.net_zero and item.net_zero
    ]
    pieces = ["\n".join(lines)]
    pieces += [
        f"\n- {item.label}：{shorten(without_tag(item), _LINE)}[{number}]" for number, item in enumerate(items, start=1)
    ]
    return Draft(tuple(pieces), tuple(Passage(item, 0.0) for item in items))


def _extreme(counts: Mapping[str, int], what: str, catalog: Catalog, *, most: bool) -> str:
    number = max(counts.values()) if most else min(counts.values())
    names = [name for name, count in counts.items() if count == number]
    tied = f"（{len(names)} 個局處並列）" if len(names) > 1 else ""
    return (
        f"{what}最{'多' if most else '少'}的是{_names(names, catalog)}，"
        f"{'各' if len(names) > 1 else ''}有 {number} 項{tied}。\n\n{_table(counts, catalog)}"
    )


def _with_exactly(counts: Mapping[str, int], what: str, number: int, catalog: Catalog) -> str:
    names = [name for name, count in counts.items() if count == number]
    if not names:
        return f"沒有一個局處的{what}剛好是 {number} 項。"
    return f"{what}剛好 {number} 項的局處共 {len(names)} 個：{_names(names, catalog)}。"


def _table(counts: Mapping[str, int], catalog: Catalog) -> str:
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    rows = [
        f"- {number} 項：{_names([name for name, _ in group], catalog)}"
        for number, group in groupby(ranked, key=lambda pair: pair[1])
    ]
    return "\n".join(rows)


def _names(sections: Sequence[str], catalog: Catalog) -> str:
    return "、".join(catalog.bureaus[name].short for name in sections)


def list_items(selected: Sequence[Passage], catalog: Catalog) -> Draft:
    """The items on a topic, one a line, by bureau in the order of the document."""
    found = sorted(selected, key=lambda passage: (passage.item.chapter, passage.item.number))
    ordered = found[:_LONGEST]
    sections = list(dict.fromkeys(passage.item.section for passage in found))
    pieces = [f"找到 {len(found)} 項，分屬 {len(sections)} 個局處：{_names(sections, catalog)}。"]
    if len(found) > len(ordered):
        pieces.append(f"以下列出前 {len(ordered)} 項。")
    pieces += [
        f"\n- {passage.item.label}：{shorten(without_tag(passage.item), _LINE)}[{number}]"
        for number, passage in enumerate(ordered, start=1)
    ]
    quotes = [without_tag(passage.item) for passage in ordered]
    return Draft(tuple(pieces), tuple(ordered), tuple(quotes))


def deny_words(question: Question, catalog: Catalog) -> Draft:
    """No item holds the words that a list was asked for."""
    return Draft((f"{catalog.year} 年度施政綱要沒有任何項目寫到這個詞。", "\n\n" + WORDING[question.language].hotline))


def name_owners(
    question: Question, owners: Sequence[Ownership], passages: Sequence[Passage], catalog: Catalog, elsewhere: str
) -> Draft:
    """The bureaus of a topic, main one first, each with the item that proves it."""
    wording = WORDING[question.language]
    cited = [_first(passages, owner) for owner in owners]
    quotes = [pick_quote(question, passage.item) for passage in cited]
    pieces = [_owner_lead(question, owners, catalog, chinese=wording.chinese)]
    for number, (passage, quote) in enumerate(zip(cited, quotes, strict=True), start=1):
        who = name_bureau(passage.item, catalog, chinese=wording.chinese)
        shown = quote if len(owners) <= 2 else shorten(quote, _OWNER_LINE)
        pieces.append(f"\n- {who}（{passage.item.label}）：「{plain_formulas(shown)}」[{number}]")
    if elsewhere:
        pieces.append(f"\n\n{elsewhere}")
    return Draft(tuple(pieces), tuple(cited), tuple(quotes))


def _owner_lead(question: Question, owners: Sequence[Ownership], catalog: Catalog, *, chinese: bool) -> str:
    names = "、".join(owner.bureau.short if chinese else owner.bureau.english for owner in owners)
    if not chinese:
        return f"{names}:"
    guessed = [name for name in question.sections if name not in {owner.bureau.section for owner in owners}]
    wrong = f"綱要裡不是寫在{_names(guessed, catalog)}。" if guessed and question.kind == "owner" else ""
    if len(owners) == 1:
        return f"{wrong}這件事由{owners[0].bureau.office}負責："
    return f"{wrong}綱要裡有 {len(owners)} 個局處寫到這件事：{names}（最相關的在前）："


def _first(passages: Sequence[Passage], owner: Ownership) -> Passage:
    return next(passage for passage in passages if passage.item in owner.items)


def suggest_owners(question: Question, owners: Sequence[Ownership], catalog: Catalog, elsewhere: str) -> Draft:
    """Where no item names a topic: whose duty it is by common knowledge, marked as such. Cites nothing."""
    wording = WORDING[question.language]
    if not wording.chinese:
        return Draft((wording.refusal.format(year=catalog.year), "\n\n" + wording.hotline))
    names = "、".join(owner.bureau.office for owner in owners[:2])
    pieces = [f"{catalog.year} 年度施政綱要沒有寫到這件事。依一般職掌（不是綱要的內容），可先洽{names}。"]
    if elsewhere:
        pieces.append(elsewhere)
    pieces.append("\n\n" + wording.hotline)
    return Draft(tuple(pieces))


def sum_up(section: str, central: Sequence[PolicyItem], catalog: Catalog) -> Draft:
    """A bureau's central items, one line each, and how many more there are."""
    items = catalog.sections[section]
    net_zero = sum(item.net_zero for item in items)
    pieces = [
        f"{catalog.bureaus[section].office} {catalog.year} 年度共 {len(items)} 項（淨零 {net_zero} 項），主要方向："
    ]
    pieces += [
        f"\n- {item.label}：{shorten(without_tag(item), _LINE)}[{number}]"
        for number, item in enumerate(central, start=1)
    ]
    rest = len(items) - len(central)
    if rest:
        pieces.append(
            "\n\n以上是與該局處其他項目最相近、彼此又不重複的項目；"
            f"其餘 {rest} 項可問「{catalog.bureaus[section].short}全部項目」。"
        )
    return Draft(tuple(pieces), tuple(Passage(item, 0.0) for item in central), tuple(without_tag(i) for i in central))


def compare_sides(question: Question, sides: Sequence[Sequence[Passage]], catalog: Catalog) -> Draft:
    """What the items say of each side, one under the other; the reader draws the difference."""
    pieces = ["綱要的寫法對照如下："]
    cited: list[Passage] = []
    quotes: list[str] = []
    for side in sides:
        for passage in side:
            if passage in cited:
                continue
            quote = pick_quote(question, passage.item)
            cited.append(passage)
            quotes.append(quote)
            who = name_bureau(passage.item, catalog)
            pieces.append(f"\n- {who}（{passage.item.label}）：「{plain_formulas(quote)}」[{len(cited)}]")
    return Draft(tuple(pieces), tuple(cited), tuple(quotes))


def _trimmed(pieces: Sequence[str]) -> tuple[str, ...]:
    return (*pieces[:-1], pieces[-1].rstrip())
