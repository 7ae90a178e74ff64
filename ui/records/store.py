"""Feedback and unanswered questions, masked, for as many days as the settings say."""

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from rag import Answer, Settings
from ui.records.database import connected, prepare
from ui.records.masking import mask_personal

# Characters of a text that are kept.
LONGEST = 2000
# Rows of each table, the newest: 2 GB at worst, three texts of 2,000 characters of three bytes a row.
MOST_ROWS = 100_000
# Citations of a row, and characters of each, an item's id.
_MOST_CITED, _LONGEST_ID = 100, 16
# As many as JSON's readers keep exact in a number.
_ID_BITS = 53
# Rows that an export reads at once.
_PAGE = 500
# Who keeps and reads nothing makes the store look for expired rows this often.
_LOOK = timedelta(hours=1)
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
    """One SQLite file. Safe to share between threads. All methods raise RecordsError.

    What is older than the settings allow is never given back, and deleted at each reading and writing (an index makes
    that microseconds) and at least hourly while questions are answered. `most`: rows of each table that are kept.
    """

    def __init__(
        self,
        path: Path,
        *,
        feedback_days: int,
        unanswered_days: int,
        keeps_unanswered: bool,
        most: int = MOST_ROWS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.feedback_days = feedback_days
        self.unanswered_days = unanswered_days
        self.keeps_unanswered = keeps_unanswered
        self._path = path
        self._most = most
        self._clock = clock
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
        feedback_id = secrets.randbits(_ID_BITS)
        cited = [_kept(item)[:_LONGEST_ID] for item in citations[:_MOST_CITED]]
        row = (
            feedback_id, self._now(), useful, _kept(reason), _kept(question), _kept(answer), _kept(grounding),
            json.dumps(cited), _kept(language), source,
        )  # fmt: skip
        with connected(self._path) as connection:
            connection.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._forget(connection)
        return feedback_id

    def revise_feedback(self, feedback_id: int, *, useful: bool, reason: str) -> None:
        """What its giver thinks on second thoughts; an id that is not there any more changes nothing."""
        with connected(self._path) as connection:
            row = (useful, _kept(reason), feedback_id)
            self._forget(connection)
            connection.execute("UPDATE feedback SET useful = ?, reason = ? WHERE id = ?", row)

    def note_unanswered(self, answer: Answer) -> None:
        """Keep the question, where the settings want it and the guidelines had no answer."""
        if not self.keeps_unanswered or answer.grounding != "no_evidence" or answer.kind == "chat":
            if self._clock() - self._looked >= _LOOK:
                self.forget_expired()
            return
        with connected(self._path) as connection:
            row = (self._now(), _kept(answer.question), _kept(answer.language))
            connection.execute("INSERT INTO unanswered (at, question, language) VALUES (?, ?, ?)", row)
            self._forget(connection)

    def feedback(
        self, limit: int = 1000, *, useful: bool | None = None, before: Feedback | None = None
    ) -> list[Feedback]:
        """Newest first; `useful`: of that opinion only, `before`: older than that one."""
        query = "SELECT * FROM feedback WHERE at >= ? AND (? IS NULL OR useful = ?) AND (at, id) < (?, ?)"
        rows = self._read("feedback", query, (useful, useful, *_place(before), limit))
        return [_feedback(row) for row in rows]

    def unanswered(self, limit: int = 1000, *, before: Unanswered | None = None) -> list[Unanswered]:
        """Newest first; `before`: older than that one."""
        query = "SELECT * FROM unanswered WHERE at >= ? AND (at, id) < (?, ?)"
        rows = self._read("unanswered", query, (*_place(before), limit))
        return [Unanswered(row[0], datetime.fromisoformat(row[1]), *row[2:]) for row in rows]

    def all_feedback(self) -> Iterator[Feedback]:
        """All of it, newest first, a part at a time: nobody waits for a slow reader."""
        part = self.feedback(_PAGE)
        while part:
            yield from part
            part = self.feedback(_PAGE, before=part[-1])

    def all_unanswered(self) -> Iterator[Unanswered]:
        """As `all_feedback`."""
        part = self.unanswered(_PAGE)
        while part:
            yield from part
            part = self.unanswered(_PAGE, before=part[-1])

    def count_feedback(self, *, useful: bool) -> int:
        """How many are of that opinion."""
        query = "SELECT count(*) FROM feedback WHERE at >= ? AND useful = ?"
        with connected(self._path) as connection:
            row = connection.execute(query, (self._oldest("feedback"), useful)).fetchone()
        return int(row[0])

    def count_unanswered(self) -> int:
        """How many are kept."""
        query = "SELECT count(*) FROM unanswered WHERE at >= ?"
        with connected(self._path) as connection:
            row = connection.execute(query, (self._oldest("unanswered"),)).fetchone()
        return int(row[0])

    def forget_expired(self) -> int:
        """Delete what is older than the settings allow, and what is too much; returns how many rows."""
        with connected(self._path) as connection:
            return self._forget(connection)

    def _read(self, table: str, query: str, values: Sequence[Any]) -> list[Any]:
        with connected(self._path) as connection:
            oldest = self._oldest(table)
            rows = connection.execute(f"{query} ORDER BY at DESC, id DESC LIMIT ?", (oldest, *values)).fetchall()
            # Deleting takes the right to write: a reader waits for it only where there is something to delete.
            if connection.execute(f"SELECT 1 FROM {table} WHERE at < ? LIMIT 1", (oldest,)).fetchone():
                self._forget(connection)
        return rows

    def _forget(self, connection: sqlite3.Connection) -> int:
        self._looked = self._clock()
        forgotten = 0
        for table in ("feedback", "unanswered"):
            forgotten += connection.execute(f"DELETE FROM {table} WHERE at < ?", (self._oldest(table),)).rowcount
            surplus = f"SELECT id FROM {table} ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?"
            forgotten += connection.execute(f"DELETE FROM {table} WHERE id IN ({surplus})", (self._most,)).rowcount
        return forgotten

    def _oldest(self, table: str) -> str:
        days = self.feedback_days if table == "feedback" else self.unanswered_days
        return _moment(self._clock() - timedelta(days=days))

    def _now(self) -> str:
        return _moment(self._clock())


def open_records(settings: Settings) -> RecordStore:
    """The records that the settings name. Raises RecordsError."""
    return RecordStore(
        settings.data_dir / "records.sqlite3",
        feedback_days=settings.feedback_days,
        unanswered_days=settings.unanswered_days,
        keeps_unanswered=settings.unanswered_log,
    )


def _place(kept: Feedback | Unanswered | None) -> tuple[str, int]:
    """Where it stands among the rows; without one, behind the newest (a year begins with a digit)."""
    return (_moment(kept.at), kept.id) if kept else ("~", 0)


def _feedback(row: Sequence[Any]) -> Feedback:
    number, at, useful, reason, question, answer, grounding, citations, language, source = row
    cited = tuple(json.loads(citations))
    when = datetime.fromisoformat(at)
    return Feedback(number, when, bool(useful), reason, question, answer, grounding, cited, language, source)


def _moment(at: datetime) -> str:
    """As rows hold it, of one length, so that the order of texts is that of times."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _kept(text: str) -> str:
    """Masked before it is cut: a number must not escape by standing on the edge. Lone surrogates are no text."""
    clean = text[: LONGEST * 2].encode("utf-8", errors="replace").decode("utf-8")
    return mask_personal(clean)[:LONGEST]
