"""The SQLite file: its place, its shape, one connection a use."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ui.records.errors import RecordsError

VERSION = 1
_SCHEMA = """
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, useful INTEGER NOT NULL, reason TEXT NOT NULL, question TEXT NOT NULL,
    answer TEXT NOT NULL, grounding TEXT NOT NULL, citations TEXT NOT NULL, language TEXT NOT NULL, source TEXT NOT NULL
);
CREATE INDEX feedback_at ON feedback (at);
CREATE TABLE unanswered (id INTEGER PRIMARY KEY, at TEXT NOT NULL, question TEXT NOT NULL, language TEXT NOT NULL);
CREATE INDEX unanswered_at ON unanswered (at);
"""
# Seconds that a writer waits for another.
_PATIENCE = 10


def prepare(path: Path) -> None:
    """Make the file, readable by its owner only, or see that this version wrote it. Raises RecordsError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise RecordsError(
            f"cannot keep records in {path}: {error}; set POLICYQA_DATA_DIR to a writable folder"
        ) from error
    with connected(path) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise RecordsError(
                f"{path} was written by a newer version; update, or set POLICYQA_DATA_DIR to another folder"
            )
        if version == 0:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose changes are kept where no error comes out. Raises RecordsError."""
    try:
        connection = sqlite3.connect(path, timeout=_PATIENCE)
        try:
            with connection:
                yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise RecordsError(f"cannot use the records in {path}: {error}; restore the file or move it away") from error
