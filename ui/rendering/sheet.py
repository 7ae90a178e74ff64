"""Tables for spreadsheet programs."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

# What a spreadsheet may take for a formula, also in full width, as a sign of mathematics and behind white space or a
# quotation mark (OWASP, CSV Injection): where a cell begins, and where one would begin in a program that splits the
# file at semicolons or does not know quotation marks.
_SIGNS = r"=+\-@|\u2212＝＋－＠｜﹢﹣﹦﹫⁺⁻⁼₊₋₌"
_FORMULA = re.compile(rf'^(?=[\s"]*[{_SIGNS}])|(?<=[,;\n])(?=(?:[^\S\n]|")*[{_SIGNS}])')
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
# Characters that are given out at a time.
_PART = 1 << 16


def write_sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV (RFC 4180) with the mark that makes spreadsheet programs read UTF-8; no cell is a formula."""
    return "".join(sheet_parts(header, rows))


def sheet_parts(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The same in parts, for tables that are longer than one wants to hold."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([safe_cell(cell) for cell in header])
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
        if text.tell() >= _PART:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def safe_cell(text: str) -> str:
    """The text without tabs and control characters; an apostrophe stands wherever a program might calculate it."""
    spaced = text.replace("\t", " ")
    shown = "".join(c for c in spaced if c == "\n" or unicodedata.category(c) not in _INVISIBLE)
    return _FORMULA.sub("'", shown)
