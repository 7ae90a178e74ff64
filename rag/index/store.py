"""The index on disk: a folder of plain files, no pickle.

items.json      the policy items, verbatim
lexicon.json    tokens for lexical search
chunks.json     what each vector row stands for, in row order
vectors.faiss   the vectors
manifest.json   what made it, and the hash of each file
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embeddings.errors import EmbeddingError
from embeddings.vector_index import VectorIndex
from rag.errors import IndexUnavailableError
from rag.index.lexicon import Lexicon
from rag.types import Chunk, PolicyItem

FORMAT = 3
_MANIFEST = "manifest.json"
_FILES = ("items.json", "lexicon.json", "chunks.json", "vectors.faiss")
_REMEDY = "run `python -m rag index`"


@dataclass(frozen=True, slots=True)
class Origin:
    """What an index was made of; one that differs in any of it is another index."""

    year: int
    document_sha256: str
    hints_sha256: str
    embedder: str


@dataclass(frozen=True, slots=True)
class PolicyIndex:
    """Row n of `vectors` stands for `chunks[n]`."""

    origin: Origin
    items: Mapping[str, PolicyItem]
    lexicon: Lexicon
    chunks: Sequence[Chunk]
    vectors: VectorIndex


def save_index(folder: Path, index: PolicyIndex) -> None:
    """Write beside, then move into place whole; what stood there goes only when the new one is complete."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise IndexUnavailableError(f"cannot write an index to {folder}: {error}; set POLICYQA_INDEX_DIR") from error
    try:
        _write(fresh, index)
        _replace(folder, fresh)
    except OSError as error:
        raise IndexUnavailableError(f"cannot write an index to {folder}: {error}; set POLICYQA_INDEX_DIR") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _write(folder: Path, index: PolicyIndex) -> None:
    _dump(folder / "items.json", [asdict(item) for item in index.items.values()])
    _dump(folder / "lexicon.json", asdict(index.lexicon))
    _dump(folder / "chunks.json", [asdict(chunk) for chunk in index.chunks])
    index.vectors.save(folder / "vectors.faiss")
    hashes = {name: _sha256(folder / name) for name in _FILES}
    _dump(folder / _MANIFEST, {"format": FORMAT, "origin": asdict(index.origin), "files": hashes})


def _replace(folder: Path, fresh: Path) -> None:
    if folder.exists():
        if not _is_index(folder):
            raise IndexUnavailableError(
                f"{folder} holds something else than an index; choose another POLICYQA_INDEX_DIR"
            )
        old = fresh.with_name(f"{fresh.name}.old")
        folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        fresh.rename(folder)


def _is_index(folder: Path) -> bool:
    """Whether a folder may be replaced: it holds nothing but what an index, of this version or another, consists of."""
    if not folder.is_dir():
        return False
    try:
        listed = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, TypeError, KeyError):
        listed = {}
    return {path.name for path in folder.iterdir()} <= {*_FILES, *listed, _MANIFEST}


def load_index(folder: Path) -> PolicyIndex:
    """Open and check an index; writes nothing. Raises IndexUnavailableError with the command that mends it."""
    manifest = _load_manifest(folder)
    for name in _FILES:
        path = folder / name
        if not path.is_file() or _sha256(path) != manifest["files"].get(name):
            raise IndexUnavailableError(f"{path} is missing or was altered since it was written; {_REMEDY}")
    items = [PolicyItem(**row) for row in _read(folder / "items.json")]
    chunks = [Chunk(**row) for row in _read(folder / "chunks.json")]
    try:
        vectors = VectorIndex.load(folder / "vectors.faiss")
    except EmbeddingError as error:
        raise IndexUnavailableError(f"{error}; {_REMEDY}") from error
    return PolicyIndex(
        Origin(**manifest["origin"]),
        {item.id: item for item in items},
        Lexicon(**_read(folder / "lexicon.json")),
        chunks,
        vectors,
    )


def _load_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except OSError as error:
        raise IndexUnavailableError(f"no index in {folder}; {_REMEDY}") from error
    except ValueError as error:
        raise IndexUnavailableError(f"the manifest in {folder} was altered; {_REMEDY}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise IndexUnavailableError(f"the index in {folder} is of another format; {_REMEDY}")
    origin, hashes = manifest.get("origin"), manifest.get("files")
    if not isinstance(origin, dict) or not isinstance(hashes, dict) or set(origin) != set(Origin.__dataclass_fields__):
        raise IndexUnavailableError(f"the manifest in {folder} was altered; {_REMEDY}")
    return manifest


def check_origin(folder: Path, found: Origin, wanted: Origin) -> None:
    """Raise IndexUnavailableError where an index was made of something else than these settings name."""
    if found.embedder != wanted.embedder:
        raise IndexUnavailableError(
            f"the index in {folder} was made by the embedder {found.embedder!r}, "
            f"but the settings name {wanted.embedder!r}; {_REMEDY}"
        )
    if found != wanted:
        raise IndexUnavailableError(f"the index in {folder} was made of another document or other questions; {_REMEDY}")


def sha256_text(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
