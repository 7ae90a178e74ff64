"""The text of an answer as HTML: paragraphs, lists, and marks that name the item they point at."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from rag.answering.citations import split_markers
from rag.types import Citation, Language
from ui.rendering.cards import item_link

_POINT = "- "


def answer_html(text: str, citations: Sequence[Citation], language: Language, anchors: Mapping[int, str]) -> str:
    """`anchors`: the id of the card that each marker points at. A marker without a citation is left out."""
    known = {citation.marker: citation for citation in citations}
    return "".join(_block(block, known, language, anchors) for block in _blocks(text))


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


def _block(lines: Sequence[str], known: Mapping[int, Citation], language: Language, anchors: Mapping[int, str]) -> str:
    if not lines[0].startswith(_POINT):
        return f"<p>{_line(lines[0], known, language, anchors)}</p>"
    points = (f"<li>{_line(line.removeprefix(_POINT), known, language, anchors)}</li>" for line in lines)
    return f"<ul>{''.join(points)}</ul>"


def _line(line: str, known: Mapping[int, Citation], language: Language, anchors: Mapping[int, str]) -> str:
    shown = ""
    for piece, numbers in split_markers(line):
        marks = (
            _mark(known[number], language, anchors[number], brief=known[number].item.label in line)
            for number in numbers
            if number in known
        )
        shown += escape(piece) + "".join(marks)
    return shown


def _mark(citation: Citation, language: Language, anchor: str, *, brief: bool) -> str:
    """The number and the item's label; `brief`: the number alone to the eye, where the line names the item itself."""
    item = citation.item
    hidden = ' class="visually-hidden"' if brief else ' class="cite-label"'
    return (
        f'<a class="cite" href="{item_link(item, language)}" data-goto="{escape(anchor)}" title="{escape(item.office)} '
        f'{escape(item.label)}"><span class="cite-number">{citation.marker}</span>'
        f'<span{hidden} lang="zh-TW">{escape(item.label)}</span></a>'
    )
