"""An answer as server-sent events: the text as it grows, then the whole."""

import json
import logging
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from time import perf_counter
from typing import Any

from anyio import CancelScope, EndOfStream, create_memory_object_stream, create_task_group, move_on_after, to_thread
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.concurrency import iterate_in_threadpool
from starlette.types import Receive, Scope, Send

from rag import PolicyAssistant
from rag.answer_format import answer_record, turns
from rag.types import Answer
from ui.api.schemas import AskRequest
from ui.api.unanswered import Note

MEDIA_TYPE = "text/event-stream"
BROKEN_OFF = "the answer broke off; ask again"
# Seconds of silence after which a comment is sent: proxies cut what says nothing for a minute.
_PAUSE = 15.0
_WAITING = format_sse_event(comment="wait")
_log = logging.getLogger(__name__)


class GrowingResponse(StreamingResponse):
    """Server-sent events; the work behind them stops when their reader goes away.

    `pause`: seconds without an event after which a comment keeps the connection open.
    """

    def __init__(self, events: Generator[bytes | str, None, None], pause: float = _PAUSE) -> None:
        self._events = events
        self._pause = pause
        self._written, self._ready = create_memory_object_stream[bytes | str]()
        # A proxy that collects its answers would hold the pieces back.
        headers = {"cache-control": "no-store", "x-accel-buffering": "no", "vary": "accept"}
        super().__init__(self._commented(), media_type=MEDIA_TYPE, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with self._ready, self._written:
                async with create_task_group() as work:
                    work.start_soon(self._write)
                    await super().__call__(scope, receive, send)
                    work.cancel_scope.cancel()
        finally:
            # Not left to the garbage collector: a chat model may be writing.
            with CancelScope(shield=True):
                await to_thread.run_sync(self._events.close)

    async def _write(self) -> None:
        with self._written:
            async for event in iterate_in_threadpool(self._events):
                await self._written.send(event)

    async def _commented(self) -> AsyncIterator[bytes | str]:
        while True:
            event: bytes | str = _WAITING
            with move_on_after(self._pause):
                try:
                    event = await self._ready.receive()
                except EndOfStream:
                    return
            yield event


def accepts_events(accept: str) -> bool:
    """Whether an `Accept` header (RFC 9110) names events, and JSON no more than them."""
    qualities = dict(map(_quality, accept.split(",")))
    wanted = qualities.get(MEDIA_TYPE, 0.0)
    return wanted > 0 and wanted >= qualities.get("application/json", 0.0)


def _quality(accepted: str) -> tuple[str, float]:
    media_type, *parameters = (part.strip().lower() for part in accepted.split(";"))
    weight = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
    try:
        return media_type, float(weight)
    except ValueError:
        return media_type, 0.0


def answer_events(assistant: PolicyAssistant, note: Note, asked: AskRequest) -> GrowingResponse:
    """`piece` {"text"} adds to the answer, `answer` is the whole. Raises QuestionError before anything is sent."""
    start = perf_counter()
    if asked.mode == "owner":
        growing = iter([assistant.ask_owner(asked.question)])
    else:
        growing = assistant.stream(asked.question, turns(asked.history))
    return GrowingResponse(_events(growing, asked.id, start, note))


def _events(growing: Iterator[Answer], question_id: str, start: float, note: Note) -> Generator[bytes, None, None]:
    said, answer = "", None
    try:
        for answer in growing:
            yield _event("piece", {"text": answer.text.removeprefix(said)})
            said = answer.text
        if answer is not None:
            note(answer)
            yield _event("answer", answer_record(answer, question_id, (perf_counter() - start) * 1000))
    except Exception:  # noqa: BLE001 - the head has been sent, so no handler can answer any more
        _log.exception("an answer broke off")
        yield _event("error", {"detail": BROKEN_OFF})


def _event(name: str, data: Mapping[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
