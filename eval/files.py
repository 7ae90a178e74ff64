"""Reading text, and writing it whole or not at all."""

import tempfile
from pathlib import Path

from rag.errors import RagError


def read_text(path: Path, failure: type[RagError]) -> str:
    """The text of a UTF-8 file; one that cannot be read raises `failure`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise failure(f"cannot read {path} as UTF-8 text: {error}") from error


def write_text(path: Path, text: str, failure: type[RagError]) -> None:
    """Write beside `path`, then move into place; what cannot be written raises `failure`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise failure(f"cannot write {path}: {error}") from error
