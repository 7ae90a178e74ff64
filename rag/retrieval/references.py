"""Exact references to items, in whatever style people write them: 交通第三項, 工務（十六）, 第十四章第五項, 11-3."""

import re
from dataclasses import dataclass

from rag.document.catalog import PREFACE, Catalog
from rag.types import PolicyItem

_NUMERAL = r"(?:\d{1,3}|[零一二三四五六七八九十百]{1,5})"
_UNIT = r"(?:項|點|條|款|段|要項)"
_ORDINAL = (
    rf"(?:第\s*(?P<nth>{_NUMERAL})\s*{_UNIT}|[(（]\s*(?P<paren>{_NUMERAL})\s*[)）]"
    rf"|(?P<last>最後(?:一|1)?{_UNIT})|倒數第\s*(?P<from_end>{_NUMERAL})\s*{_UNIT}|\s*(?P<bare>\d{{1,2}})(?=\s*$))"
)
_ID = re.compile(r"(?<![\d\-.])(?P<chapter>\d{1,2})\s?[-－–之]\s?(?P<number>\d{1,2})(?![\d\-.%年月日])")
_CHAPTER = re.compile(rf"第\s*(?P<chapter>{_NUMERAL})\s*(?:章|部分|節|篇)(?:的)?(?:\s*{_ORDINAL})?")
_ENGLISH_CHAPTER = re.compile(r"\b(?:chapter|section)\s+(?P<chapter>\d{1,3})\b", re.IGNORECASE)
_SPOKEN_OF = re.compile(
    r"(?:編號|項目|項次|項|給我|看|查|引用|顯示|就是|是|和|跟|與|、|item|\[|〔|【|[(（])\s*$", re.IGNORECASE
)
_SAYS = re.compile(
    r"\s*(?:[\])）】〕，,。]|那|這|的?(?:原文|全文|內容)|是(?:什麼|在)|(?:在)?(?:寫|講|說)|條|項|和|跟|與|、)",
    re.IGNORECASE,
)
_BARE_ORDINAL = re.compile(rf"^(?:那|那麼)?\s*{_ORDINAL}(?:呢|是什麼|寫什麼|[?？])*$")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a question points at. `item` is None where the document has no such item or chapter."""

    named: str
    section: str | None
    item: PolicyItem | None

    @property
    def by_id(self) -> bool:
        """Whether it is written as an id, 11-3."""
        return bool(_ID.fullmatch(self.named))


def find_references(text: str, catalog: Catalog) -> tuple[Reference, ...]:
    """All references of a question, in order. `text` must be folded."""
    found = [*_by_bureau(text, catalog), *_by_chapter(text, catalog), *_by_id(text, catalog)]
    return tuple(dict.fromkeys(found))


def find_ordinal(text: str, section: str, catalog: Catalog) -> Reference | None:
    """The item that 第四項呢 means, said of a section."""
    match = _BARE_ORDINAL.search(text)
    return Reference(match[0], section, _item(catalog, section, match)) if match and section else None


def is_bare_ordinal(text: str) -> bool:
    """Whether a text names the number of an item and nothing else (第三項): whose, it does not say."""
    match = _BARE_ORDINAL.search(text)
    return bool(match and not match["bare"])


def _by_bureau(text: str, catalog: Catalog) -> list[Reference]:
    names = {PREFACE: PREFACE}
    for section, bureau in catalog.bureaus.items():
        names |= dict.fromkeys((section, *bureau.names), section)
    # The longest name first: 社會局 before 社會, 空中大學教育 before 教育.
    choice = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(?P<bureau>{choice})(?:那章|那一章|部分|施政綱要|施政要項|綱要)?\s*的?\s*{_ORDINAL}")
    return [
        Reference(match[0].strip(), names[match["bureau"]], _item(catalog, names[match["bureau"]], match))
        for match in pattern.finditer(text)
    ]


def _by_chapter(text: str, catalog: Catalog) -> list[Reference]:
    sections = list(catalog.sections)
    found: list[Reference] = []
    for match in _CHAPTER.finditer(text):
        chapter = read_numeral(match["chapter"])
        section = sections[chapter - 1] if 1 <= chapter <= len(sections) else None
        if section is None:
            found.append(Reference(match[0], None, None))
        elif _ordinal(match):
            found.append(Reference(match[0], section, _item(catalog, section, match)))
    for match in _ENGLISH_CHAPTER.finditer(text):
        if not 1 <= int(match["chapter"]) <= len(sections):
            found.append(Reference(match[0], None, None))
    return found


def _by_id(text: str, catalog: Catalog) -> list[Reference]:
    found: list[Reference] = []
    for match in _ID.finditer(text):
        item = catalog.items.get(f"{int(match['chapter'])}-{int(match['number'])}")
        # 7-11 is a shop and 24-7 are hours: a number pair refers where it stands alone or is spoken of as an item.
        spoken_of = _SPOKEN_OF.search(text[: match.start()]) or _SAYS.match(text[match.end() :])
        if match[0] == text.strip() or (item is not None and spoken_of):
            found.append(Reference(match[0], _section_of(int(match["chapter"]), catalog), item))
    return found


def _section_of(chapter: int, catalog: Catalog) -> str | None:
    sections = (PREFACE, *catalog.sections)
    return sections[chapter] if chapter < len(sections) else None


def _item(catalog: Catalog, section: str, match: re.Match[str]) -> PolicyItem | None:
    return catalog.at(section, _ordinal(match))


def _ordinal(match: re.Match[str]) -> int:
    """The number that a reference names, negative from the end; 0 where it names none."""
    if match["last"]:
        return -1
    if match["from_end"]:
        return -read_numeral(match["from_end"])
    numeral = match["nth"] or match["paren"] or match["bare"]
    return read_numeral(numeral) if numeral else 0


def read_numeral(numeral: str) -> int:
    """11 for 十一 or 11; up to 999."""
    if numeral.isdecimal():
        return int(numeral)
    total, digit = 0, 0
    for character in numeral:
        if character == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif character == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _DIGITS[character]
    return total + digit
