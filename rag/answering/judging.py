"""A chat model's judgement of an answer by the items that it cites; used to measure, never to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, ValidationError

from prompts import fence, render
from rag.chat.reading import json_objects
from rag.document.numbering import number_items
from rag.errors import ConfigurationError
from rag.types import PolicyItem

Verdict = Literal["right", "partly", "wrong"]
_NO_ITEMS = "（沒有項目）"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`unreadable`: the model's reply held no verdict; `reason` is then the reply."""

    verdict: Literal[Verdict, "unreadable"]
    reason: str


class _Reply(BaseModel):
    verdict: Verdict
    reason: str = ""


def judge_answer(model: BaseChatModel, question: str, answer: str, items: Sequence[PolicyItem]) -> Judgement:
    """Whether the items say what the answer says. Raises ConfigurationError where the model cannot be reached."""
    shown = number_items(items, lambda item: f"{item.office} {item.label}") or _NO_ITEMS
    reply = _ask(model, render("judge", question=fence(question), items=fence(shown), answer=fence(answer)))
    # A model that thinks aloud may quote the answer; its own verdict comes last.
    for found in reversed(list(json_objects(reply))):
        try:
            read = _Reply.model_validate(found)
        except ValidationError:
            continue
        return Judgement(read.verdict, read.reason)
    return Judgement("unreadable", reply)


def _ask(model: BaseChatModel, prompt: str) -> str:
    # Each provider has errors of its own; `batch` hands over whichever it is.
    (reply,) = model.batch([prompt], return_exceptions=True)
    if isinstance(reply, Exception):
        cause = " ".join(f"{type(reply).__name__}: {reply}".split())
        raise ConfigurationError(f"the chat model gave no reply ({cause:.300}); check its name and POLICYQA_CHAT_*")
    return str(reply.text)
