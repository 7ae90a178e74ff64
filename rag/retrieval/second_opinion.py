"""A chat model's opinion on whether the best items answer a question, and which of them.

Off unless POLICYQA_CHAT_ROLES names `judge`. A reply that cannot be read, or none in time, leaves all as it was.
"""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, ValidationError

from prompts import fence
from rag.chat.reading import json_objects
from rag.chat.reply import Chat, whole_reply
from rag.document.numbering import number_items
from rag.errors import ChatModelError
from rag.retrieval.asked_facts import missing_facts
from rag.retrieval.evidence import Verdict
from rag.retrieval.question import Question
from rag.retrieval.search import Findings
from rag.types import Grounding, Passage

_SHOWN = 5


class _Opinion(BaseModel):
    items: list[int] = []
    verdict: Grounding


def reconsider(
    chat: Chat, question: Question, findings: Findings, verdict: Verdict, deadline: float
) -> tuple[Findings, Verdict]:
    """The findings with the items that answer first, and the verdict as the model sees it."""
    opinion = _ask(chat, question, findings.passages[:_SHOWN], deadline)
    if opinion is None:
        return findings, verdict
    places = [n - 1 for n in dict.fromkeys(opinion.items) if 1 <= n <= len(findings.passages[:_SHOWN])]
    chosen = [findings.passages[place] for place in places]
    rest = [passage for passage in findings.passages if passage not in chosen]
    # An opinion that names no item to answer by is no ground for an answer, and none for calling one incomplete.
    missing = missing_facts(question.facts, (chosen or rest)[0].item.text) if opinion.verdict == "partial" else ()
    grounding = opinion.verdict if opinion.verdict == "no_evidence" or chosen else verdict.grounding
    if grounding == "partial" and not missing:
        return replace(findings, passages=_by_score(chosen, rest)), verdict
    return replace(findings, passages=_by_score(chosen, rest)), replace(verdict, grounding=grounding, missing=missing)


def _by_score(chosen: Sequence[Passage], rest: Sequence[Passage]) -> tuple[Passage, ...]:
    """In their new order, with the scores of the old one, so that they still fall."""
    ordered = [*chosen, *rest]
    scores = sorted((passage.score for passage in ordered), reverse=True)
    return tuple(replace(passage, score=score) for passage, score in zip(ordered, scores, strict=True))


def _ask(chat: Chat, question: Question, passages: Sequence[Passage], deadline: float) -> _Opinion | None:
    shown = number_items((passage.item for passage in passages), lambda item: item.office)
    try:
        reply = whole_reply(chat, deadline, "evidence", items=fence(shown), question=fence(question.text))
        return _Opinion.model_validate(next(reversed(list(json_objects(reply))), None))
    except (ChatModelError, ValidationError):
        return None
