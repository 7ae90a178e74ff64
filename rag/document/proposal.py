"""Resident questions for a new document, proposed by a chat model for a person to review."""

import json
import re
from collections.abc import Iterator, Sequence

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, ValidationError

from prompts import render
from rag.document.chunking import searchable_text
from rag.types import PolicyItem

_JSON = re.compile(r"\{.*\}", re.DOTALL)


class _Proposal(BaseModel):
    questions: dict[str, list[str]]
    keywords: list[str] = []


def propose_expansions(items: Sequence[PolicyItem], model: BaseChatModel) -> Iterator[str]:
    """One JSON line an item, in order, as POLICYQA_QUESTIONS reads them, with the item's text for the reviewer.

    An item for which the model gave no usable JSON gets a line without questions, for the reviewer to fill.
    """
    for item in items:
        reply = model.invoke(render("expand", item=searchable_text(item), office=item.office))
        proposal = _read(str(reply.text))
        yield json.dumps(
            {"id": item.id, "questions": proposal.questions, "keywords": proposal.keywords, "item": item.text},
            ensure_ascii=False,
        )


def _read(reply: str) -> _Proposal:
    found = _JSON.search(reply)
    try:
        return _Proposal.model_validate_json(found[0] if found else "")
    except ValidationError:
        return _Proposal(questions={})
