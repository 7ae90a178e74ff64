"""What a sentence denies that its items do not, and what they deny that it leaves out."""

import re
from collections.abc import Iterator, Sequence

from rag.text import FRAME, any_of, fold
from rag.types import CHINESE, Language

# Words that hold a negation and deny nothing.
_FIXED = re.compile(
    any_of(
        r"不僅|不只|不但|不同|不足|不過|不斷|不動產|不便|不法|不論|不管|不限於|不老|不分區|不當|不良|不易|不透光|不時|不少|不久",
        r"無障礙|無人機|無礙|無縫|無線|無形|無論|無償|未來|未成年|未上市|未登記|非營利|非法|非常|非正式|非都市|非公用|除非|分別|特別|個別",
        r"性別|類別|級別|識別|區別|差別|辨別|別墅|國別|停車|停泊|免於|避免|難免|以免|淨零|歸零|零件|零組件|禁藥|禁伐|免疫",
        r"not only|no\. ?\d|nothing but|no matter|no later than|không chỉ|tidak hanya|だけでなく",
    )
)
_DENIAL = re.compile(
    any_of(
        r"不會|不是|不用|不必|不得|不能|不可以?|不再|不提供|不|沒有|沒|未|無|並非|非|別(?=再|忘|擔心)|免",
        r"禁止|禁|停止|停辦|停用|取消|終止|廢除|暫停|拒絕|中斷|放棄|杜絕|遏止",
    )
)
# What an item denies besides: 零舉債.
_NONE = re.compile(r"零(?!售)")
# Where the words of a denial cannot be set beside those of an item, only whether the item denies anything.
_DENIAL_ABROAD = re.compile(
    any_of(
        r"\b(?:not?|never|cannot|nor|neither)\b|n't\b|\b(?:cancel|suspend|abolish|halt|refus)\w*",
        r"\bstop(?:s|ped|ping)?\b|\bban(?:s|ned)?\b",
        r"\b(?:không|chưa|hủy|ngừng|chấm dứt)\b",
        r"\b(?:tidak|belum|batal\w*|membatalkan|menghentikan|dihentikan|melarang|dilarang)\b",
        r"ない|ません|なかった|せず|中止|廃止",
    ),
    re.IGNORECASE,
)
# From a denial to what it denies.
_REACH = 8
_MORE = "增加|提升|提高|擴大|擴充|擴增|加速|加強|強化|增設|新增"
_LESS = "減少|降低|減輕|縮減|縮短|減緩|削減|放慢"
_CHANGE = re.compile(rf"(?:(?P<more>{_MORE})|(?P<less>{_LESS}))了?(?P<what>[\u3400-\u9fff]{{2}})")


def find_negations(text: str, held: str, language: Language) -> Iterator[str]:
    """A denial that the items do not make of the same thing, one of theirs that is left out, and more for less."""
    sentence, source = _FIXED.sub(" ", fold(text)), _FIXED.sub(" ", held)
    denied = [_reach(found, source) for found in (*_DENIAL.finditer(source), *_NONE.finditer(source))]
    if language not in CHINESE:
        if (found := _DENIAL_ABROAD.search(sentence)) and not denied:
            yield found[0]
        return
    own = [(found, _reach(found, sentence)) for found in _DENIAL.finditer(sentence)]
    for found, words in own:
        twice = _DENIAL.match(words) and found[0] + words[0] not in source
        if twice or not any(set(words) & set(theirs) for theirs in denied):
            yield found[0] + words[:2]
    yield from _left_out(sentence, source, denied)
    yield from _reversed(sentence, held)


def _reach(found: re.Match[str], text: str) -> str:
    behind = text[found.end() : found.end() + _REACH]
    return "".join(mark for mark in re.split(r"[，。；、\s]", behind)[0] if mark not in FRAME)


def _left_out(sentence: str, source: str, denied: Sequence[str]) -> Iterator[str]:
    for words in denied:
        word, place = words[:2], sentence.find(words[:2])
        if len(word) < 2 or place < 0 or len(re.findall(word, source)) != sum(word in other for other in denied):
            continue
        clause = re.split(r"[，。；]", sentence[:place])[-1]
        if not _DENIAL.search(clause) and not _NONE.search(clause):
            yield word


def _reversed(sentence: str, held: str) -> Iterator[str]:
    """減少 of what the items say is 增加, and the other way round."""
    for found in _CHANGE.finditer(sentence):
        same, other = (_MORE, _LESS) if found["more"] else (_LESS, _MORE)
        what = re.escape(found["what"])
        near = rf"[^，。；]{{0,6}}?{what}"
        if re.search(rf"(?:{other}){near}", held) and not re.search(rf"(?:{same}){near}", held):
            yield found[0]
