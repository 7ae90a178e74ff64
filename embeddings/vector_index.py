"""Exact inner-product search over unit vectors, kept in a FAISS file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

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

    def rows(self, numbers: Sequence[int]) -> Vectors:
        """The stored unit vectors of these rows."""
        return np.stack([self._index.reconstruct(int(number)) for number in numbers])

    def similarities(self, vector: ArrayLike) -> Vectors:
        """The cosine of every row with `vector`, in row order; larger is nearer. Raises EmbeddingError."""
        query = np.array(vector, dtype=np.float32, ndmin=2)
        if query.shape[1] != self.dimension:
            raise EmbeddingError(f"the query has {query.shape[1]} dimensions, the index {self.dimension}")
        faiss.normalize_L2(query)
        # Every row is wanted and no order: search(k=all) would sort them first, six times as slow.
        rows, scores = np.arange(len(self), dtype=np.int64), np.empty(len(self), dtype=np.float32)
        # The stubs of faiss leave this method out.
        flat: Any = self._index
        flat.compute_distance_subset(1, faiss.swig_ptr(query), len(self), faiss.swig_ptr(scores), faiss.swig_ptr(rows))
        return scores
