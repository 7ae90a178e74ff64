"""The document path in one function: text -> items -> chunks -> vectors -> index."""

from collections.abc import Callable

from embeddings import Embedder
from embeddings.vector_index import VectorIndex
from rag.document.catalog import load_bureaus
from rag.document.chunking import chunk_items
from rag.document.parse import parse_guidelines
from rag.index.store import Origin, PolicyIndex, sha256_text

Progress = Callable[[int, int], None]
# Small enough for a moving progress bar, large enough to keep the engine busy.
_BATCH = 16


def no_progress(done: int, total: int) -> None:
    """Work in silence."""


def build_index(text: str, embedder: Embedder, progress: Progress = no_progress) -> PolicyIndex:
    """Index a document; progress counts chunks. Raises DocumentError."""
    guidelines = parse_guidelines(text, load_bureaus())
    chunks = chunk_items(guidelines.items)
    vectors: list[list[float]] = []
    progress(0, len(chunks))
    for start in range(0, len(chunks), _BATCH):
        vectors += embedder.model.embed_documents([chunk.text for chunk in chunks[start : start + _BATCH]])
        progress(len(vectors), len(chunks))
    origin = Origin(guidelines.year, sha256_text(text), embedder.identity)
    return PolicyIndex(origin, {item.id: item for item in guidelines.items}, chunks, VectorIndex.build(vectors))
