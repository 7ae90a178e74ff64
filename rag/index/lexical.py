"""Lexical search over token lists: BM25, and how much of a topic's words a document covers.

Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond"; the library is bm25s.
"""

import math
from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from rag.text import tokenize

Scores = NDArray[np.float32]


class LexicalIndex:
    """BM25; one document a row. Built in a tenth of a second, so it is not kept on disk."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._bm25 = bm25s.BM25(method="lucene")
        self._bm25.index([list(tokens) for tokens in documents], show_progress=False)
        self._rows = len(documents)

    def scores(self, question: str) -> Scores:
        """The BM25 score of every row, in row order; 0 where no token is shared."""
        tokens = [token for token in tokenize(question) if token in self._bm25.vocab_dict]
        if not tokens:
            return np.zeros(self._rows, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(tokens), dtype=np.float32)


class WordCoverage:
    """The telling words of each document: bigrams, words and numbers; single characters tell too little."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        rows: dict[str, list[int]] = {}
        for row, tokens in enumerate(documents):
            for token in {token for token in tokens if len(token) > 1}:
                rows.setdefault(token, []).append(row)
        self._size = len(documents)
        self._rows = {token: np.array(held, dtype=np.int64) for token, held in rows.items()}
        self._idf = {token: math.log((len(documents) + 1) / (len(held) + 0.5)) for token, held in rows.items()}
        self._idf_unknown = math.log((len(documents) + 1) / 0.5)

    def shares(self, topic: str, *, count_unknown: bool) -> Scores:
        """The share (0 to 1) of a topic's telling words, weighted by rarity, that each row holds.

        `count_unknown`: words that no document holds count as missing, as the rarest of all.
        """
        asked = {token for token in tokenize(topic) if len(token) > 1}
        weights = {
            token: self._idf.get(token, self._idf_unknown) for token in asked if count_unknown or token in self._idf
        }
        total = sum(weights.values())
        covered = np.zeros(self._size)
        for token, weight in weights.items():
            if token in self._rows:
                covered[self._rows[token]] += weight
        return covered.astype(np.float32) / np.float32(total or 1)
