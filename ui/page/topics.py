"""Many topics out of what was pasted: a line each, or a table of which one column holds them."""

import csv
import io

MOST_TOPICS = 200
LONGEST_TEXT = 64 * 1024
_HEADS = frozenset({"主題", "要查的事", "案由", "問題", "topic", "question", "subject"})


def read_topics(text: str) -> list[str]:
    """The topics in order, without empty and repeated ones; the column that is headed as one, else the first."""
    lines = [line for line in text[:LONGEST_TEXT].lstrip("\ufeff").splitlines() if line.strip()]
    rows = _table(lines) or [[line] for line in lines]
    head = [_is_head(cell) for cell in rows[0]] if rows else []
    column = head.index(True) if True in head else 0
    cells = (row[column].strip() for row in rows[any(head) :] if len(row) > column)
    return [topic for topic in dict.fromkeys(cells) if any(map(str.isalnum, topic))]


def _table(lines: list[str]) -> list[list[str]]:
    """The rows, where the lines are a table: with tabs, a head, quoted cells or the same columns; else none.

    A comma in plain lines belongs to the topic, and a quotation mark that nobody closes swallows no further lines.
    """
    delimiter = "\t" if any("\t" in line for line in lines) else ","
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True))
    except csv.Error:
        return []
    even = len(rows) > 1 and len(set(map(len, rows))) == 1 and len(rows[0]) > 1
    quoted = any(line.startswith('"') for line in lines)
    headed = bool(rows) and any(map(_is_head, rows[0]))
    return rows if delimiter == "\t" or even or quoted or headed else []


def _is_head(cell: str) -> bool:
    return cell.strip().lower() in _HEADS
