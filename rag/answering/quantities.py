"""Numbers with their units, in Arabic and Chinese numerals and in the five languages answered in."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rag.types import Language

_DIGITS = dict(zip("零〇一二兩三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_PLACES = {"十": 10, "百": 100, "千": 1000}
_MAGNITUDES = {
    "千": 10**3,
    "萬": 10**4,
    "万": 10**4,
    "億": 10**8,
    "亿": 10**8,
    "兆": 10**12,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "nghìn": 10**3,
    "ngàn": 10**3,
    "triệu": 10**6,
    "tỷ": 10**9,
    "ribu": 10**3,
    "juta": 10**6,
    "miliar": 10**9,
}
# Each unit in the ways it is written; words of one row are one unit. What stands in no row agrees with any unit.
_UNITS = {
    "money": "新臺幣|新台幣|元|圓|塊|dollars?|nt\\$|twd|đồng|dolar|ドル",
    "%": "%|percent|per cent|persen|phần trăm|パーセント",
    "tenth": "成",
    "year": "年度|年|years?|năm|tahun",
    "month": "個月|月份|月|months?|tháng|bulan|か月|ヶ月",
    "day": "日|號|号|天|days?|ngày|hari",
    "hour": "小時|小时|時間|hours?|giờ|jam",
    "km": "公里|km|kilomet(?:er|re)s?|kilômét|キロ",
    "m": "公尺|米|met(?:er|re)s?|メートル",
    "hectare": "公頃|公顷|hectares?|ha\\b|hektar|ヘクタール",
    "ton": "公噸|公吨|噸|吨|tons?|tonnes?|tấn|トン",
    "person": "人次|人|名|位|people|persons?|residents?|người|orang",
    "household": "戶|户|households?|hộ|rumah tangga|世帯",
    "vehicle": "輛|辆|台|臺|部|buses|bus|vehicles?|xe|unit bus",
    "place": "處|处|座|所|間|间|棟|栋|站|家|sites?|stations?|locations?|điểm|trạm|lokasi|stasiun|か所|箇所",
    "occasion": "場次|場|场|次|梯次|times|lần|kali|回",
    "phase": "期|phases?|giai đoạn|tahap",
    "age": "歲|岁|years? old|tuổi|歳",
    "gw": "GW",
    "mw": "MW",
    "kw": "kW",
    "kwh": "度|kWh",
    "times": "倍|gấp|kali lipat",
    "team": "支|隊|队|teams?|đội|regu",
    # What is said of anything: it agrees with any unit, but makes a figure of a written-out number.
    "count": "大|類|类|項|项|種|种|個|个|條|条|面向|導程",
}
_UNIT = re.compile(
    "|".join(f"(?P<u{place}>{pattern})" for place, pattern in enumerate(_UNITS.values())),
    re.IGNORECASE,
)
_UNIT_NAMES = tuple(_UNITS)
_MAGNITUDE = "|".join(sorted(_MAGNITUDES, key=len, reverse=True))
_ARABIC = r"\d{1,15}(?:[.,]\d{1,15}){0,6}"
_HAN = r"[零〇一二兩三四五六七八九十百千]{1,12}"
_PART = re.compile(rf"(?P<number>{_ARABIC}|{_HAN})\s?(?P<magnitude>{_MAGNITUDE})?", re.IGNORECASE)
# Between a number and its unit.
_GAP = re.compile(r"\s?(?:多|餘|余|約|几|幾)?\s?")
_RANGE = re.compile(r"\s?(?:[-~–—至到]|to|đến|hingga|から)\s?(?=\d)")
_TENTHS_MORE = re.compile("[1-9一二三四五六七八九]")
_HUNDREDTHS = re.compile(r"(?:百分之|phần trăm)\s?$")
_MONEY_BEFORE = re.compile(r"(?:nt\$|\$|元)\s?$", re.IGNORECASE)
# COVID-19: part of a name.
_NAME_BEFORE = re.compile(r"[A-Za-z]-$")
_ENGLISH = {
    name: value
    for value, name in enumerate(
        "two three four five six seven eight nine ten eleven twelve".split(),  # noqa: SIM905
        start=2,
    )
}
_ENGLISH_WORD = re.compile(rf"\b({'|'.join(_ENGLISH)})\b(?=\s\w)", re.IGNORECASE)
_MONTHS = {
    name: place
    for place, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)  # noqa: SIM905
}
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]{{0,6}}\.?(?=\s\d)", re.IGNORECASE)
_ROC = 1911
_LOOSE = {"", "count"}
_SCALED = {"gw": ("kw", 10**6), "mw": ("kw", 10**3), "km": ("m", 10**3)}
_RELATIVE_YEAR = {"前年": -2, "去年": -1, "明年": 1, "後年": 2}


@dataclass(frozen=True, slots=True)
class Quantity:
    """`unit`: a name of the table of units, empty where none stands behind the number. `ordinal`: 第三, No. 3."""

    value: Decimal
    unit: str
    text: str
    ordinal: bool = False


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities say the same: 115 年 and 2026, 3 萬元 and 30,000 元; a missing unit agrees with any."""
    if not {one.unit, other.unit} & _LOOSE and one.unit != other.unit:
        return False
    if "year" in {one.unit, other.unit} and _years(one) & _years(other):
        return True
    return one.value == other.value


def _years(quantity: Quantity) -> set[Decimal]:
    value = quantity.value
    if 80 <= value <= 200:
        return {value, value + _ROC}
    return {value}


def quantities(text: str, language: Language = "zh-TW") -> Iterator[Quantity]:
    """All numbers of a text; short Chinese numerals without a unit are parts of words (一般, 三民區), and none."""
    plain = _spell_out(unicodedata.normalize("NFKC", text))
    place = 0
    while found := _PART.search(plain, place):
        place = found.end()
        value, last = _value(found, language), found
        while last["magnitude"] and (following := _PART.match(plain, last.end())):
            value, last = value + _value(following, language), following
            place = last.end()
        if _NAME_BEFORE.search(plain, max(0, found.start() - 2), found.start()):
            continue
        unit, end = _unit_behind(plain, place)
        if not last["magnitude"] and unit == "" and _RANGE.match(plain, place):
            unit = _unit_of_range(plain, place)
        if _HUNDREDTHS.search(plain, max(0, found.start() - 12), found.start()):
            unit = "%"
        elif not unit and _MONEY_BEFORE.search(plain, max(0, found.start() - 4), found.start()):
            unit = "money"
        if unit == "tenth":
            more = _TENTHS_MORE.match(plain, end)
            value, unit = value * 10 + (Decimal(_chinese(more[0])) if more else 0), "%"
            place = end = more.end() if more else end
        written_out = not found["number"][0].isdigit()
        if written_out and not _is_figure(found["number"], last, unit):
            continue
        unit, scale = _SCALED.get(unit, (unit, 1))
        ordinal = plain[max(0, found.start() - 1) : found.start()] == "第"
        yield Quantity(value * scale, unit, plain[found.start() : end], ordinal)


def relative_years(text: str, year: int) -> Iterator[Quantity]:
    """去年 and the like, as seen from the year (ROC) of the document."""
    for word, step in _RELATIVE_YEAR.items():
        if word in text:
            yield Quantity(Decimal(year + step), "year", word)


def _spell_out(text: str) -> str:
    months = _MONTH.sub(lambda match: f"{_MONTHS[match[1].lower()]}月", text)
    return _ENGLISH_WORD.sub(lambda match: str(_ENGLISH[match[1].lower()]), months)


def _is_figure(number: str, last: re.Match[str], unit: str) -> bool:
    """Whether a Chinese numeral counts: not the one of a word (一般, 三民區), of 一處 "a place" or 千人 "a crowd"."""
    article = number == "一" and unit in {"place", "person", "occasion", "phase", "team", "vehicle", "count"}
    if article or (number[0] in "百千" and not last["magnitude"]):
        return False
    composed = len(number) > 1 and any(mark in _PLACES for mark in number)
    return bool(unit or last["magnitude"] or composed)


def _unit_behind(text: str, place: int) -> tuple[str, int]:
    gap = _GAP.match(text, place)
    start = gap.end() if gap else place
    found = _UNIT.match(text, start)
    if not found or found.lastgroup is None:
        return "", place
    # A Latin unit ends where the word does: "5 message" has no metres.
    if found[0][-1].isascii() and found[0][-1].isalpha() and text[found.end() : found.end() + 1].isalpha():
        return "", place
    return _UNIT_NAMES[int(found.lastgroup[1:])], found.end()


def _unit_of_range(text: str, place: int) -> str:
    gap = _RANGE.match(text, place)
    following = _PART.match(text, gap.end()) if gap else None
    return _unit_behind(text, following.end())[0] if following else ""


def _value(found: re.Match[str], language: Language) -> Decimal:
    number = found["number"]
    base = _arabic(number, language) if number[0].isdigit() else Decimal(_chinese(number))
    magnitude = found["magnitude"]
    return base * (_MAGNITUDES[magnitude.lower()] if magnitude else 1)


def _arabic(number: str, language: Language) -> Decimal:
    decimal, group = (",", ".") if language in {"vi", "id"} else (".", ",")
    if re.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+(?:\{decimal}\d+)?", number):
        number = number.replace(group, "")
    head, _, tail = number.replace(decimal, ".").replace(",", ".").partition(".")
    return Decimal(f"{head}.{tail.replace('.', '') or 0}").normalize()


def _chinese(number: str) -> int:
    """The value of numerals below 萬; digits without places (一一五) are read one after another."""
    if number.isdecimal():
        return int(number)
    if not any(mark in _PLACES for mark in number):
        return int("".join(str(_DIGITS[mark]) for mark in number))
    total = digit = 0
    for mark in number:
        if mark in _PLACES:
            total += (digit or 1) * _PLACES[mark]
            digit = 0
        else:
            digit = _DIGITS[mark]
    return total + digit
