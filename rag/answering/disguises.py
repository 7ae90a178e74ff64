"""What a plain reading of a sentence misses: numbers spelled out, verbs that undo, labels of other items, a speaker."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from rag.text import any_of, fold
from rag.types import CHINESE, Language, PolicyItem

# What a sentence may say that its items do not.
SupportKind = Literal["number", "bureau", "name", "negation", "claim", "link"]
_HAN_WRITTEN = CHINESE | {"ja"}
# Numerals of cheques and contracts, among which are words of other meaning (參加, 陸續): read in runs only.
_FORMAL = re.compile("[壹貳贰參叁肆伍陸陆柒捌玖拾佰仟]{2,}")
_PLAIN = str.maketrans("壹貳贰參叁肆伍陸陆柒捌玖拾佰仟", "一二二三三四五六六七八九十百千")
# Number words that are not read as numbers where no digit stands before them.
_SPELLED = re.compile(
    any_of(
        r"\b(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|trillion)\b",
        r"\b\w*(?:puluh|belas|ratus)\b|\b(?:ribu|juta|miliar|triliun)\b",
        r"\b(?:mươi|trăm|nghìn|ngàn|triệu|tỷ)\b",
    )
)
_AFTER_DIGIT = re.compile(r"\d[\d.,]*\s?$")
_DIGIT_RUN = re.compile("[〇零一二三四五六七八九]{3,}(?!年)|(?:[〇零一二三四五六七八九]{2,}の)+")
# Undone, whatever is undone; an item says so itself where it is.
_UNDONE = re.compile(
    any_of(
        r"撤案|撤銷|暫緩|中止|退回|否決|駁回|熄滅|停擺|停用|作廢|失敗|打.折|全體|所有|任何",
        r"\b(?:discontinu|reject|den(?:y|ied)|abandon|withdr|halt|fail)\w*|\b(?:everyone|all residents)\b",
        r"\b(?:ditolak|dihentikan|ditutup|gagal|menjamin)\b|\bsetiap orang\b|\b(?:bị từ chối|bãi bỏ|thất bại)\b",
    )
)
# An answer speaks of the city, never of who speaks: whoever says "I" has been given a part to play.
_SPEAKER = re.compile(r"(?<!自)我(?!國|国|們|们|府|市(?!長|长))|わたくし|わたし|私(?=[はがのを])|俺|僕")
_SPEAKER_ABROAD = re.compile(r"\bi(?:'m|'ll|'d|'ve)?\b(?! \d)|\bmy\b|\bmyself\b|\bta\b|\btôi\b|\bsaya\b|\baku\b")
_SPELLED_LINK = re.compile(
    r"\bdot (?:com|org|net|gov|tw)\b|\bslash\b|gạch chéo|garis miring|點 ?(?:com|tw|net)|スラッシュ"
)
_LABEL = re.compile("[\u3400-\u9fff]{2,8}[(（][一二三四五六七八九十]{1,3}[)）]")


def read_formal(text: str) -> str:
    """The text with the numerals of cheques (貳佰) as plain ones (二百)."""
    return _FORMAL.sub(lambda match: match[0].translate(_PLAIN), text)


def find_disguised(text: str, items: Sequence[PolicyItem], language: Language) -> Iterator[tuple[SupportKind, str]]:
    """Pieces of a sentence, `read_formal`, that its items do not hold, each with what it is."""
    held = fold(" ".join(f"{item.text} {item.label}" for item in items))
    folded = fold(text)
    speaker = _SPEAKER if language in _HAN_WRITTEN else _SPEAKER_ABROAD
    yield from (("number", number) for number in _numbers(text, folded, held, language))
    speakers = set(speaker.findall(held))
    yield from (("claim", word) for word in speaker.findall(folded) if word not in speakers)
    yield from (("link", found[0]) for found in _SPELLED_LINK.finditer(folded))
    yield from (("negation", found[0]) for found in _UNDONE.finditer(folded) if found[0] not in held)
    yield from (("name", label) for label in _LABEL.findall(text) if fold(label) not in held)


def _numbers(text: str, folded: str, held: str, language: Language) -> Iterator[str]:
    for found in _SPELLED.finditer(folded):
        if not _AFTER_DIGIT.search(folded, max(0, found.start() - 20), found.start()):
            yield found[0]
    if language in _HAN_WRITTEN:
        yield from (found[0] for found in _DIGIT_RUN.finditer(text) if found[0] not in held)
