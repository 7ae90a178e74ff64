"""Reading text, and writing it whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from eval.errors import DatasetError
from rag.errors import RagError
from rag.files import written_beside


def read_text(path: Path, failure: type[RagError]) -> str:
    """The text of a UTF-8 file; one that cannot be read raises `failure`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise failure(f"cannot read {path} as UTF-8 text: {error}") from error


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Record = TypeVar("Record", bound=_Named)


def read_records(path: Path, read: Callable[[str, str], Record], what: str) -> tuple[Record, ...]:
    """All records of a JSONL file, each with an id of its own; `read` is given a line and its place, `what` names one.

    Raises DatasetError.
    """
    records: dict[str, Record] = {}
    for number, line in enumerate(read_text(path, DatasetError).split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        record = read(line, place)
        if record.id in records:
            raise DatasetError(f"{place}: the id {record.id!r} was there before; give it its own")
        records[record.id] = record
    if not records:
        raise DatasetError(f"{path} holds no {what}; one JSON object a line is expected")
    return tuple(records.values())


def write_text(path: Path, text: str, failure: type[RagError]) -> None:
    """Write beside `path`, then move into place; what cannot be written raises `failure`."""
    try:
        with written_beside(path) as write:
            write(text.removesuffix("\n"))
    except RagError as error:
        raise failure(str(error)) from error
