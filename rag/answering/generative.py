"""An answer written by a chat model, sentence by sentence, and only what the items support of it."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice

from prompts import fence, render_messages
from rag.answering.citations import markers
from rag.answering.draft import Draft
from rag.answering.quoting import pick_quote
from rag.answering.sentences import MARKER, stream_sentences
from rag.answering.support import coverage, find_unsupported
from rag.answering.wording import WORDING
from rag.chat.reply import Chat, stream_reply
from rag.document.catalog import Catalog
from rag.document.chunking import plain_formulas
from rag.document.numbering import number_items
from rag.errors import ChatModelError
from rag.retrieval.asked_facts import missing_facts
from rag.retrieval.language import detect_language
from rag.retrieval.question import Question
from rag.text import fold, to_traditional, tokenize
from rag.types import CHINESE, Passage, PolicyItem, Writing

# A citizen's answer has one to five; what comes after is a model that does not stop.
_MOST_SENTENCES = 12
_UNSPACED = frozenset({*CHINESE, "ja"})
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.、)])\s*|\*\*|__|`+|^#+\s*", re.MULTILINE)
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
# A sentence without a marker is given the item that holds at least this share of its words.
_LEAST_COVERAGE = 0.5
# So many characters in a row are no coincidence.
_RECITED = 10
# Of 89 right sentences in four languages beside Chinese none is less similar to its item (lowest .810, middle .856 by
# the bundled embedder); sentences about something else have .74 to .82.
_LEAST_SIMILARITY = 0.805
# An answer that has said less than this share of the answering clause is followed by the clause.
_LEAST_SAID = 0.5


@dataclass(slots=True)
class _Progress:
    """What was heard and kept so far, and the places of the passages whose own words must stand in for what was not."""

    kept: list[str] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)
    written: int = 0
    dropped: int = 0
    lost: set[int] = field(default_factory=set)

    def writing(self, failure: str = "") -> Writing:
        return Writing(self.written, self.dropped, failure)


# How near a sentence is to an item in meaning, -1 to 1, whatever their languages.
Similarity = Callable[[str, PolicyItem], float]


def write_answer(
    chat: Chat,
    question: Question,
    passages: Sequence[Passage],
    plain: Draft,
    catalog: Catalog,
    deadline: float,
    similarity: Similarity,
) -> Iterator[Draft]:
    """The answer as it grows, each sentence checked before it is shown.

    `passages`: the evidence, those of `plain` first and in its order. `plain`: the extractive answer, which is given
    where the model fails or too little of its reply has support. `deadline`: of the clock `monotonic`.
    """
    quotes = (*plain.quotes, *(pick_quote(question, passage.item) for passage in passages[len(plain.quotes) :]))
    draft = Draft((), tuple(passages), quotes, answerer=chat.name)
    progress, failure = _Progress(), ""
    try:
        for _ in _hear(chat, question, passages, _Judge(question, catalog, similarity), deadline, progress):
            yield replace(draft, pieces=(*plain.before, *progress.kept), writing=progress.writing())
    except ChatModelError as error:
        failure = str(error)
    if not progress.kept:
        yield from replace(plain, writing=progress.writing(failure)).grow()
        return
    pieces = [*plain.before, *progress.kept]
    for place in _unsaid(question, progress, quotes, failed=bool(failure)):
        pieces.append(f"\n\n{WORDING[question.language].original}「{plain_formulas(quotes[place])}」[{place + 1}]")
    yield replace(draft, pieces=(*pieces, *plain.after), writing=progress.writing(failure))


def _hear(
    chat: Chat,
    question: Question,
    passages: Sequence[Passage],
    judge: "_Judge",
    deadline: float,
    progress: _Progress,
) -> Iterator[None]:
    """Once for each sentence kept. Raises ChatModelError."""
    shown = number_items((passage.item for passage in passages), _bureau)
    reply = stream_reply(
        chat,
        deadline,
        "answer",
        items=fence(shown),
        question=fence(_asked(question)),
        language=WORDING[question.language].in_prompt,
    )
    with closing(reply):
        for sentence in islice(stream_sentences(reply), _MOST_SENTENCES):
            if _keep(sentence, passages, judge, progress):
                yield


def _bureau(item: PolicyItem) -> str:
    return item.office.removeprefix("高雄市政府")


def _asked(question: Question) -> str:
    """The question, behind the one before it where there is one: never what was answered then."""
    return "\n".join([*(turn.question for turn in question.turns[-1:]), question.text])


@dataclass(frozen=True, slots=True)
class _Judge:
    """What a sentence is held against besides its items."""

    question: Question
    catalog: Catalog
    similarity: Similarity

    def supports(self, text: str, items: Sequence[PolicyItem]) -> bool:
        question = self.question
        if _recites(text) or find_unsupported(text, items, self.catalog, question.language, question.text):
            return False
        # Words can be compared within Chinese only.
        return question.language in CHINESE or max(self.similarity(text, item) for item in items) >= _LEAST_SIMILARITY


@cache
def _rules() -> str:
    """What the model is told of its task, as `_recites` compares it."""
    return "".join(
        _dense(text) for role, text in render_messages("answer", items="", question="", language="") if role == "system"
    )


def _recites(text: str) -> bool:
    """Whether a sentence gives away the prompt."""
    said = _dense(text)
    return any(said[place : place + _RECITED] in _rules() for place in range(len(said) - _RECITED + 1))


def _dense(text: str) -> str:
    return re.sub(r"\W+", "", fold(text))


def _keep(sentence: str, passages: Sequence[Passage], judge: _Judge, progress: _Progress) -> bool:
    language = judge.question.language
    text = _BULLET.sub("", MARKER.sub("", sentence)).strip()
    if language == "zh-TW" and detect_language(text) == "zh-CN":
        text = to_traditional(text)
    if not _LETTER.search(text) or text in progress.heard:
        return False
    progress.heard.add(text)
    progress.written += 1
    marked = [n - 1 for n in dict.fromkeys(markers(sentence)) if 1 <= n <= len(passages)]
    supported = _supported_by(text, marked, passages, judge)
    if not supported:
        progress.dropped += 1
        progress.lost.update(marked or [0])
        return False
    gap = " " if progress.kept and language not in _UNSPACED else ""
    progress.kept.append(gap + _with_markers(text, supported, spaced=language not in _UNSPACED))
    return True


def _supported_by(text: str, marked: Sequence[int], passages: Sequence[Passage], judge: _Judge) -> tuple[int, ...]:
    """The places of the passages that hold all of a sentence: those it names, else the one that does; none if none."""
    if not _in_language(text, judge.question):
        return ()
    if marked and judge.supports(text, [passages[place].item for place in marked]):
        return tuple(marked)
    if judge.question.language not in CHINESE:
        return ()
    # Small models mistake the marker more often than the fact.
    covered = [coverage(text, passage.item) for passage in passages]
    best = covered.index(max(covered))
    return (best,) if covered[best] >= _LEAST_COVERAGE and judge.supports(text, [passages[best].item]) else ()


def _in_language(text: str, question: Question) -> bool:
    """Whether a sentence is in the asker's language, as far as the script tells; names in Chinese may stand in any."""
    han, letters = len(_HAN.findall(text)), len(_LETTER.findall(text))
    if question.language in CHINESE:
        return han >= letters / 2
    if question.language == "ja":
        return bool(_KANA.search(text))
    return han <= letters / 4


def _with_markers(text: str, places: Sequence[int], *, spaced: bool) -> str:
    marks = "".join(f"[{place + 1}]" for place in places)
    end = text[-1] if text[-1] in "。.！!？?" else "." if spaced else "。"
    return f"{text.removesuffix(end).rstrip()}{' ' if spaced else ''}{marks}{end}"


def _unsaid(question: Question, progress: _Progress, quotes: Sequence[str], *, failed: bool) -> list[int]:
    """The places of the passages that must speak for themselves.

    Those on which a sentence was lost; the best, where the asked fact or most of what it says to it was left out.
    """
    places = set(progress.lost)
    said = "".join(progress.kept)
    unsaid = missing_facts(question.facts, said)
    for place, quote in enumerate(quotes[:1]):
        leaves_out = question.language in CHINESE and _share(quote, said) < _LEAST_SAID
        if leaves_out or set(unsaid) - set(missing_facts(unsaid, quote)):
            places.add(place)
    return sorted(places or ({0} if failed else set()))


def _share(quote: str, said: str) -> float:
    """How much of a quote (0 to 1, by its words) an answer has said."""
    words = {token for token in tokenize(quote) if len(token) > 1}
    return len(words & set(tokenize(said))) / len(words) if words else 1.0
