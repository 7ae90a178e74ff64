"""Answers as a system under measure gives them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.errors import SystemFailedError
from eval.files import read_text
from rag.document.catalog import load_bureaus
from rag.errors import describe_misfit
from rag.types import Grounding

_CITY = "高雄市政府"


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer in the agreed format.

    `grounding` is empty where a question went unanswered. `citations` may repeat an item. `relevance` (0 to 1) is
    how sure a system is that the document holds the topic, where it says so.
    """

    id: str
    text: str = ""
    citations: tuple[str, ...] = ()
    bureaus: tuple[str, ...] = ()
    retrieved: tuple[str, ...] = ()
    grounding: Grounding | None = None
    latency_ms: float | None = None
    relevance: float | None = None

    @property
    def cited(self) -> Mapping[str, None]:
        """The cited items once each, in order."""
        return dict.fromkeys(self.citations)


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str
    answer: str = ""
    citations: list[str] = []
    bureaus: list[str] = []
    retrieved: list[str] = []
    grounding: Grounding
    latency_ms: float | None = None
    relevance: float | None = None


def read_answer(record: Mapping[str, Any], place: str) -> GivenAnswer:
    """Check one answer record; bureaus under any of their names become sections. Raises SystemFailedError."""
    try:
        row = _Record.model_validate(record)
    except ValidationError as error:
        raise SystemFailedError(f"{place}: {describe_misfit(error)}") from error
    return GivenAnswer(
        row.id,
        row.answer,
        tuple(row.citations),
        tuple(section_of(name) for name in row.bureaus),
        tuple(row.retrieved),
        row.grounding,
        row.latency_ms,
        row.relevance,
    )


def load_answers(path: Path) -> dict[str, GivenAnswer]:
    """The answers of `python -m rag batch`, by question id; of two with one id the last counts."""
    answers: dict[str, GivenAnswer] = {}
    for number, line in enumerate(read_text(path, SystemFailedError).split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            record = json.loads(line)
        except ValueError as error:
            raise SystemFailedError(f"{place}: no JSON: {error}") from error
        answer = read_answer(record, place)
        answers[answer.id] = answer
    return answers


def to_record(answer: GivenAnswer) -> dict[str, Any]:
    """The answer as `read_answer` reads it."""
    record = asdict(answer)
    record["answer"] = record.pop("text")
    return record


def section_of(name: str) -> str:
    """The section of a bureau called by any of its names; an unknown name stays as it is."""
    known = _sections()
    return known.get(name) or known.get(name.removeprefix(_CITY), name.removeprefix(_CITY))


@cache
def _sections() -> dict[str, str]:
    return {
        name: section
        for section, bureau in load_bureaus().items()
        for name in (section, bureau.office, bureau.office.removeprefix(_CITY), *bureau.names)
    }
