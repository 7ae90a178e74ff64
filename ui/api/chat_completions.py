"""The answers in OpenAI's format, for clients that speak it: /v1/chat/completions and /v1/models.

https://platform.openai.com/docs/api-reference/chat: parameters that steer a model's chance (temperature and so on) mean
nothing here and are passed over.
"""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from rag import Answer, PolicyAssistant
from rag.answer_format import Message, turns
from rag.errors import QuestionError
from ui.api.events import MEDIA_TYPE, note_unanswered
from ui.records.store import RecordStore

MODEL = "policyqa"


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """`system` and `developer` messages are read by nobody: nothing that is sent gives instructions."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[_Part] | None = ""

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class ChatRequest(BaseModel):
    model_config = ConfigDict(extra="ignore")

    messages: list[ChatMessage] = Field(min_length=1, max_length=100)
    model: str = Field(default=MODEL, max_length=200)
    stream: bool = False


def chat_routes(assistant: PolicyAssistant, records: RecordStore) -> APIRouter:
    """The two routes that clients of OpenAI's format need."""
    router = APIRouter(prefix="/v1", tags=["OpenAI format"])
    created = int(time.time())

    @router.post("/chat/completions", response_model=None)
    def complete(asked: ChatRequest) -> dict[str, Any] | StreamingResponse:
        """Answer the last user message behind the others; `stream` sends it as it grows."""
        said = [m for m in asked.messages if m.role in {"user", "assistant"}]
        if not said or said[-1].role != "user":
            raise QuestionError("the last message must be the user's question")
        history = [Message(role="user" if m.role == "user" else "assistant", content=m.text) for m in said[:-1]]
        growing = assistant.stream(said[-1].text, turns(history))
        head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        if asked.stream:
            return StreamingResponse(_chunks(growing, head, records), media_type=MEDIA_TYPE)
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


def _chunks(growing: Iterator[Answer], head: dict[str, Any], records: RecordStore) -> Iterator[str]:
    def chunk(delta: dict[str, str], finish: str | None = None, **grounds: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        body = {**head, "object": "chat.completion.chunk", "choices": [choice], **grounds}
        return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"

    said, answer = "", None
    yield chunk({"role": "assistant", "content": ""})
    for answer in growing:
        yield chunk({"content": answer.text.removeprefix(said)})
        said = answer.text
    if answer is not None:
        note_unanswered(records, answer)
        if sources_text(answer):
            yield chunk({"content": sources_text(answer)})
        yield chunk({}, "stop", **_grounds(answer))
    yield "data: [DONE]\n\n"
