"""Dense and lexical search over items and the questions that residents ask about them, fused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings import Embedder
from rag.index.lexical import LexicalIndex, WordCoverage
from rag.index.store import PolicyIndex
from rag.retrieval.centrality import pick_central
from rag.types import Passage, PolicyItem, Source

Scores = NDArray[np.float32]
# An item's nearest questions: three say more than one (a single near miss is chance), and items have seven or more.
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Findings:
    """All items, best first, and how near (cosine) each section's duties are to the question."""

    passages: tuple[Passage, ...]
    duties: Mapping[str, float]


class Retriever:
    """All items against one question: some hundred items want no shortlist."""

    def __init__(self, index: PolicyIndex, embedder: Embedder) -> None:
        self._index, self._embedder = index, embedder
        # Each sentence of an answer is held against the same few items.
        self._embed_item = lru_cache(maxsize=64)(embedder.model.embed_query)
        self._ids = list(index.items)
        self._sections = list(dict.fromkeys(chunk.target for chunk in index.chunks if chunk.source == "duty"))
        self._item_rows = self._vector_rows("item", self._ids)
        self._question_rows = self._vector_rows("question", self._ids)
        self._duty_rows = self._vector_rows("duty", self._sections)
        self._lexical = LexicalIndex(index.lexicon.asked)
        self._words = WordCoverage(index.lexicon.asked)
        self._verbatim = WordCoverage(index.lexicon.verbatim)

    def _vector_rows(self, source: Source, targets: Sequence[str]) -> NDArray[np.int64]:
        return _rows([chunk.target if chunk.source == source else "" for chunk in self._index.chunks], targets)

    @cached_property
    def _duty_lexical(self) -> LexicalIndex:
        """Made when a bureau is first looked for: most questions do not ask for one."""
        return LexicalIndex(self._index.lexicon.duties)

    def duty_words(self, question: str) -> dict[str, float]:
        """How each section's duties share the words of a question (BM25)."""
        sections = [chunk.target for chunk in self._index.chunks if chunk.source == "duty"]
        nearest = _nearest(self._duty_lexical.scores(question), _rows(sections, self._sections), _NEAREST)
        return dict(zip(self._sections, nearest.tolist(), strict=True))

    def search(self, question: str, topic: str = "") -> Findings:
        """Every item with its score: the sum of z-scores of the searches, which kept the gaps between scores.

        `topic`: the question's telling words, for coverage; default the question.
        """
        topic = topic or question
        similarities = self._index.vectors.similarities(self._embedder.model.embed_query(question))
        searches = {
            "item": _nearest(similarities, self._item_rows, 1),
            "question": _nearest(similarities, self._question_rows, _NEAREST),
            "lexical": self._lexical.scores(question),
        }
        fused: Scores = np.stack([_z_scores(scores) for scores in searches.values()]).sum(axis=0, dtype=np.float32)
        duties = dict(zip(self._sections, _nearest(similarities, self._duty_rows, _NEAREST).tolist(), strict=True))
        searches["verbatim"] = self._verbatim.shares(topic, count_unknown=False)
        searches["words"] = self._words.shares(topic, count_unknown=False)
        searches["telling"] = self._words.shares(topic, count_unknown=True)
        return Findings(self._passages(fused, searches), duties)

    def similarity(self, text: str, item: PolicyItem) -> float:
        """How near a text is to an item in meaning (cosine, both embedded as questions), whatever their languages."""
        return float(np.dot(self._embedder.model.embed_query(text), self._embed_item(item.text)))

    def central(self, item_ids: Sequence[str], count: int) -> list[str]:
        """The `count` items that stand for all of these, most central first."""
        rows = [int(self._item_rows[self._ids.index(item_id), 0]) for item_id in item_ids]
        return [item_ids[place] for place in pick_central(self._index.vectors.rows(rows), count)]

    def _passages(self, fused: Scores, searches: Mapping[str, Scores]) -> tuple[Passage, ...]:
        order = np.argsort(-fused, kind="stable")
        names = tuple(searches)
        # Lists of all at once: number by number, numpy took a fifth of an answer's time.
        found = zip(
            order.tolist(),
            fused[order].tolist(),
            np.stack([_places(scores) for scores in searches.values()], axis=1)[order].tolist(),
            np.stack(tuple(searches.values()), axis=1)[order].tolist(),
            strict=True,
        )
        return tuple(
            Passage(
                self._index.items[self._ids[row]],
                score,
                dict(zip(names, ranks, strict=True)),
                dict(zip(names, scores, strict=True)),
            )
            for row, score, ranks, scores in found
        )


def _rows(of: Sequence[str], targets: Sequence[str]) -> NDArray[np.int64]:
    """The places in `of` of each target, one target a row, filled up with -1."""
    rows: dict[str, list[int]] = {target: [] for target in targets}
    for row, target in enumerate(of):
        if target in rows:
            rows[target].append(row)
    width = max((len(row) for row in rows.values()), default=0) or 1
    return np.array([row + [-1] * (width - len(row)) for row in rows.values()], dtype=np.int64).reshape(-1, width)


def _nearest(similarities: Scores, rows: NDArray[np.int64], count: int) -> Scores:
    """For each target the mean of its `count` best similarities (of all, where it has fewer); -1 where it has none."""
    best = np.where(rows >= 0, similarities[rows], -2.0)
    best = -np.sort(-best, axis=1)[:, :count]
    held = best > -2.0
    total = np.where(held, best, 0.0).sum(axis=1)
    return np.where(held.any(axis=1), total / np.maximum(held.sum(axis=1), 1), -1.0).astype(np.float32)


def _z_scores(scores: Scores) -> Scores:
    centred: Scores = scores - scores.mean()
    spread = float(scores.std())
    return centred / spread if spread else np.zeros_like(scores)


def _places(scores: Scores) -> NDArray[np.int64]:
    order = np.argsort(-scores, kind="stable")
    places = np.empty(len(scores), dtype=np.int64)
    places[order] = np.arange(1, len(scores) + 1)
    return places
