"""The conversation as the browser keeps it, for the life of its tab: JSON, read back as data that may be anybody's."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from rag.retrieval.question import LONGEST_QUESTION
from rag.types import Citation, Grounding, Kind, Language, PolicyItem, Turn
from ui.rendering.turns import ShownTurn

# Turns that are kept; earlier ones have scrolled away.
_MOST_TURNS = 30
# Of them, those that a follow-up may point back at.
_REMEMBERED = 6
_LONGEST_ANSWER = 40_000
# Bytes of them all. Each answer brings them back to the page, and an unread one waits in memory.
LARGEST = 256 * 1024


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=LONGEST_QUESTION)
    answer: str = Field(max_length=_LONGEST_ANSWER)
    language: Language
    kind: Kind
    grounding: Grounding
    # Marker, item id, and the part of the item that answers.
    citations: list[tuple[int, str, str]] = Field(default=[], max_length=500)
    related: list[str] = Field(default=[], max_length=20)
    note: str = Field(default="", max_length=1000)
    finished: bool = True


_CONVERSATION = TypeAdapter(list[_Kept])


def write_conversation(turns: Sequence[ShownTurn]) -> str:
    """The last turns as JSON, items by their ids; as many as fit."""
    kept = [
        _Kept(
            question=turn.question,
            answer=turn.answer,
            language=turn.language,
            kind=turn.kind,
            grounding=turn.grounding,
            citations=[(citation.marker, citation.item.id, citation.quote) for citation in turn.citations],
            related=[item.id for item in turn.related],
            note=turn.note,
            finished=turn.finished,
        )
        for turn in turns[-_MOST_TURNS:]
    ]
    while len(written := _CONVERSATION.dump_json(kept)) > LARGEST and len(kept) > 1:
        kept = kept[1:]
    return written.decode("utf-8")


def read_conversation(text: str | None, items: Mapping[str, PolicyItem]) -> list[ShownTurn]:
    """The turns; none where the text is not what was written. An item of another year's document is left out."""
    try:
        # What is kept may be one turn longer.
        kept = _CONVERSATION.validate_json(text or "[]") if len(text or "") <= 2 * LARGEST else []
    except ValidationError:
        return []
    return [
        ShownTurn(
            question=turn.question,
            answer=turn.answer,
            language=turn.language,
            kind=turn.kind,
            grounding=turn.grounding,
            citations=tuple(Citation(marker, items[i], quote) for marker, i, quote in turn.citations if i in items),
            related=tuple(items[item_id] for item_id in turn.related if item_id in items),
            note=turn.note,
            finished=turn.finished,
        )
        for turn in kept[-_MOST_TURNS:]
    ]


def earlier_turns(turns: Sequence[ShownTurn]) -> list[Turn]:
    """What a follow-up may point back at."""
    return [Turn(turn.question, turn.answer) for turn in turns[-_REMEMBERED:]]
