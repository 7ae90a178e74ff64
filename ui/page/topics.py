"""Many topics out of what was pasted: a line each, or a table of which one column holds them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

MOST_TOPICS = 200
LONGEST_TEXT = 64 * 1024
# How clerks head the column that holds the matter; elsewhere in a head row they name other things.
_HEADS = ("主題", "要查的事", "案由", "事由", "主旨", "陳情內容", "反映內容", "問題", "內容", "說明", "標題")
_HEADS_ABROAD = ("topic", "question", "subject", "matter")
_DELIMITERS = ("\t", ";", ",")


@dataclass(frozen=True, slots=True)
class Topics:
    """`column`: the head of the column that they were read from; empty where there was none."""

    topics: list[str]
    column: str = ""


def read_topics(text: str) -> Topics:
    """The topics in order, without empty and repeated ones.

    Of a table it is the column that is headed as one; else the first, or where that only counts, the longest text.
    """
    lines = [line for line in text[:LONGEST_TEXT].lstrip("\ufeff").splitlines() if line.strip()]
    rows = _table(lines) or [[line] for line in lines]
    head = _head(rows)
    body = rows[1:] if head >= 0 else rows
    column = head if head >= 0 else _telling(body)
    cells = (row[column].strip() for row in body if len(row) > column)
    topics = [topic for topic in dict.fromkeys(cells) if any(map(str.isalnum, topic))]
    return Topics(topics, rows[0][head].strip() if head >= 0 else "")


def _table(lines: Sequence[str]) -> list[list[str]]:
    """The rows, where the lines are a table: with tabs, a head, quoted cells or the same columns; else none.

    A comma in plain lines belongs to the topic, and a quotation mark that nobody closes swallows no further lines.
    """
    for delimiter in _DELIMITERS:
        if not any(delimiter in line for line in lines):
            continue
        try:
            rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        even = len(rows) > 1 and len(set(map(len, rows))) == 1 and len(rows[0]) > 1
        quoted = any(line.startswith('"') for line in lines)
        if delimiter == "\t" or even or quoted or _head(rows) >= 0:
            return rows
    return [[line.strip().strip('"')] for line in lines] if all(line.strip()[:1] == '"' for line in lines) else []


def _head(rows: Sequence[Sequence[str]]) -> int:
    """The place of the column that the first row heads as the matter; -1 where it heads none."""
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    return next((names.index(head) for head in (*_HEADS, *_HEADS_ABROAD) if head in names), -1)


def _telling(rows: Sequence[Sequence[str]]) -> int:
    """The first column, or where it holds numbers and dates only, the one with the longest texts."""
    width = min(map(len, rows), default=1)
    if width < 2 or any(any(c.isalpha() for c in row[0]) for row in rows[1:] or rows):
        return 0
    return max(range(width), key=lambda column: mean(len(row[column]) for row in rows))
