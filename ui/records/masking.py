"""Personal numbers are taken out of what people type before it is kept."""

import re
import unicodedata

MASK = "○"
# Between the digits of a number; at most two, so that a search stays linear.
_GAP = r"[\s\-.()]{0,2}"
_MOBILE = rf"(?:\+?886{_GAP}0?|0)9{_GAP}\d{{2}}(?:{_GAP}\d){{6}}"
# Area codes 02 to 089 with six to eight digits behind, and an extension.
_LANDLINE = (
    rf"(?:\+?886{_GAP}|[(]?0)[2-8]\d{{0,2}}[)]?[\s\-]{{0,2}}\d{{3,4}}[\s\-]{{0,2}}\d{{3,4}}"
    r"(?:\s?(?:#|分機|轉|ext\.?)\s?\d{1,6})?"
)
_EMAIL = r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}"
# A number that stands inside a longer one is something else.
_FREE = (r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])")
# Sums of digits are not checked: a mistyped number gives as much away as a right one.
_KINDS = tuple(
    re.compile(pattern)
    for pattern in (
        _EMAIL,
        # Identity cards, resident certificates of today (8, 9) and of before 2021 (two letters).
        rf"{_FREE[0]}[A-Za-z][A-Da-d1289]\d{{8}}{_FREE[1]}",
        # Payment cards and bank accounts.
        r"(?<![\d.])\d(?:[\s\-]?\d){11,18}(?!\d)",
        rf"(?<!\d){_MOBILE}(?!\d)",
        rf"(?<![\d.]){_LANDLINE}(?!\d)",
        # Without an area code, where it is said what it is.
        r"(?:電話|市話|手機)[\s:是為]{0,3}\d{3,4}[\s\-]?\d{3,4}(?!\d)",
    )
)


def mask_personal(text: str) -> str:
    """The text with numbers of identity cards, telephones, payment cards and accounts, and e-mail addresses under ○.

    One ○ a character; full-width letters and digits count as their plain forms. Years, amounts, item ids and hotlines
    stay.
    """
    plain = "".join(_plain(character) for character in text)
    covered = list(text)
    for pattern in _KINDS:
        for match in pattern.finditer(plain):
            covered[match.start() : match.end()] = MASK * (match.end() - match.start())
    return "".join(covered)


def _plain(character: str) -> str:
    """Of the same length, so that places in the copy are places in the text."""
    if unicodedata.category(character) == "Pd":
        return "-"
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character
