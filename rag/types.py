"""The nouns of the program. Every other module speaks in these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Grounding = Literal["cited", "partial", "no_evidence"]
Kind = Literal["fact", "owner", "list", "count", "exact", "compare", "summary", "chat"]
Language = Literal["zh-TW", "zh-CN", "en", "vi", "id", "ja"]
Source = Literal["item", "question", "duty"]
# The two ways in which Chinese is written.
CHINESE: frozenset[Language] = frozenset({"zh-TW", "zh-CN"})


@dataclass(frozen=True, slots=True)
class Bureau:
    """A bureau as the guidelines name it (`section`) and as the city does (`office`)."""

    section: str
    office: str
    english: str
    names: tuple[str, ...]

    @property
    def short(self) -> str:
        """The name people use, 交通局."""
        return self.names[0] if self.names else self.office


@dataclass(frozen=True, slots=True)
class PolicyItem:
    """One numbered item of the guidelines: the unit that is cited.

    `id` is chapter and number, "11-3"; paragraphs of the preface are chapter 0. `text` is verbatim, with the line
    breaks of the page joined. `theme` is the heading that a preface paragraph stands under, else empty.
    """

    id: str
    chapter: int
    section: str
    office: str
    number: int
    text: str
    net_zero: bool
    theme: str = ""

    @property
    def label(self) -> str:
        return f"{self.section}（{chinese_numeral(self.number)}）"


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is embedded and searched on behalf of its `target`; never shown, never quoted.

    `target`: an item's id for the sources "item" and "question", a section for "duty".
    """

    target: str
    source: Source
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """An item as found for one question. `score`: larger is better.

    `ranks` and `scores`: its place (from 1) and its own score in each search: why it is here.
    """

    item: PolicyItem
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """Marker [n] of an answer, the item it points at, and the part of its text that answers (may be all of it)."""

    marker: int
    item: PolicyItem
    quote: str


@dataclass(frozen=True, slots=True)
class Ownership:
    """A bureau's share (0 to 1) of the evidence for a topic, and the items that prove it."""

    bureau: Bureau
    share: float
    items: tuple[PolicyItem, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Writing:
    """What a chat model wrote and what became of it.

    `sentences`: how many it wrote; `dropped`: how many of them the items do not support; `failure`: why it gave no
    whole reply, else empty.
    """

    sentences: int = 0
    dropped: int = 0
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with all that it rests on; while streaming, `text` grows and the rest stands from the start.

    `relevance`: the probability (0 to 1) that the topic stands in the items; None where the catalog alone answers.
    `note`: a sentence beside the answer where a chat model failed or was corrected, else empty. `writing`: what the
    model did; None where none was asked.
    """

    question: str
    text: str
    kind: Kind
    language: Language
    grounding: Grounding
    citations: tuple[Citation, ...]
    owners: tuple[Ownership, ...]
    passages: tuple[Passage, ...]
    answerer: str
    relevance: float | None = None
    note: str = ""
    writing: Writing | None = None


_DIGITS = "零一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """十一 for 11; 1 to 99."""
    if not 1 <= number <= 99:
        raise ValueError(f"only 1 to 99 are written out, not {number}")
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones else "")
