"""What can be measured: a name, and how it answers one question."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from eval.errors import SystemFailedError
from rag import PolicyAssistant
from rag.answer_format import QuestionRecord, answer_record, ask_record


@dataclass(frozen=True, slots=True)
class System:
    """`identity` changes whenever the answers may: what was answered before is kept under it."""

    name: str
    identity: str
    answer: Callable[[QuestionRecord], dict[str, Any]]


def assistant_system(assistant: PolicyAssistant, name: str = "policyqa") -> System:
    """The assistant in this process, with the chat model that it has."""

    def answer(record: QuestionRecord) -> dict[str, Any]:
        given, question_id, milliseconds = ask_record(assistant, record)
        return {**answer_record(given, question_id, milliseconds), "relevance": given.relevance}

    return System(name, f"{code_identity()} {assistant.answerer}", answer)


def url_system(url: str) -> System:
    """A running page, through its API endpoint `/answer`. Raises SystemFailedError where none answers."""
    # The client would report its use to the hub; its own argument is overruled by the environment's default.
    os.environ.update(HF_HUB_OFFLINE="1", GRADIO_ANALYTICS_ENABLED="False")
    from gradio_client import Client
    from gradio_client.exceptions import AppError
    from httpx import HTTPError, InvalidURL

    failures = (HTTPError, InvalidURL, AppError, OSError, ValueError, RuntimeError)
    try:
        client = Client(url, verbose=False, analytics_enabled=False)
    except failures as error:
        raise SystemFailedError(f"no page answers at {url}: {error}; start one with `python -m ui`") from error

    def answer(record: QuestionRecord) -> dict[str, Any]:
        history = [message.model_dump() for message in record.history]
        try:
            given: dict[str, Any] = client.predict(record.question, history, record.mode, api_name="/answer")
        except failures as error:
            raise SystemFailedError(f"{url} failed on question {record.id}: {error}") from error
        return {**given, "id": record.id}

    return System(url, url, answer)


def code_identity() -> str:
    """A hash of the code and the corpus of `rag` and `embeddings`, of the prompts, and of the baselines here."""
    digest = hashlib.sha256()
    for package in ("embeddings", "eval", "prompts", "rag"):
        _add(digest, files(package))
    return digest.hexdigest()[:16]


def _add(digest: "hashlib._Hash", place: Traversable) -> None:
    for part in sorted(place.iterdir(), key=lambda part: part.name):
        if part.is_dir() and part.name != "__pycache__":
            _add(digest, part)
        elif part.name.endswith((".py", ".toml", ".txt", ".md")) or part.name == "resident_questions.jsonl":
            digest.update(part.read_bytes())
