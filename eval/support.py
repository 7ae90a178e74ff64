"""Whether an answer's sentences stand in the items that they cite: by words, in Chinese, without a model.

Tools that split at ASCII quotes, full stops or the first line read nothing here: 「」 quotes, 。 ends a sentence, an
answer has many lines, and [1,2], 【1】 and ［1］ are markers.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from eval.answers import GivenAnswer
from rag.answering.citations import markers
from rag.answering.sentences import MARKER, sentences
from rag.document.chunking import plain_formulas
from rag.text import tokenize
from rag.types import PolicyItem

_QUOTE = re.compile(r"「([^「」]{4,})」")
# Of the words of a sentence in its own wording; names and connecting words need not stand in the item.
_LEAST_SHARE = 0.6


def sentence_support(answer: GivenAnswer, items: Mapping[str, PolicyItem]) -> float | None:
    """The share of the sentences with a marker that stand in an item they cite; None where no sentence has one."""
    numbers = list(dict.fromkeys(markers(answer.text)))
    # Citations stand in order of first mention; with fewer of them a marker named nothing, and any item may be meant.
    named = dict(zip(numbers, answer.citations, strict=False)) if len(numbers) == len(answer.citations) else {}
    held: list[bool] = []
    for sentence in sentences(answer.text):
        marked = list(markers(sentence))
        if not marked:
            continue
        cited = [named[number] for number in marked] if named else list(answer.citations)
        held.append(_stands(sentence, [items[item_id] for item_id in cited if item_id in items]))
    return sum(held) / len(held) if held else None


def _stands(sentence: str, cited: Sequence[PolicyItem]) -> bool:
    bare = MARKER.sub("", sentence)
    quotes = [_dense(quote) for quote in _QUOTE.findall(bare)]
    if quotes:
        return all(any(quote.rstrip("…") in _dense(plain_formulas(item.text)) for item in cited) for quote in quotes)
    words = {token for token in tokenize(bare) if len(token) > 1}
    held = [words & set(tokenize(f"{item.label} {item.office} {plain_formulas(item.text)}")) for item in cited]
    return bool(words) and any(len(both) >= _LEAST_SHARE * len(words) for both in held)


def _dense(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
