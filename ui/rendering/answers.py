"""The text of an answer as HTML: paragraphs, lists, and marks that name the item they point at."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from rag.answering.citations import split_markers
from rag.types import CHINESE, Citation, Language
from ui.rendering.cards import item_link

_POINT = "- "
# Chinese within another language: what is quoted, and runs of characters with the figures between them.
_QUOTED = "「[^」]*」"
_RUN = r"[\u3400-\u9fff](?:[\u3000-\u303f\u3400-\u9fff\uff01-\uff60]|[\d .,%/-]+(?=[\u3400-\u9fff]))*"
_KANA = re.compile(r"[\u3040-\u30ff]")


@dataclass(frozen=True, slots=True)
class _Marks:
    """What markers point at: their citations, and the ids of the cards. `language`: of the page."""

    citations: Mapping[int, Citation]
    anchors: Mapping[int, str]
    language: Language


def answer_html(
    text: str,
    citations: Sequence[Citation],
    language: Language,
    anchors: Mapping[int, str],
    written: Language | None = None,
) -> str:
    """`anchors`: the id of the card that each marker points at. A marker without a citation is left out.

    `language`: of the page; `written`: of the answer, where that is another.
    """
    marks = _Marks({citation.marker: citation for citation in citations}, anchors, language)
    return "".join(_block(block, marks, written or language) for block in _blocks(text))


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines that belong together: the points of a list, or one line."""
    points: list[str] = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        if line.startswith(_POINT):
            points.append(line)
            continue
        if points:
            yield points
            points = []
        yield [line]
    if points:
        yield points


def _block(lines: Sequence[str], marks: _Marks, written: Language) -> str:
    if not lines[0].startswith(_POINT):
        return f"<p>{_line(lines[0], marks, written)}</p>"
    points = (f"<li>{_line(line.removeprefix(_POINT), marks, written)}</li>" for line in lines)
    return f"<ul>{''.join(points)}</ul>"


def _line(line: str, marks: _Marks, written: Language) -> str:
    shown = ""
    for piece, numbers in split_markers(line):
        shown += _spoken(piece, written)
        shown += "".join(_mark(number, marks, line) for number in numbers if number in marks.citations)
    return shown


def _spoken(text: str, written: Language) -> str:
    """Escaped, its Chinese told apart for screen readers. Japanese shares its characters: there only in quotes."""
    if written in CHINESE:
        return escape(text)
    shown, end = "", 0
    for found in re.finditer(_QUOTED if written == "ja" else f"{_QUOTED}|{_RUN}", text):
        if not _KANA.search(found[0]):
            shown += f'{escape(text[end : found.start()])}<span lang="zh-TW">{escape(found[0])}</span>'
            end = found.end()
    return shown + escape(text[end:])


def _mark(number: int, marks: _Marks, line: str) -> str:
    """The number and the item's label; to the eye the number alone, where the line names the item itself."""
    item = marks.citations[number].item
    hidden = ' class="visually-hidden"' if item.label in line else ' class="cite-label"'
    return (
        f'<a class="cite" href="{item_link(item, marks.language)}" data-goto="{escape(marks.anchors[number])}" '
        f'title="{escape(item.office)} {escape(item.label)}"><span class="cite-number">{number}</span>'
        f'<span{hidden} lang="zh-TW">{escape(item.label)}</span></a>'
    )
