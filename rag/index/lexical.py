"""Lexical search over token lists: BM25, and how much of a topic's words a document covers.

Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond"; the library is bm25s.
"""

import math
from collections import Counter
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
        self._held = [frozenset(token for token in tokens if len(token) > 1) for tokens in documents]
        counts = Counter(token for held in self._held for token in held)
        self._idf = {token: math.log((len(documents) + 1) / (count + 0.5)) for token, count in counts.items()}
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
        if not total:
            return np.zeros(len(self._held), dtype=np.float32)
        covered = [sum(weight for token, weight in weights.items() if token in held) for held in self._held]
        return np.asarray(covered, dtype=np.float32) / np.float32(total)
