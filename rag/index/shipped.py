"""Vectors that come with the shipped document, so that a first start embeds nothing.

vectors_115.npy   fp16, one row a chunk of the shipped document, in row order
vectors_115.json  the embedder that made them, and the hash of the chunks that they stand for
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.vector_index import Vectors
from rag.types import Chunk

_NAME = "vectors_115"


@dataclass(frozen=True, slots=True)
class ShippedVectors:
    """Rows of unit vectors for the chunks that hash to `chunks_sha256`, made by `embedder`."""

    embedder: str
    chunks_sha256: str
    rows: NDArray[np.float16]

    def lookup(self, chunks: Sequence[Chunk], embedder: str) -> dict[int, Vectors]:
        """The vector of each row, where all chunks and the embedder are those that were shipped; else none."""
        if embedder != self.embedder or hash_chunks(chunks) != self.chunks_sha256 or len(chunks) != len(self.rows):
            return {}
        return dict(enumerate(self.rows.astype(np.float32)))


def hash_chunks(chunks: Sequence[Chunk]) -> str:
    """Binds vectors to document, questions and duties at once: any change of a text changes it."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(f"{chunk.target}\t{chunk.source}\t{chunk.text}\n".encode())
    return digest.hexdigest()


def load_shipped() -> ShippedVectors:
    """The vectors in the package."""
    folder = files("rag").joinpath("corpus")
    origin = json.loads(folder.joinpath(f"{_NAME}.json").read_text(encoding="utf-8"))
    with as_file(folder.joinpath(f"{_NAME}.npy")) as path:
        rows = np.load(path, allow_pickle=False)
    return ShippedVectors(origin["embedder"], origin["chunks_sha256"], rows)


def write_shipped(chunks: Sequence[Chunk], vectors: Vectors, embedder: str) -> None:
    """Put vectors into the package, after the corpus or the embedder changed; see CONTRIBUTING.md."""
    folder = Path(str(files("rag").joinpath("corpus")))
    np.save(folder / f"{_NAME}.npy", vectors.astype(np.float16), allow_pickle=False)
    origin = {"embedder": embedder, "chunks_sha256": hash_chunks(chunks)}
    (folder / f"{_NAME}.json").write_text(json.dumps(origin, indent=1) + "\n", encoding="utf-8")
