"""Reading text, and writing it whole or not at all."""

from pathlib import Path

from rag.errors import RagError
from rag.files import written_beside


def read_text(path: Path, failure: type[RagError]) -> str:
    """The text of a UTF-8 file; one that cannot be read raises `failure`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise failure(f"cannot read {path} as UTF-8 text: {error}") from error


def write_text(path: Path, text: str, failure: type[RagError]) -> None:
    """Write beside `path`, then move into place; what cannot be written raises `failure`."""
    try:
        with written_beside(path) as write:
            write(text.removesuffix("\n"))
    except RagError as error:
        raise failure(str(error)) from error
