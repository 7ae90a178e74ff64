"""Exact inner-product search over unit vectors, kept in a FAISS file."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import ArrayLike, NDArray

from embeddings.errors import EmbeddingError

Vectors = NDArray[np.float32]


class VectorIndex:
    """Row numbers in, similarities out. Callers map rows to their own ids."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: ArrayLike) -> "VectorIndex":
        """`vectors`: rows by dimension; they are brought to unit length, so that the inner product is the cosine."""
        matrix = np.array(vectors, dtype=np.float32, ndmin=2, order="C")
        faiss.normalize_L2(matrix)
        index = faiss.IndexFlatIP(matrix.shape[1])
        index.add(matrix)
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        try:
            return cls(faiss.deserialize_index(np.frombuffer(path.read_bytes(), dtype=np.uint8)))
        except (OSError, RuntimeError) as error:
            raise EmbeddingError(f"cannot read the vectors in {path}: {error}") from error

    def save(self, path: Path) -> None:
        path.write_bytes(faiss.serialize_index(self._index).tobytes())

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def similarities(self, vector: ArrayLike) -> Vectors:
        """The cosine of every row with `vector`, in row order; larger is nearer. Raises EmbeddingError."""
        query = np.array(vector, dtype=np.float32, ndmin=2)
        if query.shape[1] != self.dimension:
            raise EmbeddingError(f"the query has {query.shape[1]} dimensions, the index {self.dimension}")
        faiss.normalize_L2(query)
        scores, rows = self._index.search(query, len(self))
        ordered = np.empty(len(self), dtype=np.float32)
        ordered[rows[0]] = scores[0]
        return ordered
