"""The answers in OpenAI's format, for clients that speak it: /v1/chat/completions and /v1/models.

https://platform.openai.com/docs/api-reference/chat: parameters that steer a model's chance (temperature and so on) mean
nothing here and are passed over.
"""

import json
import logging
import time
import uuid
from collections.abc import Generator, Iterator
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from rag import Answer, PolicyAssistant
from rag.answer_format import Message, turns
from rag.errors import QuestionError, RagError
from ui.api.events import BROKEN_OFF, GrowingResponse, note_unanswered
from ui.api.problems import openai_error
from ui.api.schemas import Received
from ui.records.store import RecordStore

MODEL = "policyqa"
_log = logging.getLogger(__name__)


class _Part(Received):
    type: str
    text: str = ""


class ChatMessage(Received):
    """`system` and `developer` messages are read by nobody: nothing that is sent gives instructions."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[_Part] | None = ""

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class ChatRequest(Received):
    """What clients may leave out they may also send as null."""

    messages: list[ChatMessage] = Field(min_length=1, max_length=100)
    model: str | None = Field(default=MODEL, max_length=200)
    stream: bool | None = False


def chat_routes(assistant: PolicyAssistant, records: RecordStore) -> APIRouter:
    """The two routes that clients of OpenAI's format need."""
    router = APIRouter(prefix="/v1", tags=["OpenAI format"])
    created = int(time.time())

    @router.post("/chat/completions", response_model=None)
    def complete(asked: ChatRequest) -> dict[str, Any] | GrowingResponse:
        """Answer the last user message behind the others; `stream` sends it as it grows."""
        said = [m for m in asked.messages if m.role in {"user", "assistant"}]
        if not said or said[-1].role != "user":
            raise QuestionError("the last message must be the user's question")
        history = [Message(role="user" if m.role == "user" else "assistant", content=m.text) for m in said[:-1]]
        growing = assistant.stream(said[-1].text, turns(history))
        head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        if asked.stream:
            return GrowingResponse(_chunks(growing, head, records))
        *_, answer = growing
        note_unanswered(records, answer)
        message = {"role": "assistant", "content": answer.text + sources_text(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {**head, "object": "chat.completion", "choices": [choice], **_grounds(answer)}

    @router.get("/models")
    def models() -> dict[str, Any]:
        """The one model that there is."""
        return {
            "object": "list",
            "data": [{"id": MODEL, "object": "model", "created": created, "owned_by": "policyqa"}],
        }

    return router


def sources_text(answer: Answer) -> str:
    """The items cited, a line each, as they stand below the answer; empty where none is."""
    lines = [f"[{c.marker}] {c.item.office} {c.item.label}（{c.item.id}）" for c in answer.citations]
    return "\n\n" + "\n".join(lines) if lines else ""


def _grounds(answer: Answer) -> dict[str, Any]:
    """What OpenAI's format has no place for; its clients keep fields that they do not know."""
    cited = [
        {"marker": c.marker, "id": c.item.id, "label": c.item.label, "office": c.item.office, "text": c.item.text}
        for c in answer.citations
    ]
    return {"grounding": answer.grounding, "citations": cited}


def _chunks(growing: Iterator[Answer], head: dict[str, Any], records: RecordStore) -> Generator[str, None, None]:
    def chunk(delta: dict[str, str], finish: str | None = None, **grounds: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _data({**head, "object": "chat.completion.chunk", "choices": [choice], **grounds})

    said, answer = "", None
    yield chunk({"role": "assistant", "content": ""})
    try:
        for answer in growing:
            yield chunk({"content": answer.text.removeprefix(said)})
            said = answer.text
    except RagError as error:
        _log.error("%s", error)
        yield _data(openai_error(503, BROKEN_OFF))
        return
    if answer is not None:
        note_unanswered(records, answer)
        if sources_text(answer):
            yield chunk({"content": sources_text(answer)})
        yield chunk({}, "stop", **_grounds(answer))
    yield "data: [DONE]\n\n"


def _data(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"
