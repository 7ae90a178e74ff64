"""Whether a sentence says only what its cited items say, by what can be decided without a model.

Numbers with their units and years, names, negations, promises, links, and for Chinese the share of the sentence's
words that the items hold. It does not see a right word in a wrong relation; that takes a reader.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answering.names import foreign_bureaus, held_text, unknown_names
from rag.answering.quantities import Quantity, agree, quantities
from rag.document.catalog import Catalog
from rag.document.chunking import plain_formulas
from rag.text import any_of, fold
from rag.types import Language, PolicyItem

_CHINESE = frozenset({"zh-TW", "zh-CN"})
_LINK = re.compile(
    any_of(
        r"https?\s*:|www\s*\.|\b[\w-]+\s*\.\s*(?:com|org|net|gov|tw|io|cc|info|example|test|ru|cn)\b",
        r"[\w.+-]+@[\w-]+|javascript:|data:\w+/|!\[|\]\(|</?[a-z]|&#?\w+;",
        r"(?<!\d)0\d{1,2}[-\s)]{1,2}\d{3,4}[-\s]?\d{3,4}|(?<!\d)09\d{2}[-\s]?\d{3}[-\s]?\d{3}",
    ),
    re.IGNORECASE,
)
_HOTLINE = re.compile(r"(?<!\d)1999(?!\s*年|\d)")
# Words that hold a negation and deny nothing.
_FIXED = re.compile(
    any_of(
        r"不僅|不只|不但|不同|不足|不過|不斷|不動產|不便|不法|不可回收|不論|不管|不限於|不老|不苛不擾|不透光|不分區",
        r"無障礙|無人|無礙|無縫|無紙化|無線|無形|無污染|無論|無償|全年無休|無塑|無菸|未來|未成年|未上市|未登記",
        r"非營利|非法|非常|非正式|除非|禁伐|禁藥|停車|停泊|免於|免公務|避免|難免|以免|減免|免收",
        r"not only|no\. ?\d|nothing but|without|no matter|không chỉ|tidak hanya|だけでなく",
    )
)
_NEGATION = re.compile(
    any_of(
        r"不會|不是|不用|不必|不得|不能|不再|不提供|不|沒有|沒|未|無法|無須|無需|無|並非|非|別",
        r"禁止|停止|停辦|取消|終止|廢除|暫停|拒絕|中斷|放棄",
        r"\bnot?\b|\bnever\b|n't\b|\bcancel\w*|\bstop(?:s|ped|ping)?\b|\bsuspend\w*|\brefus\w*|\bban(?:s|ned)?\b",
        r"\bkhông\b|\bchưa\b|\bhủy\b|\bngừng\b|\btidak\b|\bbelum\b|\bbatal\w*|\bmembatalkan\b|\bmenghentikan\b",
        r"ない|ません|なかった|中止|廃止",
    ),
    re.IGNORECASE,
)
# What is promised or claimed beyond a plan, and what an item must hold for it to be said.
_CLAIMS = tuple(
    (re.compile(claim, re.IGNORECASE), re.compile(ground))
    for claim, ground in (
        (r"免費|免費用|不用錢|\bfree\b|\bmiễn phí\b|\bgratis\b|無料", r"免費|免收|無償|減免|免票"),
        (r"全額|全部補助|full(?:y)? subsid", r"全額"),
        (r"一律|保證|保障所有|必定|guarantee|đảm bảo|dijamin|保証", r"一律|保證|確保|保障"),
        (r"唯一|\bonly one\b|\bduy nhất\b|\bsatu-satunya\b", r"唯一"),
        (r"全國第一|全台第一|世界第一|第一名", r"第一"),
        (r"首座|首創|首次|首度", r"首|第一"),
        (
            r"已經?(?:全面)?(?:完成|完工|通車|啟用|實施)|already (?:completed|finished|opened)",
            r"完成|完工|通車|啟用|竣工",
        ),
        (r"加倍|倍增|翻倍|\bdoubl", r"倍"),
        (r"罰款|罰鍰|開罰|\bfined?\b", r"罰|取締|裁處|稽查"),
        (r"匯款|轉帳|帳號|付款", r"匯款|轉帳|帳號|付款"),
    )
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
# Characters of words that say nothing which an item would have to hold.
_FRAME = frozenset("的了和與及或在到從把被是有這那也都還並而會將您你我們其該此吧嗎呢嘛")
_FRAME_WORDS = re.compile(
    any_of(
        r"高雄市政府|高雄市|高雄|市政府|市府|本市|施政綱要|綱要|局處|機關|單位|市民|民眾|居民|大家",
        r"目前|今年|預計|預定|已經|正在|持續|另外|此外|同時|以及|其中|包括|包含|例如|透過|藉由|以便|為了|因此|所以|如果",
        r"可以|能夠|對於|關於|針對|有關|相關|計畫|規劃|推動|辦理|進行|提供|加強|協助|負責|措施|方式|工作|沒錯",
    )
)
# Of the two-character words of a right sentence at least this share stands in its items; calibrated on the first half
# of tests/data/support_pairs.jsonl.
_LEAST_COVERAGE = 0.3
_FEW_WORDS = 3
# A word of the question counts half against a sentence: it must not be enough to put a claim into the question.
_ECHO = 0.5


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that a sentence says and its items do not; `text` is the piece of the sentence."""

    kind: Literal["number", "bureau", "name", "negation", "claim", "link"]
    text: str


def find_unsupported(
    sentence: str, items: Sequence[PolicyItem], catalog: Catalog, language: Language, question: str = ""
) -> tuple[Unsupported, ...]:
    """What a sentence, without its markers, says and its cited items do not; empty where all of it stands there.

    `question`: its words may be taken up in the answer, though no item holds them.
    """
    text = plain_formulas(without_invisible(sentence))
    held = _held(items)
    if link := _LINK.search(fold(text)) or (None if "1999" in held else _HOTLINE.search(text)):
        return (Unsupported("link", link[0]),)
    return tuple(
        dict.fromkeys(
            [
                *_numbers(text, held, language),
                *_bureaus(text, items, held, catalog),
                *(Unsupported("name", name) for name in unknown_names(text, held, chinese=language in _CHINESE)),
                *_negations(text, held),
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
    runs = _HAN.findall(_FRAME_WORDS.sub(" ", fold(sentence)))
    pairs = {run[place : place + 2] for run in runs for place in range(len(run) - 1)}
    return {pair for pair in pairs if _FRAME.isdisjoint(pair)}


def _numbers(text: str, held: str, language: Language) -> Iterator[Unsupported]:
    known = list(quantities(held))
    for quantity in quantities(re.sub(r"^\s*\d{1,2}[.、)]\s", "", text), language):
        if not any(agree(quantity, other) for other in known) and not _is_common(quantity, held):
            yield Unsupported("number", quantity.text)


def _is_common(quantity: Quantity, held: str) -> bool:
    """第一線, or a number whose very letters stand in the item as part of a name (台17線)."""
    return quantity.ordinal and (quantity.value == 1 or f"第{quantity.text}" in held)


def _bureaus(text: str, items: Sequence[PolicyItem], held: str, catalog: Catalog) -> Iterator[Unsupported]:
    own = {item.section for item in items}
    for name, section in foreign_bureaus(text, catalog):
        if section not in own and name not in held:
            yield Unsupported("bureau", name)


def _negations(text: str, held: str) -> Iterator[Unsupported]:
    """A denial that the items do not make, by the word that is denied; or one of theirs that is left out."""
    sentence, source = _FIXED.sub(" ", fold(text)), _FIXED.sub(" ", held)
    for found in _NEGATION.finditer(sentence):
        denied = sentence[found.end() : found.end() + 2]
        if found[0] not in source or (
            found[0] in {"不", "未", "無", "非", "沒"} and found[0] + denied[:1] not in source
        ):
            yield Unsupported("negation", found[0] + denied)


def _claims(text: str, held: str) -> Iterator[Unsupported]:
    folded = fold(text)
    for claim, ground in _CLAIMS:
        if (found := claim.search(folded)) and not ground.search(held):
            yield Unsupported("claim", found[0])


def _uncovered(text: str, held: str, question: str, language: Language) -> Iterator[Unsupported]:
    if language not in _CHINESE:
        return
    words = _words(text)
    if len(words) < _FEW_WORDS:
        return
    found = sum(word in held for word in words)
    echoed = sum(word not in held for word in words & _words(question))
    if found < _LEAST_COVERAGE * (len(words) - _ECHO * echoed):
        yield Unsupported("claim", text)
