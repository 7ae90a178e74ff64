"""The answers in OpenAI's format, for clients that speak it: /v1/chat/completions and /v1/models."""

import json
import logging
import time
import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path

from rag import Answer, PolicyAssistant
from rag.answer_format import Message, turns
from rag.errors import QuestionError
from ui.api.chat_schemas import (
    MODEL,
    ChatChoice,
    ChatCompletion,
    ChatReply,
    ChatRequest,
    CitedItem,
    Model,
    ModelList,
    Usage,
)
from ui.api.contract import openai_problems
from ui.api.events import BROKEN_OFF, MEDIA_TYPE, GrowingResponse
from ui.api.problems import openai_error
from ui.api.unanswered import Note

_log = logging.getLogger(__name__)
_EVENTS = 'data: {"object": "chat.completion.chunk", "choices": [{"delta": {"content": "捷運局"}}]}\n\ndata: [DONE]\n\n'
_AS_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EVENTS}},
        "description": "the answer, or with `stream` its chunks",
    }
}


@dataclass(frozen=True, slots=True)
class _Head:
    """What all chunks of an answer, or the whole, begin with; and what was read for it."""

    id: str
    created: int
    read: int

    def usage(self, written: int) -> Usage:
        return Usage(prompt_tokens=self.read, completion_tokens=written, total_tokens=self.read + written)


def chat_routes(assistant: PolicyAssistant, note: Note) -> APIRouter:
    """The routes that clients of OpenAI's format need."""
    router = APIRouter(prefix="/v1", tags=["OpenAI format"])
    model = Model(created=int(time.time()))

    @router.post(
        "/chat/completions",
        response_model=ChatCompletion,
        responses={**_AS_EVENTS, **openai_problems(400, 413, 422, 429, 500, 503)},
    )
    def complete_chat(asked: ChatRequest) -> Any:
        """Answer the last user message behind the others; `stream` sends it as it grows."""
        said = [m for m in asked.messages if m.role in {"user", "assistant"}]
        if not said or said[-1].role != "user":
            raise QuestionError("the last message must be the user's question")
        history = [Message(role="user" if m.role == "user" else "assistant", content=m.text) for m in said[:-1]]
        growing = assistant.stream(said[-1].text, turns(history))
        head = _Head(f"chatcmpl-{uuid.uuid4().hex}", int(time.time()), sum(len(m.text) for m in said))
        if asked.stream:
            return GrowingResponse(_chunks(growing, head, note, asked.stream_options.include_usage))
        *_, answer = growing
        note(answer)
        return _completion(answer, head)

    @router.get("/models", responses=openai_problems(500))
    def list_models() -> ModelList:
        """The one model that there is."""
        return ModelList(data=[model])

    @router.get("/models/{model_id}", responses=openai_problems(404, 422, 500))
    def show_model(model_id: Annotated[str, Path(max_length=200, description="its name", examples=[MODEL])]) -> Model:
        """The one model that there is, by its name."""
        if model_id != MODEL:
            raise HTTPException(404, f"there is no model {model_id!r}; the one that there is is {MODEL}")
        return model

    return router


def sources_text(answer: Answer) -> str:
    """The items cited, a line each, as they stand below the answer; empty where none is."""
    lines = [f"[{c.marker}] {c.item.office} {c.item.label}（{c.item.id}）" for c in answer.citations]
    return "\n\n" + "\n".join(lines) if lines else ""


def _completion(answer: Answer, head: _Head) -> ChatCompletion:
    text = answer.text + sources_text(answer)
    return ChatCompletion(
        id=head.id,
        created=head.created,
        choices=[ChatChoice(message=ChatReply(content=text))],
        usage=head.usage(len(text)),
        grounding=answer.grounding,
        citations=_cited(answer),
    )


def _cited(answer: Answer) -> list[CitedItem]:
    return [
        CitedItem(marker=c.marker, id=c.item.id, label=c.item.label, office=c.item.office, text=c.item.text)
        for c in answer.citations
    ]


def _chunks(growing: Iterator[Answer], head: _Head, note: Note, with_usage: bool) -> Generator[str, None, None]:
    """`with_usage`: as OpenAI has it, null in each chunk but in one more, which has no choice."""
    opened = {"id": head.id, "object": "chat.completion.chunk", "created": head.created, "model": MODEL}
    unknown = {"usage": None} if with_usage else {}

    def chunk(delta: dict[str, str], finish: str | None = None, **grounds: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _data({**opened, "choices": [choice], **unknown, **grounds})

    said, answer = "", None
    try:
        yield chunk({"role": "assistant", "content": ""})
        for answer in growing:
            yield chunk({"content": answer.text.removeprefix(said)})
            said = answer.text
        if answer is not None:
            note(answer)
            sources = sources_text(answer)
            if sources:
                yield chunk({"content": sources})
            cited = [item.model_dump() for item in _cited(answer)]
            yield chunk({}, "stop", grounding=answer.grounding, citations=cited)
            if with_usage:
                yield _data({**opened, "choices": [], "usage": head.usage(len(said + sources)).model_dump()})
        yield "data: [DONE]\n\n"
    except Exception:  # noqa: BLE001 - the head has been sent, so no handler can answer any more
        _log.exception("an answer broke off")
        yield _data(openai_error(503, BROKEN_OFF))


def _data(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"
