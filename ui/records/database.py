"""The SQLite file: its place, its shape, one connection a use."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock

from ui.records.errors import RecordsError

VERSION = 1
_SCHEMA = (
    """CREATE TABLE feedback (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, useful INTEGER NOT NULL, reason TEXT NOT NULL, question TEXT NOT NULL,
    answer TEXT NOT NULL, grounding TEXT NOT NULL, citations TEXT NOT NULL, language TEXT NOT NULL, source TEXT NOT NULL
)""",
    "CREATE INDEX feedback_at ON feedback (at)",
    """CREATE TABLE unanswered (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, question TEXT NOT NULL, language TEXT NOT NULL
)""",
    "CREATE INDEX unanswered_at ON unanswered (at)",
)
# Seconds that one waits for another writer, who needs milliseconds: longer than that it is a program that holds on.
_PATIENCE = 2
# A new file cannot become one that writes ahead while others look into it.
_OPENING = Lock()
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNWRITABLE = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)


def prepare(path: Path) -> None:
    """Make the file, readable by its owner only, or see that this version wrote it. Raises RecordsError."""
    _make(path)
    with connected(path):
        pass


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose changes are kept where no error comes out. Raises RecordsError.

    A file that is gone is made anew: what it held is lost, but not what comes.
    """
    try:
        with closing(_open(path)) as connection, connection:
            yield connection
    except sqlite3.Error as error:
        raise RecordsError(_describe(error, path)) from error


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise RecordsError(
            f"cannot keep records in {path}: {error}; set POLICYQA_DATA_DIR to a writable folder"
        ) from error


def _open(path: Path) -> sqlite3.Connection:
    with _OPENING:
        connection = _reach(path)
        try:
            # What is forgotten must not be legible in the free pages of the file.
            connection.execute("PRAGMA secure_delete = ON")
            _shape(connection, path)
        except (sqlite3.Error, RecordsError):
            connection.close()
            raise
    return connection


def _reach(path: Path) -> sqlite3.Connection:
    # SQLite would make a missing file itself, legible to all.
    address = f"{path.absolute().as_uri()}?mode=rw"
    try:
        return sqlite3.connect(address, timeout=_PATIENCE, uri=True)
    except sqlite3.OperationalError:
        # Whether it is there is not asked first: another may be making it.
        _make(path)
        return sqlite3.connect(address, timeout=_PATIENCE, uri=True)


def _shape(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version > VERSION:
        raise RecordsError(f"{path} was written by a newer version; update, or set POLICYQA_DATA_DIR to another folder")
    if version == VERSION:
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    # Another may have come first while this one waited.
    if _version(connection) == 0:
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.commit()


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _describe(error: sqlite3.Error, path: Path) -> str:
    # The lower byte of a code is its family. Python's own errors have none.
    family = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if family in _LOCKED:
        return f"the records in {path} are locked by another program ({error}); close it, or try again in a moment"
    if family in _UNWRITABLE:
        return f"cannot read or write the records in {path}: {error}; check the space on the disk and the file's rights"
    return f"cannot use the records in {path}: {error}; restore the file or move it away"
