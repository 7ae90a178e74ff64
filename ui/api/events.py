"""An answer as server-sent events: the text as it grows, then the whole."""

import json
import logging
from collections.abc import Generator, Iterator, Mapping
from time import perf_counter
from typing import Any

from anyio import CancelScope, to_thread
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.types import Receive, Scope, Send

from rag import PolicyAssistant
from rag.answer_format import answer_record, turns
from rag.errors import RagError
from rag.types import Answer
from ui.api.schemas import AskRequest
from ui.records.errors import RecordsError
from ui.records.store import RecordStore

MEDIA_TYPE = "text/event-stream"
BROKEN_OFF = "the answer broke off; ask again"
_log = logging.getLogger(__name__)


class GrowingResponse(StreamingResponse):
    """Server-sent events; the work behind them stops when their reader goes away."""

    def __init__(self, events: Generator[bytes | str, None, None]) -> None:
        # A proxy that collects its answers would hold the pieces back.
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(events, media_type=MEDIA_TYPE, headers=headers)
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Not left to the garbage collector: a chat model may be writing.
            with CancelScope(shield=True):
                await to_thread.run_sync(self._events.close)


def answer_events(assistant: PolicyAssistant, records: RecordStore, asked: AskRequest) -> GrowingResponse:
    """`piece` {"text"} adds to the answer, `answer` is the whole. Raises QuestionError before anything is sent."""
    start = perf_counter()
    if asked.mode == "owner":
        growing = iter([assistant.ask_owner(asked.question)])
    else:
        growing = assistant.stream(asked.question, turns(asked.history))
    return GrowingResponse(_events(growing, asked.id, start, records))


def _events(
    growing: Iterator[Answer], question_id: str, start: float, records: RecordStore
) -> Generator[bytes, None, None]:
    said, answer = "", None
    try:
        for answer in growing:
            yield _event("piece", {"text": answer.text.removeprefix(said)})
            said = answer.text
    except RagError as error:
        _log.error("%s", error)
        yield _event("error", {"detail": BROKEN_OFF})
        return
    if answer is not None:
        note_unanswered(records, answer)
        yield _event("answer", answer_record(answer, question_id, (perf_counter() - start) * 1000))


def note_unanswered(records: RecordStore, answer: Answer) -> None:
    """Where staff want it; a failing store does not cost anybody the answer."""
    try:
        records.note_unanswered(answer)
    except RecordsError as error:
        _log.warning("%s", error)


def _event(name: str, data: Mapping[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
