"""Answers and questions as JSON lines: the contract with scripts, with the command line and with the HTTP API."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from time import perf_counter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.assistant import PolicyAssistant
from rag.errors import QuestionError, describe_misfit
from rag.retrieval.question import check_question
from rag.types import Answer, Turn

RETRIEVED = 10


class Message(BaseModel):
    """One message of an earlier turn, as chat APIs write it."""

    role: Literal["user", "assistant"] = Field(description="who said it", examples=["user"])
    content: str = Field(description="what was said, as it was shown", examples=["捷運黃線現在做到哪裡？"])


class QuestionRecord(BaseModel):
    """A line of a question file; labels for scoring may stand beside and are ignored."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(coerce_numbers_to_str=True)
    question: str
    history: list[Message] = []
    mode: Literal["answer", "owner"] = "answer"


def read_question(line: str) -> QuestionRecord:
    """One question from a JSON object. Raises QuestionError."""
    try:
        record = QuestionRecord.model_validate_json(line)
    except ValidationError as error:
        raise QuestionError(describe_misfit(error)) from error
    check_question(record.question)
    return record


def read_questions(lines: Iterable[str]) -> list[QuestionRecord]:
    """All questions of a JSONL text. Raises QuestionError with the line, before anything is answered."""
    records: list[QuestionRecord] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            records.append(read_question(line))
        except QuestionError as error:
            raise QuestionError(f"line {number}: {error}") from error
    if not records:
        raise QuestionError("the file holds no question; one JSON object a line is expected, with id and question")
    return records


def turns(history: Iterable[Message]) -> tuple[Turn, ...]:
    """Each question with the answer after it; a question that got none keeps an empty one."""
    pairs: list[Turn] = []
    for message in history:
        if message.role == "user":
            pairs.append(Turn(message.content, ""))
        elif pairs:
            pairs[-1] = Turn(pairs[-1].question, pairs[-1].answer + message.content)
    return tuple(pairs)


def answer_question(assistant: PolicyAssistant, record: QuestionRecord) -> dict[str, Any]:
    """Ask, and give the answer as one JSON object with the milliseconds that it took."""
    return answer_record(*ask_record(assistant, record))


def ask_record(assistant: PolicyAssistant, record: QuestionRecord) -> tuple[Answer, str, float]:
    """The answer to a question of a file, the question's id, and the milliseconds that it took."""
    start = perf_counter()
    if record.mode == "owner":
        answer = assistant.ask_owner(record.question)
    else:
        answer = assistant.ask(record.question, turns(record.history))
    return answer, record.id, (perf_counter() - start) * 1000


def answer_record(answer: Answer, question_id: str, latency_ms: float) -> dict[str, Any]:
    """The answer as one JSON object; `note` and `writing` only where a chat model was asked."""
    written = {} if answer.writing is None else {"note": answer.note, "writing": asdict(answer.writing)}
    return {
        "id": question_id,
        "question": answer.question,
        "answer": answer.text,
        "kind": answer.kind,
        "language": answer.language,
        "grounding": answer.grounding,
        "citations": [citation.item.id for citation in answer.citations],
        "bureaus": [owner.bureau.section for owner in answer.owners],
        "retrieved": [passage.item.id for passage in answer.passages[:RETRIEVED]],
        "answerer": answer.answerer,
        "latency_ms": round(latency_ms, 1),
        **written,
    }


def to_json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)
