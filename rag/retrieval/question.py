"""What is asked: plain rules, no model."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import QuestionError
from rag.text import fold
from rag.types import Language, Turn

LONGEST_QUESTION = 2000
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_INDONESIAN = re.compile(
    r"\b(yang|apa|apakah|bagaimana|di|saya|untuk|dengan|kapan|ada|dan|tidak|berapa|mana|bisa|ke)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question understood. `search_text`: what to search for, made to stand alone where it follows up."""

    text: str
    search_text: str
    language: Language


def understand(text: str, turns: Sequence[Turn] = ()) -> Question:
    """Raises QuestionError where there is nothing to ask, or far too much."""
    clean = unicodedata.normalize("NFC", text.replace("\0", " ")).strip()
    if not clean:
        raise QuestionError("the question is empty; ask something about the policy guidelines")
    if len(clean) > LONGEST_QUESTION:
        raise QuestionError(f"the question has {len(clean)} characters; at most {LONGEST_QUESTION} are read")
    search_text = f"{turns[-1].question} {clean} {clean}" if turns else clean
    return Question(clean, search_text, detect_language(clean))


def detect_language(text: str) -> Language:
    """By script first; Taiwanese in Han characters counts as zh-TW."""
    if _KANA.search(text):
        return "ja"
    if _HAN.search(text):
        # OpenCC changes a text only where it holds forms that Traditional Chinese does not use.
        changed = sum(a != b for a, b in zip(unicodedata.normalize("NFKC", text).lower(), fold(text), strict=False))
        return "zh-CN" if changed >= 2 else "zh-TW"
    if _VIETNAMESE.search(text):
        return "vi"
    return "id" if len(_INDONESIAN.findall(text)) >= 2 else "en"
