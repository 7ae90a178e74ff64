"""Files that are written whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rag.errors import RagError


@contextmanager
def written_beside(path: Path) -> Iterator[Callable[[str], None]]:
    """Lines go to a file beside `path`, which takes its place when all are written. Raises RagError."""
    if path.exists() and (path.is_symlink() or not path.is_file()):
        # /dev/stdout would be replaced by a file.
        raise RagError(f"cannot write {path}: it is no regular file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                yield lambda line: _write_line(file, line)
            # mkstemp makes files that only their owner may read.
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise RagError(f"cannot write {path}: {error}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _write_line(file: TextIO, line: str) -> None:
    file.write(f"{line}\n")
