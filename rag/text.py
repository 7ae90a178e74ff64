"""Text as search sees it: one form for what people write in many. Only for search; what is shown stays verbatim."""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

_WORD = re.compile(r"[a-z][a-z0-9+.\-]*|\d+(?:\.\d+)?|[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff]+|[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# Forms that Taiwanese writers mix freely; OpenCC leaves them as they are.
_VARIANTS = str.maketrans(
    {"臺": "台", "裏": "裡", "羣": "群", "峯": "峰", "溼": "濕", "週": "周", "佈": "布", "佔": "占"}
)

# Characters of the words around what is said: two of them in a row say nothing.
FRAME = frozenset("的了和與及或在到從把被是有這那也都還並而會將您你我們其該此吧嗎呢嘛")


@cache
def _converter(scheme: str) -> "OpenCC":
    from opencc import OpenCC

    return OpenCC(scheme)


def fold(text: str) -> str:
    """NFKC, lower case, Simplified to Traditional, and one form of common variants."""
    narrow = unicodedata.normalize("NFKC", text).lower()
    if not _HAN.search(narrow):
        return narrow
    return to_traditional(narrow).translate(_VARIANTS)


def to_traditional(text: str) -> str:
    """Simplified to Traditional Chinese as written in Taiwan, all else as it stands."""
    converted: str = _converter("s2tw").convert(text)
    return converted


def to_simplified(text: str) -> str:
    """Traditional to Simplified Chinese, for what is said around the items; these stay as they are written."""
    converted: str = _converter("tw2s").convert(text)
    return converted


def any_of(*patterns: str) -> str:
    """A regular expression for any of these: a table with one theme a line."""
    return "|".join(patterns)


def tokenize(text: str) -> list[str]:
    """Chinese as characters and bigrams, which need no dictionary; Latin words and numbers whole."""
    tokens: list[str] = []
    for run in _WORD.findall(fold(text)):
        if not _HAN.match(run):
            tokens.append(run)
            continue
        tokens += run
        tokens += (run[i : i + 2] for i in range(len(run) - 1))
    return tokens
