"""What is shipped for search: resident questions, duties, and their vectors."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import Embedder
from embeddings.vector_index import VectorIndex
from rag.document.catalog import load_bureaus, load_guidelines, read_document
from rag.document.expansion import read_duties_text, read_expansions, read_profiles, read_questions_text
from rag.index.build import build_index, embed_chunks, shipped_chunks
from rag.index.shipped import ShippedVectors, hash_chunks, load_shipped
from rag.types import Chunk

ROOT = Path(__file__).parent.parent
ROWS: list[dict[str, Any]] = [json.loads(line) for line in read_questions_text(None).split("\n") if line]
# Shorter texts are names of topics, which are everybody's vocabulary.
_SHORTEST = 8
_NEARLY_COPIED = 0.75
SMALL = """高雄市政府 116 年度施政綱要
前言
施政要項
一、財政
(一) 開源節流。
"""


@pytest.fixture(scope="module")
def chunks() -> list[Chunk]:
    return shipped_chunks()


@pytest.fixture(scope="module")
def shipped() -> ShippedVectors:
    return load_shipped()


def test_every_item_has_a_line_and_no_line_speaks_of_another() -> None:
    assert [row["id"] for row in ROWS] == [item.id for item in load_guidelines().items]


@pytest.mark.parametrize(("language", "least"), [("zh", 5), ("en", 1), ("vi", 1), ("id", 1), ("ja", 1)])
def test_every_item_is_asked_for_in_every_language(language: str, least: int) -> None:
    assert [row["id"] for row in ROWS if len(set(row["questions"].get(language, []))) < least] == []


def test_every_item_has_everyday_words() -> None:
    assert [row["id"] for row in ROWS if not row["keywords"]] == []


def test_no_question_stands_under_two_items() -> None:
    items: dict[str, set[str]] = {}
    for row in read_expansions(None):
        for question in row.questions:
            items.setdefault(_dense(question), set()).add(row.item_id)
    assert {question: found for question, found in items.items() if len(found) > 1} == {}


def test_the_duties_cover_all_sections() -> None:
    profiles = read_profiles()
    assert sorted(profile.section for profile in profiles) == sorted(load_bureaus())
    assert all(len(profile.phrases) >= 20 and profile.summary for profile in profiles)


def _dense(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _grams(text: str) -> frozenset[str]:
    dense = _dense(text)
    return frozenset(dense[start : start + 4] for start in range(len(dense) - 3))


def _ours() -> list[str]:
    hints = [question for row in ROWS for group in row["questions"].values() for question in group]
    duties = [json.loads(line) for line in read_duties_text().split("\n") if line]
    return [*hints, *(phrase for row in duties for phrase in (*row["duties"], *row["questions"]))]


def _near_copies(questions: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of an evaluation question and a text of ours that is nearly the same."""
    texts = [text for text in dict.fromkeys(_ours()) if len(_dense(text)) >= _SHORTEST]
    grams = [_grams(text) for text in texts]
    holders: dict[str, list[int]] = {}
    for row, held in enumerate(grams):
        for gram in held:
            holders.setdefault(gram, []).append(row)
    found: list[tuple[str, str]] = []
    for question in questions:
        if len(_dense(question)) < _SHORTEST:
            continue
        asked = _grams(question)
        for row in {row for gram in asked for row in holders.get(gram, [])}:
            if len(asked & grams[row]) / len(asked | grams[row]) > _NEARLY_COPIED:
                found.append((question, texts[row]))
    return found


def _questions(path: Path) -> list[str]:
    questions = [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    assert questions
    return questions


def test_a_near_copy_is_noticed() -> None:
    ours = next(text for text in _ours() if len(_dense(text)) > 15)
    assert (f"{ours}？", ours) in _near_copies([f"{ours}？"])
    assert _near_copies(["這一題跟誰都不像，隨便寫寫罷了"]) == []


@pytest.mark.parametrize("name", ["dev_questions.jsonl", "faq_owner_dev.jsonl"])
def test_nothing_is_copied_from_the_development_questions(shared: Path, name: str) -> None:
    assert _near_copies(_questions(shared / "eval" / name)) == []


@pytest.mark.parametrize("path", sorted((ROOT / "eval" / "questions").glob("*.jsonl")), ids=lambda path: path.name)
def test_nothing_is_copied_from_the_evaluation_questions(path: Path) -> None:
    assert _near_copies(_questions(path)) == []


def test_the_shipped_vectors_are_those_of_the_shipped_chunks(
    shipped: ShippedVectors, chunks: list[Chunk], embedder: Embedder
) -> None:
    assert (shipped.embedder, shipped.chunks_sha256) == (embedder.identity, hash_chunks(chunks))
    assert len(shipped.rows) == len(chunks)
    assert np.linalg.norm(shipped.rows.astype(np.float32), axis=1) == pytest.approx(1, abs=2e-3)


def _least_cosine(shipped: ShippedVectors, chunks: list[Chunk], rows: list[int], embedder: Embedder) -> float:
    made = VectorIndex.build(embed_chunks([chunks[row] for row in rows], embedder)).rows(range(len(rows)))
    held = VectorIndex.build(shipped.rows[rows].astype(np.float32)).rows(range(len(rows)))
    return float((made * held).sum(axis=1).min())


def test_a_shipped_vector_is_what_the_embedder_makes(
    shipped: ShippedVectors, chunks: list[Chunk], embedder: Embedder
) -> None:
    rows = np.random.default_rng(115).choice(len(chunks), 60, replace=False).tolist()
    assert {chunks[row].source for row in rows} == {"item", "question", "duty"}
    assert _least_cosine(shipped, chunks, rows, embedder) > 0.999


# A vector in the wrong row would be followed by all behind it; every tenth row finds any run of ten.
@pytest.mark.slow
def test_shipped_vectors_all_along_are_what_the_embedder_makes(
    shipped: ShippedVectors, chunks: list[Chunk], embedder: Embedder
) -> None:
    assert _least_cosine(shipped, chunks, list(range(0, len(chunks), 10)), embedder) > 0.999


def test_the_shipped_document_is_indexed_without_embedding(
    shipped: ShippedVectors, chunks: list[Chunk], embedder: Embedder
) -> None:
    seen: list[tuple[int, int]] = []
    build_index(read_document(None), embedder, progress=lambda done, total: seen.append((done, total)), shipped=shipped)
    assert seen == [(len(chunks), len(chunks))]


@pytest.mark.parametrize("row", [0, 5000, -1])
def test_shipped_vectors_are_not_used_where_a_chunk_differs(
    shipped: ShippedVectors, chunks: list[Chunk], embedder: Embedder, row: int
) -> None:
    altered = list(chunks)
    altered[row] = replace(altered[row], text=altered[row].text + "。")
    assert len(shipped.lookup(chunks, embedder.identity)) == len(chunks)
    assert shipped.lookup(altered, embedder.identity) == {}


def test_shipped_vectors_are_not_used_where_chunks_are_missing_or_in_another_order(
    shipped: ShippedVectors, chunks: list[Chunk], embedder: Embedder
) -> None:
    assert shipped.lookup(chunks[:-1], embedder.identity) == {}
    assert shipped.lookup(chunks[::-1], embedder.identity) == {}


def test_shipped_vectors_are_not_used_for_another_embedder(shipped: ShippedVectors, chunks: list[Chunk]) -> None:
    assert shipped.lookup(chunks, "another model") == {}


def test_what_does_not_fit_is_embedded_anew(shipped: ShippedVectors, chunks: list[Chunk], embedder: Embedder) -> None:
    seen: list[tuple[int, int]] = []
    other = Embedder(embedder.model, "another model")
    few = ShippedVectors(shipped.embedder, hash_chunks(chunks[:20]), shipped.rows[:20])
    embed_chunks(chunks[:20], other, lambda done, total: seen.append((done, total)), few)
    assert (seen[0], seen[-1]) == ((0, 20), (20, 20))


def test_the_resident_questions_are_for_the_shipped_document_alone(
    embedder: Embedder, vectors_of: Callable[[str], ShippedVectors]
) -> None:
    sources = {chunk.source for chunk in build_index(SMALL, embedder, shipped=vectors_of(SMALL)).chunks}
    assert sources == {"item", "duty"}
