"""Personal numbers are taken out of what people type before it is kept."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

MASK = "○"
# People write a number in groups, in full width, in Chinese digits, with signs that are not seen: all of it is folded
# to plain digits and a few kinds of gap before anything is searched. Gaps are bounded, so that a search stays linear.
_DASHES = frozenset("−ー─━~_·・‧•∙")
_BRACKETS = {"[": "(", "{": "(", "【": "(", "「": "(", "]": ")", "}": ")", "】": ")", "」": ")"}
_DIGITS = str.maketrans("〇零一二三四五六七八九壹貳參肆伍陸柒捌玖", "00123456789123456789")
_UNSEEN = frozenset({"Cf", "Mn", "Me"})

_GAP = r"[ \-.,/()]{0,3}"
_TIGHT = r"[ \-.]{0,3}"
# The circle is written for zero, too.
_MOBILE = (
    rf"(?<![\d○])(?<!\d[/.\-])(?:\+?886{_GAP}(?:0{_GAP})?|[0○]{_GAP})9(?:{_GAP}\d){{8}}(?!\d)"
    r"|(?<!\d)09\d{8}(?!\d)"
)
_EXTENSION = r"(?: ?,? ?(?:#|分機|轉|內線|ext(?:ension)?\.?){1,2}[ :.]{0,2}\d{1,6})?"
# Area codes 02 to 089 with six to eight digits behind, of Matsu and Wuqiu with five. A date has no group of three.
_LANDLINE = (
    rf"(?<!\d)(?<!\d[./\-])[(]?(?:08[23]6[ \-./()]{{0,3}}\d{{5}}|"
    rf"(?:\+?886{_GAP}(?:0{_GAP})?|0)[2-8]\d{{0,2}}[ \-./()]{{0,3}}"
    r"(?:\d{6,8}|\d{3,4}[ \-.]{1,3}\d{3,4}|\d{2,4}(?:[ \-.]{1,3}\d{2,4}){2,3}))"
    rf"(?!\d){_EXTENSION}"
)
# Without an area code, where it is said what it is; local numbers begin with 2 to 9, hotlines with 1.
_SAID_TELEPHONE = (
    r"(?:電話|市話|手機|行動|(?<![a-z])(?:tel|phone|mobile))(?:號碼)?[ :.是為]{0,4}"
    r"(?:\d{6,10}|[2-9]\d{2,3}[ \-.]{1,3}\d{3,4}(?:[ \-.]{1,3}\d{3})?|\d{3,4}-\d{3,4})"
    rf"(?!\d){_EXTENSION}"
)
# With names in any script and an @ that is spelled. In a text without spaces the words before the name go with it.
_LABEL = r"(?:[a-z0-9\-]{1,63}|[^\W\da-z]{1,20})"
_EMAIL = (
    r"[\w.%+\-]{1,64} {0,2}(?:@|\( ?at ?\)) {0,2}"
    rf"{_LABEL}(?:\.{_LABEL}|。[a-z0-9\-]{{1,63}}){{1,4}}"
)
# Identity cards and resident certificates of today (8, 9), a letter before nine digits; of before 2021, two letters.
# Behind a whole word a gap is a gap between word and number.
_IDENTITY = (
    rf"(?:[a-z]|(?<![a-z])[a-z][ \-.]{{1,2}})[1289](?:{_TIGHT}\d){{8}}(?!\d)"
    r"|(?:[a-z][a-d]|(?<![a-z])[a-z][ \-.]{0,2}[a-d][ \-.]{1,2})\d{4}[ \-.]?\d{4}(?!\d)"
)
_SAID_ACCOUNT = rf"(?:帳號|帳戶|(?<![a-z])account)(?:號碼| no| number)?[ :.是為]{{0,4}}\d(?:{_TIGHT}\d){{9,}}"
# Payment cards and accounts: whatever has twelve digits or more, in groups or not, and is not told to be something
# else. Where both could be meant it goes: a year less in the records hurts nobody.
_RUN = re.compile(r"\d(?:[ \-./]{0,3}\d)*")
_LEAST_DIGITS = 12
# Twelve to fourteen digits in one may be an amount; no budget has more.
_AMOUNT = re.compile(r"\d{12,14}(?= ?(?:元|萬|億|兆|項|年|人|戶|噸|度))")
_CASE = re.compile(r"(?:案號|文號|編號)[ :.是為]{0,3}$")
_CASE_NUMBER = re.compile(r"\d{2,3}-\d{6,10}")
# Years and dates of both counts, hotlines, ids of items, places in Taiwan.
_LISTED = (
    r"(?>(?:2[0-6]|1[12]\d)\.\d{2,8}"
    r"|(?:19\d\d|20\d\d|1\d\d)(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2})?"
    r"|\d{1,2}-\d{1,2}(?![\-./]))(?!\d)"
)
# Each is taken whole or not at all: else a long list could be divided in endless ways.
_LIST = re.compile(rf"(?:{_LISTED}[ \-./]{{1,3}}(?=\d))*+{_LISTED}")
_LEAST_STEPS = 3
# What is told by its shape, the surest first, and last what is told by the word before it. Sums of digits are not
# checked: a mistyped number gives as much away as a right one.
_KINDS = (
    re.compile(_EMAIL, re.IGNORECASE),
    re.compile(_IDENTITY, re.IGNORECASE | re.ASCII),
    re.compile(_MOBILE),
    re.compile(_LANDLINE, re.IGNORECASE),
    _RUN,
    re.compile(_SAID_TELEPHONE, re.IGNORECASE),
    re.compile(_SAID_ACCOUNT, re.IGNORECASE),
)


def mask_personal(text: str) -> str:
    """The text with numbers of identity cards, telephones, payment cards and accounts, and e-mail addresses under ○.

    One ○ a character, gaps and signs inside included; it does not matter in which script or width digits are written.
    Years, amounts, item ids and hotlines stay; where a number might be either, it goes.
    """
    plain, places = _fold(text)
    covered = list(text)
    for start, end in _personal(plain):
        first, last = places[start], places[end - 1]
        covered[first : last + 1] = MASK * (last + 1 - first)
    return "".join(covered)


def _personal(plain: str) -> list[tuple[int, int]]:
    found = []
    for pattern in _KINDS:
        spans = [match.span() for match in pattern.finditer(plain) if pattern is not _RUN or _may_be_account(match)]
        plain = _cover(plain, spans)
        found += spans
    return found


def _cover(plain: str, spans: list[tuple[int, int]]) -> str:
    """What one search has found is no part of what the next one finds."""
    characters = list(plain)
    for start, end in spans:
        characters[start:end] = MASK * (end - start)
    return "".join(characters)


def _may_be_account(run: re.Match[str]) -> bool:
    text = run.group()
    if sum(character.isdigit() for character in text) < _LEAST_DIGITS:
        return False
    before = run.string[max(run.start() - 8, 0) : run.start()]
    if _CASE.search(before) and _CASE_NUMBER.fullmatch(text):
        return False
    amount = _AMOUNT.match(run.string, run.start())
    return not (amount and amount.end() == run.end()) and not _LIST.fullmatch(text) and not _counts(text)


def _counts(text: str) -> bool:
    """Whether numbers of at most four digits go up in steps of one size: 1 2 3, 112 113 114, 1000 2000 3000."""
    groups = re.findall(r"\d+", text)
    if len(groups) < _LEAST_STEPS or any(len(group) > 4 or group.startswith("0") for group in groups):
        return False
    steps = {int(after) - int(before) for before, after in pairwise(groups)}
    return len(steps) == 1 and min(steps) > 0


def _fold(text: str) -> tuple[str, list[int]]:
    """A plain copy without what is not seen, and for each of its characters its place in the text."""
    folded = [(_plain(character), place) for place, character in enumerate(text)]
    seen = [(character, place) for character, place in folded if character]
    return "".join(character for character, _ in seen), [place for _, place in seen]


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category in _UNSEEN:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", character)
    folded = folded if len(folded) == 1 else character
    if folded in _DASHES or category == "Pd" or unicodedata.category(folded) == "Pd":
        return "-"
    if folded == "、":
        return ","
    return _BRACKETS.get(folded, folded.translate(_DIGITS))
