"""Feedback and unanswered questions, masked, for as many days as the settings say."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from rag import Answer, Settings
from ui.records.database import connected, prepare
from ui.records.masking import mask_personal

# Characters of a text that are kept.
LONGEST = 2000
# As many as JSON's readers keep exact in a number.
_ID_BITS = 53
Origin = Literal["page", "api"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thought of an answer. `citations`: item ids."""

    id: int
    at: datetime
    useful: bool
    reason: str
    question: str
    answer: str
    grounding: str
    citations: tuple[str, ...]
    language: str
    source: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that the guidelines have no answer to."""

    id: int
    at: datetime
    question: str
    language: str


class RecordStore:
    """One SQLite file. Safe to share between threads. All methods raise RecordsError."""

    def __init__(self, path: Path, *, feedback_days: int, unanswered_days: int, keeps_unanswered: bool) -> None:
        self.feedback_days = feedback_days
        self.unanswered_days = unanswered_days
        self.keeps_unanswered = keeps_unanswered
        self._path = path
        prepare(path)
        self.forget_expired()

    def add_feedback(
        self,
        *,
        useful: bool,
        reason: str,
        question: str,
        answer: str,
        grounding: str,
        citations: Sequence[str],
        language: str,
        source: Origin,
    ) -> int:
        """Keep it, personal numbers masked; returns its id, which only its giver knows and nobody can guess."""
        self.forget_expired()
        feedback_id = secrets.randbits(_ID_BITS)
        row = (
            feedback_id, _now(), useful, _kept(reason), _kept(question), _kept(answer), _kept(grounding),
            json.dumps([_kept(item) for item in citations[:100]]), _kept(language), source,
        )  # fmt: skip
        with connected(self._path) as connection:
            connection.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return feedback_id

    def revise_feedback(self, feedback_id: int, *, useful: bool, reason: str) -> None:
        """What its giver thinks on second thoughts; an id that is not there any more changes nothing."""
        with connected(self._path) as connection:
            row = (useful, _kept(reason), feedback_id)
            connection.execute("UPDATE feedback SET useful = ?, reason = ? WHERE id = ?", row)

    def note_unanswered(self, answer: Answer) -> None:
        """Keep the question, where the settings want it and the guidelines had no answer."""
        if not self.keeps_unanswered or answer.grounding != "no_evidence" or answer.kind == "chat":
            return
        self.forget_expired()
        with connected(self._path) as connection:
            row = (_now(), _kept(answer.question), answer.language)
            connection.execute("INSERT INTO unanswered (at, question, language) VALUES (?, ?, ?)", row)

    def feedback(self, limit: int = 1000) -> list[Feedback]:
        """Newest first."""
        with connected(self._path) as connection:
            rows = connection.execute("SELECT * FROM feedback ORDER BY at DESC LIMIT ?", (limit,)).fetchall()
        return [_feedback(row) for row in rows]

    def unanswered(self, limit: int = 1000) -> list[Unanswered]:
        """Newest first."""
        with connected(self._path) as connection:
            rows = connection.execute("SELECT * FROM unanswered ORDER BY at DESC, id DESC LIMIT ?", (limit,)).fetchall()
        return [Unanswered(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows]

    def forget_expired(self) -> int:
        """Delete what is older than the settings allow; returns how many rows."""
        with connected(self._path) as connection:
            forgotten = 0
            for table, days in (("feedback", self.feedback_days), ("unanswered", self.unanswered_days)):
                before = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
                forgotten += connection.execute(f"DELETE FROM {table} WHERE at < ?", (before,)).rowcount
        return forgotten


def _feedback(row: Sequence[Any]) -> Feedback:
    number, at, useful, reason, question, answer, grounding, citations, language, source = row
    cited = tuple(json.loads(citations))
    when = datetime.fromisoformat(at)
    return Feedback(number, when, bool(useful), reason, question, answer, grounding, cited, language, source)


def open_records(settings: Settings) -> RecordStore:
    """The records that the settings name. Raises RecordsError."""
    return RecordStore(
        settings.data_dir / "records.sqlite3",
        feedback_days=settings.feedback_days,
        unanswered_days=settings.unanswered_days,
        keeps_unanswered=settings.unanswered_log,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _kept(text: str) -> str:
    """Masked before it is cut: a number must not escape by standing on the edge. Lone surrogates are no text."""
    clean = text[: LONGEST * 2].encode("utf-8", errors="replace").decode("utf-8")
    return mask_personal(clean)[:LONGEST]
