"""Many topics out of what was pasted: a line each, or a table of which one column holds them."""

import csv
import io
from collections.abc import Iterator

MOST_TOPICS = 200
LONGEST_TEXT = 64 * 1024
_HEADS = frozenset({"主題", "要查的事", "案由", "問題", "topic", "question", "subject"})


def read_topics(text: str) -> list[str]:
    """The topics in order, without empty and repeated ones; the column that is headed as one, else the first."""
    lines = [line for line in text[:LONGEST_TEXT].lstrip("\ufeff").splitlines() if line.strip()]
    if not lines:
        return []
    head = [cell.strip().lower() for cell in next(_rows(lines[:1]), [])]
    column = next((place for place, cell in enumerate(head) if cell in _HEADS), None)
    if column is None and not any("\t" in line or '"' in line for line in lines):
        # Plain lines: a comma in them belongs to the topic, unless they are all columns of a table.
        rows = [[line] for line in lines] if not _is_table(lines) else list(_rows(lines))
    else:
        rows = list(_rows(lines))
    cells = (row[column or 0].strip() for row in rows[column is not None :] if len(row) > (column or 0))
    return [topic for topic in dict.fromkeys(cells) if topic]


def _is_table(lines: list[str]) -> bool:
    widths = {line.count(",") for line in lines}
    return len(lines) > 1 and len(widths) == 1 and widths != {0}


def _rows(lines: list[str]) -> Iterator[list[str]]:
    delimiter = "\t" if "\t" in lines[0] else ","
    return csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
