"""Answers that the catalog gives: items by number, lists, owners, summaries, comparisons. No guesses."""

from collections.abc import Sequence

from rag.answering.draft import Draft
from rag.answering.extractive import head_item, in_script, name_bureau
from rag.answering.frames import FRAMES
from rag.answering.quoting import pick_quote, shorten, without_tag
from rag.answering.wording import WORDING, years
from rag.document.catalog import PREFACE, Catalog
from rag.document.chunking import plain_formulas
from rag.retrieval.question import Question
from rag.retrieval.references import Reference
from rag.types import CHINESE, Bureau, Language, Ownership, Passage, PolicyItem

_LINE = 60
_LONGEST = 60
_OWNER_LINE = 90


def show_items(references: Sequence[Reference], catalog: Catalog, language: Language) -> Draft:
    """The items that a question refers to, whole and verbatim."""
    items = [reference.item for reference in references if reference.item is not None]
    head = FRAMES[language].exact_head
    pieces = [
        head.format(who=name_bureau(item, catalog, language), label=item.label, id=item.id)
        + f"\n「{plain_formulas(item.text)}」[{number}]\n\n"
        for number, item in enumerate(items, start=1)
    ]
    return Draft(_trimmed(pieces), tuple(Passage(item, 0.0) for item in items), tuple(item.text for item in items))


def deny_reference(references: Sequence[Reference], catalog: Catalog, language: Language) -> Draft:
    """There is no such item, and how many there are; or it was not said whose item is meant."""
    hotline = "\n\n" + WORDING[language].hotline
    if not references:
        return Draft((FRAMES[language].whose_item, hotline))
    return Draft((_what_there_is(references[0], catalog, language), hotline))


def _what_there_is(reference: Reference, catalog: Catalog, language: Language) -> str:
    frames, section = FRAMES[language], reference.section
    if section is None:
        return frames.no_chapter.format(
            **years(catalog.year), chapters=len(catalog.sections), named=reference.named.strip()
        )
    if section == PREFACE:
        return frames.no_paragraph.format(count=len(catalog.preface), named=reference.named)
    items = catalog.sections[section]
    frame = frames.no_number if reference.by_id else frames.no_item
    return frame.format(chapter=items[0].chapter, section=section, count=len(items), named=reference.named)


def name_bureaus(bureaus: Sequence[Bureau], language: Language) -> str:
    """交通局、衛生局; abroad, where Chinese is not read, by their English names."""
    names = [bureau.short if language in {*CHINESE, "ja"} else bureau.english for bureau in bureaus]
    return FRAMES[language].comma.join(names)


def _names(sections: Sequence[str], catalog: Catalog, language: Language) -> str:
    return name_bureaus([catalog.bureaus[name] for name in sections], language)


def list_lines(items: Sequence[PolicyItem], language: Language) -> list[str]:
    """One line an item, marked from 1 on."""
    line = FRAMES[language].line
    return [
        line.format(label=item.label, text=shorten(without_tag(item), _LINE)) + f"[{number}]"
        for number, item in enumerate(items, start=1)
    ]


def list_items(selected: Sequence[Passage], catalog: Catalog, language: Language) -> Draft:
    """The items on a topic, one a line, by bureau in the order of the document."""
    frames = FRAMES[language]
    found = sorted(selected, key=lambda passage: (passage.item.chapter, passage.item.number))
    ordered = found[:_LONGEST]
    sections = list(dict.fromkeys(passage.item.section for passage in found))
    together = frames.found_one if len(found) == 1 else frames.found_together
    frame = together if len(sections) == 1 else frames.found
    pieces = [frame.format(count=len(found), bureaus=len(sections), names=_names(sections, catalog, language))]
    if len(found) > len(ordered):
        pieces.append(frames.listed.format(count=len(ordered)))
    pieces += list_lines([passage.item for passage in ordered], language)
    quotes = [without_tag(passage.item) for passage in ordered]
    return Draft(tuple(pieces), tuple(ordered), tuple(quotes))


def deny_words(question: Question, catalog: Catalog) -> Draft:
    """No item holds the words that a list was asked for."""
    said = FRAMES[question.language].no_words.format(**years(catalog.year))
    return Draft((said, "\n\n" + WORDING[question.language].hotline))


def name_owners(
    question: Question, owners: Sequence[Ownership], passages: Sequence[Passage], catalog: Catalog, elsewhere: str
) -> Draft:
    """The bureaus of a topic, main one first, each with the item that proves it.

    `elsewhere`: who handles it, where that is not the city; then the items are only what stands nearest.
    """
    frames, chinese = FRAMES[question.language], question.language in CHINESE
    cited = [_first(passages, owner) for owner in owners]
    quotes = [pick_quote(question, passage.item) for passage in cited]
    if elsewhere and chinese:
        pieces = [in_script(elsewhere, question.language) + "\n\n", frames.nearest_beside]
    else:
        pieces = [_owner_lead(question, owners, catalog)]
    for number, (passage, quote) in enumerate(zip(cited, quotes, strict=True), start=1):
        shown = quote if len(owners) <= 2 else shorten(quote, _OWNER_LINE)
        pieces.append(f"\n- {head_item(passage.item, catalog, question.language)}「{plain_formulas(shown)}」[{number}]")
    return Draft(tuple(pieces), tuple(cited), tuple(quotes))


def _owner_lead(question: Question, owners: Sequence[Ownership], catalog: Catalog) -> str:
    language, frames = question.language, FRAMES[question.language]
    guessed = [name for name in question.sections if name not in {owner.bureau.section for owner in owners}]
    asked = guessed and question.kind == "owner"
    wrong = frames.not_listed.format(names=_names(guessed, catalog, language)) if asked else ""
    if len(owners) == 1 and language in CHINESE:
        return wrong + frames.owner.format(names=owners[0].bureau.office)
    names = name_bureaus([owner.bureau for owner in owners], language)
    return wrong + (frames.owner if len(owners) == 1 else frames.owners).format(count=len(owners), names=names)


def _first(passages: Sequence[Passage], owner: Ownership) -> Passage:
    return next(passage for passage in passages if passage.item in owner.items)


def suggest_owners(question: Question, owners: Sequence[Ownership], catalog: Catalog, elsewhere: str) -> Draft:
    """Where no item names a topic: whose duty it is by common knowledge, marked as such. Cites nothing.

    `owners`: none where no bureau's duties are near.
    """
    frames = FRAMES[question.language]
    pieces = [frames.not_mentioned.format(**years(catalog.year))]
    if elsewhere and question.language in CHINESE:
        pieces.insert(0, in_script(elsewhere, question.language))
    elif owners and question.language in CHINESE:
        names = frames.comma.join(owner.bureau.office for owner in owners[:2])
        pieces.append(frames.duty.format(names=names))
    pieces.append("\n\n" + WORDING[question.language].hotline)
    return Draft(tuple(pieces))


def sum_up(section: str, central: Sequence[PolicyItem], catalog: Catalog, language: Language) -> Draft:
    """A bureau's central items, one line each, and how many more there are."""
    frames, items = FRAMES[language], catalog.sections[section]
    bureau = catalog.bureaus[section]
    who = bureau.office if language in CHINESE else name_bureau(items[0], catalog, language)
    net_zero = sum(item.net_zero for item in items)
    head = frames.sum_head.format(who=who, **years(catalog.year), count=len(items), net_zero=net_zero)
    pieces = [head, *list_lines(central, language)]
    rest = len(items) - len(central)
    if rest:
        pieces.append("\n\n" + frames.sum_rest.format(count=rest, bureau=bureau.short))
    return Draft(tuple(pieces), tuple(Passage(item, 0.0) for item in central), tuple(without_tag(i) for i in central))


def compare_sides(question: Question, sides: Sequence[Sequence[Passage]], catalog: Catalog) -> Draft:
    """What the items say of each side, one under the other; the reader draws the difference."""
    pieces = [FRAMES[question.language].compared]
    cited: list[Passage] = []
    quotes: list[str] = []
    for side in sides:
        for passage in side:
            if passage in cited:
                continue
            quote = pick_quote(question, passage.item)
            cited.append(passage)
            quotes.append(quote)
            head = head_item(passage.item, catalog, question.language)
            pieces.append(f"\n- {head}「{plain_formulas(quote)}」[{len(cited)}]")
    return Draft(tuple(pieces), tuple(cited), tuple(quotes))


def _trimmed(pieces: Sequence[str]) -> tuple[str, ...]:
    return (*pieces[:-1], pieces[-1].rstrip())
