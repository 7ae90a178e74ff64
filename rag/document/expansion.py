"""What people call things: questions and everyday words for each item, and what each bureau is there for.

Hints for search, written for the shipped document; never quoted, never cited.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from rag.document.parse import Guidelines
from rag.errors import DocumentError
from rag.text import fold


@dataclass(frozen=True, slots=True)
class Expansion:
    """How residents ask for one item, in several languages, and the words they use."""

    item_id: str
    questions: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A matter that people bring to the wrong door, and who handles it."""

    topic: str
    owner: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The matters that `topic` lists, as search writes them."""
        return tuple(part for part in _PARTS.split(fold(self.topic)) if len(part) >= _SHORTEST_PART)

    @property
    def central(self) -> bool:
        """Whether its owner is no bureau of the city."""
        return not _CITY_OFFICE.search(self.owner)


@dataclass(frozen=True, slots=True)
class Profile:
    """A bureau's duties from common knowledge of Taiwanese city government, whether or not an item names them."""

    section: str
    summary: str
    phrases: tuple[str, ...]
    not_ours: tuple[Elsewhere, ...]


_PARTS = re.compile(r"[、，,；;/（）()]|及|與|或")
# Shorter parts (房租, 車禍) would be found in questions about something else.
_SHORTEST_PART = 4
_CITY_OFFICE = re.compile(r"局(?!本部)(?:$|[^署])|處|會|區公所|戶政|市府")


class _ExpansionLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    questions: dict[str, list[str]]
    keywords: list[str] = []
    item: str = ""


class _ProfileLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    section: str
    summary: str
    duties: list[str]
    questions: list[str]
    not_ours: list[Elsewhere] = []


def read_expansions(path: Path | None) -> list[Expansion]:
    """The expansions in a file; None means the shipped ones. Raises DocumentError where they cannot be read."""
    rows: list[Expansion] = []
    for number, line in _lines(read_questions_text(path)):
        try:
            row = _ExpansionLine.model_validate_json(line)
        except ValidationError as error:
            raise DocumentError(f"{path or 'resident questions'}, line {number}: {error.errors()[0]['msg']}") from error
        questions = dict.fromkeys(q.strip() for group in row.questions.values() for q in group if q.strip())
        rows.append(Expansion(row.id, tuple(questions), tuple(dict.fromkeys(row.keywords))))
    return rows


def check_expansions(expansions: Iterable[Expansion], guidelines: Guidelines) -> None:
    """Raise DocumentError where questions speak of an item that the document does not have."""
    known = {item.id for item in guidelines.items}
    strangers = [row.item_id for row in expansions if row.item_id not in known]
    if strangers:
        raise DocumentError(f"the resident questions name {strangers[0]}, which the document does not have")


@cache
def read_profiles() -> tuple[Profile, ...]:
    """The shipped profiles of duties; read once."""
    lines = TypeAdapter(_ProfileLine)
    rows = [lines.validate_json(line) for _, line in _lines(read_duties_text())]
    return tuple(
        Profile(row.section, row.summary, tuple(dict.fromkeys((*row.duties, *row.questions))), tuple(row.not_ours))
        for row in rows
    )


def read_questions_text(path: Path | None) -> str:
    """A file of resident questions as it stands; None means the shipped one. Raises DocumentError."""
    try:
        return (path or _shipped("resident_questions.jsonl")).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"cannot read {path} as UTF-8 text ({error}); check POLICYQA_QUESTIONS") from error


def read_duties_text() -> str:
    """The shipped profiles of duties as they stand."""
    return _shipped("duties.jsonl").read_text(encoding="utf-8")


def _shipped(name: str) -> Traversable:
    return files("rag").joinpath("corpus", name)


def _lines(text: str) -> list[tuple[int, str]]:
    return [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
