"""The text of the guidelines -> items, with nothing lost and nothing invented.

The text is a page extract: a page break leaves a blank line in mid-sentence, and its list dash may stand before a
continuation line. So neither line breaks nor dashes carry meaning; only the running numbers 一、 and (一) do.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rag.errors import DocumentError
from rag.types import Bureau, PolicyItem, chinese_numeral

_TITLE = re.compile(r"(?P<city>\S+)政府\s*(?P<year>\d{3})\s*年度施政綱要")
_LIST_DASH = re.compile(r"^-\s+")
_SECTION = re.compile(r"(?P<numeral>[一二三四五六七八九十]{1,3})、(?P<name>[^，。；：、]{1,20})")
_ITEM = re.compile(r"[(（](?P<numeral>[一二三四五六七八九十]{1,3})[)）]\s*(?P<text>.*)")
_NET_ZERO = re.compile(r"[(（]\s*淨零\s*[)）]\s*。?\s*$")
_SENTENCE_END = "。：！？"
_PREFACE, _BODY = "前言", "施政要項"
# The longest theme heading is 淨零 X 科技高雄; the shortest preface paragraph has 42 characters.
_LONGEST_THEME = 20
_TITLE_WITHIN = 200


@dataclass(frozen=True, slots=True)
class Guidelines:
    """A parsed document. `headings`: every line that is no item's, in order, without white space."""

    city: str
    year: int
    headings: tuple[str, ...]
    items: tuple[PolicyItem, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


def parse_guidelines(text: str, bureaus: Mapping[str, Bureau]) -> Guidelines:
    """Read a whole document. `bureaus` by section; a section not in it answers under its own name.

    Raises DocumentError with the line and the reason where the text has another shape.
    """
    lines = [
        _Line(number, stripped)
        for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1)
        if (stripped := _LIST_DASH.sub("", raw.strip()))
    ]
    if not lines:
        raise DocumentError("the document is empty; expected a title such as 高雄市政府 115 年度施政綱要")
    title = _TITLE.fullmatch(lines[0].text)
    if title is None:
        raise DocumentError(f"line {lines[0].number}: expected a title such as 高雄市政府 115 年度施政綱要")
    starts = [index for index, line in enumerate(lines) if line.text == _BODY]
    if len(starts) != 1:
        raise DocumentError(f"expected one line {_BODY} before the numbered sections, found {len(starts)}")
    body = starts[0]
    preface_headings, preface = _parse_preface(lines[1:body])
    section_headings, items = _parse_sections(lines[body + 1 :], bureaus)
    headings = (lines[0].text, *preface_headings, _BODY, *section_headings)
    return Guidelines(title["city"], int(title["year"]), tuple(_without_space(h) for h in headings), (*preface, *items))


def read_year(text: str) -> int:
    """The edition that a document's title names, 115. Raises DocumentError where it names none."""
    title = _TITLE.search(text[:_TITLE_WITHIN])
    if title is None:
        raise DocumentError("line 1: expected a title such as 高雄市政府 115 年度施政綱要")
    return int(title["year"])


def _parse_preface(lines: list[_Line]) -> tuple[list[str], list[PolicyItem]]:
    headings: list[str] = []
    items: list[PolicyItem] = []
    theme, parts = "", list[str]()
    for line in lines:
        if not parts and len(line.text) <= _LONGEST_THEME and line.text[-1] not in _SENTENCE_END:
            headings.append(line.text)
            theme = "" if line.text == _PREFACE else line.text
            continue
        parts.append(line.text)
        if line.text[-1] in _SENTENCE_END:
            items.append(_item(0, _PREFACE, _PREFACE, len(items) + 1, join_lines(parts), theme))
            parts = []
    if parts:
        raise DocumentError(f"line {lines[-1].number}: the preface breaks off in mid-sentence")
    return headings, items


def _parse_sections(lines: list[_Line], bureaus: Mapping[str, Bureau]) -> tuple[list[str], list[PolicyItem]]:
    headings: list[str] = []
    items: list[PolicyItem] = []
    for chapter, (heading, section, content) in enumerate(_sections(lines), start=1):
        headings.append(heading.text)
        office = bureaus[section].office if section in bureaus else section
        for number, parts in enumerate(_numbered(content, heading), start=1):
            items.append(_item(chapter, section, office, number, join_lines(parts), ""))
    if not items:
        raise DocumentError(f"no numbered section after the line {_BODY}; expected 一、 and a bureau's field")
    return headings, items


def _sections(lines: list[_Line]) -> Iterator[tuple[_Line, str, list[_Line]]]:
    heading: _Line | None = None
    name, content, chapter = "", list[_Line](), 0
    for line in lines:
        match = _SECTION.fullmatch(line.text)
        if match is None:
            if heading is None:
                raise DocumentError(f"line {line.number}: text before the first section 一、: {line.text[:20]}")
            content.append(line)
            continue
        if match["numeral"] != chinese_numeral(chapter + 1):
            raise DocumentError(
                f"line {line.number}: section {match['numeral']}、 where {chinese_numeral(chapter + 1)}、 is due"
            )
        if heading is not None:
            yield heading, name, content
        heading, name, content, chapter = line, _without_space(match["name"]), [], chapter + 1
    if heading is not None:
        yield heading, name, content


def _numbered(lines: list[_Line], heading: _Line) -> list[list[str]]:
    items: list[list[str]] = []
    for line in lines:
        match = _ITEM.fullmatch(line.text)
        if match is None:
            if not items:
                raise DocumentError(f"line {line.number}: text before the first item (一): {line.text[:20]}")
            items[-1].append(line.text)
            continue
        due = chinese_numeral(len(items) + 1)
        if match["numeral"] != due:
            raise DocumentError(f"line {line.number}: item ({match['numeral']}) where ({due}) is due")
        if not match["text"]:
            raise DocumentError(f"line {line.number}: item ({due}) has no text")
        items.append([match["text"]])
    if not items:
        raise DocumentError(f"line {heading.number}: section {heading.text} has no item")
    return items


def _item(chapter: int, section: str, office: str, number: int, text: str, theme: str) -> PolicyItem:
    net_zero = _NET_ZERO.search(text) is not None
    return PolicyItem(f"{chapter}-{number}", chapter, section, office, number, text, net_zero, theme)


def join_lines(parts: list[str]) -> str:
    """Undo the page's line breaks: none between Chinese characters, a space between two Latin words or numbers."""
    joined = parts[0]
    for part in parts[1:]:
        both_latin = joined[-1].isascii() and joined[-1].isalnum() and part[0].isascii() and part[0].isalnum()
        joined += (" " if both_latin else "") + part
    return joined


def _without_space(text: str) -> str:
    return re.sub(r"\s+", "", text)
