"""Whether a sentence says only what its cited items say, by what can be decided without a model.

Numbers with their units and years, names, negations, promises, links, and for Chinese the share of the sentence's
words that the items hold. It does not see a right word in a wrong relation; that takes a reader.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.answering.disguises import SupportKind, find_disguised, read_formal
from rag.answering.names import fold_names, foreign_bureaus, foreign_offices, held_text, unknown_names
from rag.answering.negations import find_negations
from rag.answering.quantities import Quantity, agree, quantities, relative_years
from rag.document.catalog import Catalog
from rag.document.chunking import plain_formulas
from rag.text import FRAME, any_of, fold
from rag.types import CHINESE, Language, PolicyItem

_LINK = re.compile(
    any_of(
        r"https?\s{0,3}:|www\s{0,3}\.|\b[\w-]{1,63}\s{0,3}\.\s{0,3}(?:com|org|net|gov|tw|io|cc|info|example|test|ru|cn)\b",
        r"[\w.+-]@[\w-]|javascript:|data:\w{1,20}/|!\[|\]\(|</?[a-z]|&#?\w{1,20};",
        r"(?<!\d)0\d{1,2}[-\s)]{1,2}\d{3,4}[-\s]?\d{3,4}|(?<!\d)09\d{2}[-\s]?\d{3}[-\s]?\d{3}",
    ),
    re.IGNORECASE,
)
_HOTLINE = re.compile(r"(?<!\d)1999(?!\s*年|\d)")
# What is promised or claimed beyond a plan, and what an item must hold for it to be said.
_CLAIMS = tuple(
    (re.compile(claim, re.IGNORECASE), re.compile(ground))
    for claim, ground in (
        (
            r"免費|不用錢|不收費|(?<![-\w])free\b(?! up| from)|\bno charge\b|\bmiễn phí\b|\bgratis\b|無料",
            r"免費|免收|無償|減免|免票",
        ),
        (r"全額|全部補助|full(?:y)? (?:subsid|fund|paid)|toàn bộ chi phí|biaya penuh", r"全額"),
        (r"一律|保證|必定|\bguarantee|\bđảm bảo\b|\bdijamin\b|保証", r"一律|保證|確保|保障|務必"),
        (r"所有|全部|全數|任何人|人人", r"所有|全|各|每|均|皆|普|一切|任何|人人"),
        (r"唯一|\bonly one\b|\bduy nhất\b|\bsatu-satunya\b", r"唯一"),
        (r"全國第一|全台第一|世界第一|第一名", r"第一"),
        (r"首座|首創|首次|首度|首例|\bthe first\b.{0,20}\bin (?:taiwan|asia|the world)\b", r"首|第一"),
        (r"最[大多高低佳早快強]", r"最|冠|第一|上限|≤"),
        (
            r"已經?(?:全面|全部|全數|正式|順利)?(?:完成|完工|通車|啟用|實施|上路|開辦|開放|通過|蓋好|建成|落成|核定|動工|達成|實現)"
            r"|(?:完成|蓋好|啟用|通車|開通|實現|達成)了",
            r"已|完成|完工|通車|啟用|竣工|連續|榮登",
        ),
        (
            r"\balready\b|\b(?:has|have) (?:now )?(?:been )?(?:completed|finished|opened|achieved|built|installed)\b"
            r"|\bđã (?:hoàn thành|khánh thành|xây xong)"
            r"|\b(?:sudah|telah) (?:selesai|dibuka|dibangun)|(?:完了|完成|開通)しました",
            r"已|完成|完工|通車|啟用|竣工|連續|榮登",
        ),
        (r"加倍|倍增|翻倍|\bdoubl|gấp đôi|dua kali lipat", r"倍"),
        (r"每個?月(?!票)|按月|\bmonthly (?!pass|ticket)|hàng tháng|setiap bulan", r"每個?月|按月|月票"),
        (r"每天|每日|\bdaily\b|\bevery day\b", r"每天|每日|全年無休|日常|日間"),
        (r"每[週周]|\bweekly\b", r"每周"),
        (r"罰款|罰鍰|開罰|罰金|(?<!no )\bfine[ds]\b", r"罰|裁處"),
        (r"匯款|轉帳|帳號|付款", r"匯款|轉帳|帳號|付款"),
    )
)
_NUMBERING = re.compile(r"^\s*\d{1,2}[.、)]\s")
_AND = re.compile(r"、|以及|[和與及]")
_AND_ABROAD = re.compile(r", and |, | and | và | dan |、|と")
_COUNTABLE = frozenset({"count", "place", "phase"})
_HAN = re.compile(r"[\u3400-\u9fff]+")
# Words that say nothing which an item would have to hold.
_FRAME_WORDS = re.compile(
    any_of(
        r"百分之|[零一二兩三四五六七八九十百千萬億]{2,20}",
        r"高雄市政府|高雄市|高雄|市政府|市府|本市|施政綱要|綱要|局處|機關|單位|市民|民眾|居民|大家",
        r"目前|今年|預計|預定|已經|正在|持續|另外|此外|同時|以及|其中|包括|包含|例如|透過|藉由|以便|為了|因此|所以|如果",
        r"可以|能夠|對於|關於|針對|有關|相關|計畫|規劃|推動|辦理|進行|提供|加強|協助|負責|措施|方式|工作|沒錯",
    )
)
# Of the two-character words of a right sentence at least this share stands in its items, and of each longer clause;
# between the right (.50 and more, .29) and the invented (.15 and less) of the first half of support_pairs.jsonl.
_LEAST_COVERAGE = {"zh-TW": 0.35, "zh-CN": 0.35, "ja": 0.2}
_LEAST_OF_CLAUSE = 0.15
_FEW_WORDS = 3
_LONG_CLAUSE = 6
# A word of the question counts half against a sentence: it must not be enough to put a claim into the question.
_ECHO = 0.5


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that a sentence says and its items do not; `text` is the piece of the sentence."""

    kind: SupportKind
    text: str


def find_unsupported(
    sentence: str, items: Sequence[PolicyItem], catalog: Catalog, language: Language, question: str = ""
) -> tuple[Unsupported, ...]:
    """What a sentence, without its markers, says and its cited items do not; empty where all of it stands there.

    `question`: its words may be taken up in the answer, though no item holds them.
    """
    text = plain_formulas(read_formal(without_invisible(sentence)))
    held = _held(items)
    if link := _LINK.search(fold(text)) or (None if "1999" in held else _HOTLINE.search(text)):
        return (Unsupported("link", link[0]),)
    return tuple(
        dict.fromkeys(
            [
                *_numbers(text, held, catalog, language),
                *_bureaus(text, items, held, catalog, language),
                *(
                    Unsupported("name", name)
                    for name in unknown_names(text, held, catalog, chinese=language in CHINESE)
                ),
                *(Unsupported("negation", words) for words in find_negations(text, held, language)),
                *(Unsupported(kind, piece) for kind, piece in find_disguised(text, items, language)),
                *_claims(text, held),
                *_uncovered(text, held, question, language),
            ]
        )
    )


def without_invisible(text: str) -> str:
    """The text without characters that take no room, with which a number can be hidden from a check."""
    return re.sub(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]", "", text)


def coverage(sentence: str, item: PolicyItem) -> float:
    """The share (0 to 1) of a sentence's Chinese words, as character pairs, that an item holds; 0 where it has none."""
    words = _words(sentence)
    held = _held([item])
    return sum(word in held for word in words) / len(words) if words else 0.0


def _held(items: Sequence[PolicyItem]) -> str:
    return " ".join(held_text(f"{item.text} {item.section} {item.office} {item.theme}") for item in items)


def _words(sentence: str) -> set[str]:
    runs = _HAN.findall(_FRAME_WORDS.sub(" ", fold_names(sentence)))
    pairs = {run[place : place + 2] for run in runs for place in range(len(run) - 1)}
    return {pair for pair in pairs if FRAME.isdisjoint(pair)}


def _numbers(text: str, held: str, catalog: Catalog, language: Language) -> Iterator[Unsupported]:
    known = list(quantities(held))
    said = _NUMBERING.sub("", _document(catalog.year).sub("", text))
    counted = _counts(said) if language in CHINESE else _counts_abroad(said)
    for quantity in (*quantities(said, language), *relative_years(said, catalog.year)):
        if any(agree(quantity, other) for other in known) or _is_common(quantity, held):
            continue
        if quantity.value not in counted or quantity.unit not in _COUNTABLE:
            yield Unsupported("number", quantity.text)


@lru_cache(maxsize=4)
def _document(year: int) -> re.Pattern[str]:
    """The document by its year, which no item needs to hold."""
    years = rf"(?:民國)?\s?(?:{year}|{year + 1911})\s?年?度?(?:的)?\s?(?:高雄市)?(?:政府)?(?:施政|政策)?"
    return re.compile(rf"{years}(?:綱要|纲要|(?:city )?(?:policy )?guidelines)", re.IGNORECASE)


def _counts(text: str) -> set[int]:
    """How many things a sentence itself lists: 鳳山、臨海和橋頭三座污水廠 is no new figure."""
    clauses = [clause for clause in re.split(r"[，。；：]", text) if "、" in clause]
    return {len(_AND.findall(clause)) + 1 for clause in clauses} | ({2} if "兩" in text else set())


def _counts_abroad(text: str) -> set[int]:
    return {len(_AND_ABROAD.findall(clause)) + 1 for clause in re.split(r"[.;:。、]\s", text)} - {1}


def _is_common(quantity: Quantity, held: str) -> bool:
    """第一線, or a number whose very letters stand in the item as part of a name (台17線)."""
    return quantity.ordinal and (quantity.value == 1 or f"第{quantity.text}" in held)


def _bureaus(
    text: str, items: Sequence[PolicyItem], held: str, catalog: Catalog, language: Language
) -> Iterator[Unsupported]:
    own = {item.section for item in items}
    if language not in {*CHINESE, "ja"}:
        for name, sections in foreign_offices(text):
            if not sections & own:
                yield Unsupported("bureau", name)
    for name, section in foreign_bureaus(text, catalog):
        if section not in own and name not in held:
            yield Unsupported("bureau", name)


def _claims(text: str, held: str) -> Iterator[Unsupported]:
    folded = fold(text)
    for claim, ground in _CLAIMS:
        if (found := claim.search(folded)) and not ground.search(held):
            yield Unsupported("claim", found[0])


def _uncovered(text: str, held: str, question: str, language: Language) -> Iterator[Unsupported]:
    if language not in _LEAST_COVERAGE:
        return
    words, asked = _words(text), _words(question)
    found = sum(word in held for word in words)
    echoed = sum(word not in held for word in words & asked)
    if len(words) > _FEW_WORDS and found < _LEAST_COVERAGE[language] * (len(words) - _ECHO * echoed):
        yield Unsupported("claim", text)
    elif language in CHINESE:
        yield from _foreign_clauses(text, held, asked)


def _foreign_clauses(text: str, held: str, asked: set[str]) -> Iterator[Unsupported]:
    for clause in re.split(r"[，。；：,;:!?！？]", text):
        words = _words(clause) - asked
        if len(words) >= _LONG_CLAUSE and sum(word in held for word in words) < _LEAST_OF_CLAUSE * len(words):
            yield Unsupported("claim", clause.strip())
