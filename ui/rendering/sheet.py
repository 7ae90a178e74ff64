"""Tables for spreadsheet programs."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

# What a spreadsheet may take for a formula, also behind white space and in full width (OWASP, CSV Injection).
_FORMULA = re.compile(r"[\s\x00-\x1f\u200b\ufeff]*[=+\-@\t\r\n|]")
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}


def write_sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV (RFC 4180) with the mark that makes spreadsheet programs read UTF-8; no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return f"\ufeff{text.getvalue()}"


def safe_cell(text: str) -> str:
    """The text without control characters; behind an apostrophe where a program might calculate it."""
    shown = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _INVISIBLE)
    return f"'{shown}" if _FORMULA.match(unicodedata.normalize("NFKC", shown)) else shown
