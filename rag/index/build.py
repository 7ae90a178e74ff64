"""The document path in one function: text -> items -> chunks -> vectors -> index."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from embeddings import Embedder
from embeddings.vector_index import VectorIndex, Vectors
from rag.document.catalog import load_bureaus, read_document
from rag.document.chunking import chunk_duties, chunk_items, chunk_questions
from rag.document.expansion import (
    Expansion,
    check_expansions,
    read_duties_text,
    read_expansions,
    read_profiles,
    read_questions_text,
)
from rag.document.parse import Guidelines, parse_guidelines
from rag.index.lexicon import make_lexicon
from rag.index.shipped import ShippedVectors
from rag.index.store import Origin, PolicyIndex, sha256_text
from rag.types import Chunk

Progress = Callable[[int, int], None]
# Small enough for a moving progress bar, large enough to keep the engine busy.
_BATCH = 16


def no_progress(done: int, total: int) -> None:
    """Work in silence."""


def build_index(
    text: str,
    embedder: Embedder,
    questions: Path | None = None,
    progress: Progress = no_progress,
    shipped: ShippedVectors | None = None,
) -> PolicyIndex:
    """Index a document; progress counts chunks. Vectors that are shipped are not made again.

    `questions`: resident questions for this document; without any, the shipped ones where it is the shipped document.
    Raises DocumentError.
    """
    guidelines = parse_guidelines(text, load_bureaus())
    expansions = find_expansions(text, questions)
    check_expansions(expansions, guidelines)
    chunks = make_chunks(guidelines, expansions)
    vectors = embed_chunks(chunks, embedder, progress, shipped)
    origin = Origin(guidelines.year, sha256_text(text), hash_hints(text, questions), embedder.identity)
    items = {item.id: item for item in guidelines.items}
    lexicon = make_lexicon(guidelines.items, chunks, expansions)
    return PolicyIndex(origin, items, lexicon, chunks, VectorIndex.build(vectors))


def find_expansions(text: str, questions: Path | None) -> list[Expansion]:
    """The resident questions that fit a document: item ids of one year mean other things in another."""
    return read_expansions(questions) if has_questions(text, questions) else []


def has_questions(text: str, questions: Path | None) -> bool:
    """Whether a document comes with resident questions: the shipped ones are for the shipped document alone."""
    return questions is not None or text == read_document(None)


def make_chunks(guidelines: Guidelines, expansions: Sequence[Expansion]) -> list[Chunk]:
    """All that is embedded, in row order."""
    return [*chunk_items(guidelines.items), *chunk_questions(expansions), *chunk_duties(read_profiles())]


def shipped_chunks() -> list[Chunk]:
    """The chunks of the shipped document, which the shipped vectors stand for."""
    text = read_document(None)
    return make_chunks(parse_guidelines(text, load_bureaus()), find_expansions(text, None))


def embed_chunks(
    chunks: Sequence[Chunk], embedder: Embedder, progress: Progress = no_progress, shipped: ShippedVectors | None = None
) -> Vectors:
    """One row a chunk. Items are embedded as documents; questions and duties as queries, for query-to-query search."""
    known = shipped.lookup(chunks, embedder.identity) if shipped else {}
    missing = [row for row in range(len(chunks)) if row not in known]
    made: list[list[float]] = []
    progress(len(known), len(chunks))
    for start in range(0, len(missing), _BATCH):
        batch = [chunks[row] for row in missing[start : start + _BATCH]]
        made += _embed(batch, embedder)
        progress(len(known) + len(made), len(chunks))
    rows = {**known, **{row: np.asarray(vector, dtype=np.float32) for row, vector in zip(missing, made, strict=True)}}
    return np.stack([rows[row] for row in range(len(chunks))])


def _embed(batch: Sequence[Chunk], embedder: Embedder) -> list[list[float]]:
    if all(chunk.source == "item" for chunk in batch):
        return embedder.model.embed_documents([chunk.text for chunk in batch])
    return [
        embedder.model.embed_documents([chunk.text])[0]
        if chunk.source == "item"
        else embedder.model.embed_query(chunk.text)
        for chunk in batch
    ]


def hash_hints(text: str, questions: Path | None) -> str:
    """What the resident questions and the duties come to; an index made of others is another index."""
    return sha256_text((read_questions_text(questions) if has_questions(text, questions) else "") + read_duties_text())
