"""An answer as server-sent events: the text as it grows, then the whole."""

import json
import logging
from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from rag import PolicyAssistant
from rag.answer_format import answer_record, turns
from rag.errors import RagError
from rag.types import Answer
from ui.api.schemas import AskRequest
from ui.records.errors import RecordsError
from ui.records.store import RecordStore

MEDIA_TYPE = "text/event-stream"
_log = logging.getLogger(__name__)


def answer_events(assistant: PolicyAssistant, records: RecordStore, asked: AskRequest) -> StreamingResponse:
    """`piece` {"text"} adds to the answer, `answer` is the whole. Raises QuestionError before anything is sent."""
    start = perf_counter()
    if asked.mode == "owner":
        growing = iter([assistant.ask_owner(asked.question)])
    else:
        growing = assistant.stream(asked.question, turns(asked.history))
    events = _events(growing, asked.id, start, records)
    return StreamingResponse(events, media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})


def _events(growing: Iterator[Answer], question_id: str, start: float, records: RecordStore) -> Iterator[bytes]:
    said, answer = "", None
    try:
        for answer in growing:
            yield _event("piece", {"text": answer.text.removeprefix(said)})
            said = answer.text
    except RagError as error:
        _log.error("%s", error)
        yield _event("error", {"detail": "the answer broke off; ask again"})
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
