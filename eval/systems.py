"""What can be measured: a name, and how it answers one question."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from http.client import TOO_MANY_REQUESTS
from importlib.resources import files
from importlib.resources.abc import Traversable
from time import sleep
from typing import Any

from eval.errors import SystemFailedError
from rag import PolicyAssistant
from rag.answer_format import QuestionRecord, answer_record, ask_record

# Seconds for one answer, and how often a service may say that it was asked too much in a minute.
_PATIENCE = 120
_TRIES = 3


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
    """A running service, through `POST /api/v1/ask`. Raises SystemFailedError where none answers."""
    from httpx import Client, HTTPError, InvalidURL

    try:
        client = Client(base_url=url.rstrip("/"), timeout=_PATIENCE)
        client.get("/healthz").raise_for_status()
    except (HTTPError, InvalidURL) as error:
        raise SystemFailedError(f"no service answers at {url}: {error}; start one with `python -m ui`") from error

    def answer(record: QuestionRecord) -> dict[str, Any]:
        try:
            for _ in range(_TRIES):
                response = client.post("/api/v1/ask", json=record.model_dump())
                if response.status_code != TOO_MANY_REQUESTS:
                    break
                sleep(min(float(response.headers.get("retry-after", "1")), _PATIENCE))
            response.raise_for_status()
            given: dict[str, Any] = response.json()
        except (HTTPError, ValueError) as error:
            raise SystemFailedError(f"{url} failed on question {record.id}: {error}") from error
        return given

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
