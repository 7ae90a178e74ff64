"""A question and its answer as the page keeps them: items by their ids, which mean the same in every turn."""

from dataclasses import dataclass

from rag.types import Answer, Citation, Grounding, Kind, Language, PolicyItem
from ui.wording import say

# Related items that are shown, folded, beside an answer.
_RELATED = 5


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """`language`: of the question. `finished`: not while it grows, nor once stopped."""

    question: str
    answer: str
    language: Language
    kind: Kind
    grounding: Grounding
    citations: tuple[Citation, ...] = ()
    related: tuple[PolicyItem, ...] = ()
    note: str = ""
    finished: bool = True


def notes(turn: ShownTurn, language: Language) -> list[str]:
    """What a reader must know of a finished answer: what a chat model left out, that it was stopped."""
    stopped = [] if turn.finished else [say("ask.stopped", language)]
    return [*filter(None, [turn.note]), *stopped]


def shown_turn(answer: Answer, *, finished: bool) -> ShownTurn:
    """What the page keeps of an answer."""
    cited = {citation.item.id for citation in answer.citations}
    related = tuple(passage.item for passage in answer.passages if passage.item.id not in cited)
    return ShownTurn(
        question=answer.question,
        answer=answer.text,
        language=answer.language,
        kind=answer.kind,
        grounding=answer.grounding,
        citations=answer.citations,
        related=related[:_RELATED],
        note=answer.note,
        finished=finished,
    )


def waiting_turn(question: str, language: Language) -> ShownTurn:
    """A question that has been heard; nothing is said to it yet."""
    return ShownTurn(question, "", language, "fact", "cited", finished=False)
