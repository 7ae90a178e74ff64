"""A chat model's judgement of an answer by the items that it cites; used to measure, never to answer."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, ValidationError

from prompts import render
from rag.document.chunking import plain_formulas
from rag.errors import ConfigurationError
from rag.types import PolicyItem

Verdict = Literal["right", "partly", "wrong"]
_FENCE = re.compile(r'"{3,}')
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
    shown = "\n".join(_shown(marker, item) for marker, item in enumerate(items, start=1)) or _NO_ITEMS
    reply = _ask(model, render("judge", question=_fenced(question), items=_fenced(shown), answer=_fenced(answer)))
    # A model that thinks aloud may quote the answer; its own verdict comes last.
    for found in reversed(list(_objects(reply))):
        try:
            read = _Reply.model_validate(found)
        except ValidationError:
            continue
        return Judgement(read.verdict, read.reason)
    return Judgement("unreadable", reply)


def _shown(marker: int, item: PolicyItem) -> str:
    return f"[{marker}] {item.office} {item.label}：{plain_formulas(item.text)}"


def _fenced(text: str) -> str:
    """The text without what would close the fence that it stands in."""
    return _FENCE.sub("”", text)


def _ask(model: BaseChatModel, prompt: str) -> str:
    # Each provider has errors of its own; `batch` hands over whichever it is.
    (reply,) = model.batch([prompt], return_exceptions=True)
    if isinstance(reply, Exception):
        cause = " ".join(f"{type(reply).__name__}: {reply}".split())
        raise ConfigurationError(f"the chat model gave no reply ({cause:.300}); check its name and POLICYQA_CHAT_*")
    return str(reply.text)


def _objects(reply: str) -> Iterator[Any]:
    """The JSON objects of a reply, in order."""
    decoder = json.JSONDecoder()
    place = reply.find("{")
    while place >= 0:
        try:
            found, end = decoder.raw_decode(reply, place)
        except ValueError:
            end = place + 1
        else:
            yield found
        place = reply.find("{", end)
