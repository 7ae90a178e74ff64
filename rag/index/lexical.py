"""BM25 over Chinese characters and bigrams.

Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond"; the library is bm25s.
"""

from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from rag.text import tokenize


class LexicalIndex:
    """One document a row. Built in some 50 ms, so it is not kept on disk."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._bm25 = bm25s.BM25(method="lucene")
        self._bm25.index([tokenize(text) for text in texts], show_progress=False)
        self._rows = len(texts)

    def scores(self, question: str) -> NDArray[np.float32]:
        """The BM25 score of every row, in row order; 0 where no token is shared."""
        tokens = [token for token in tokenize(question) if token in self._bm25.vocab_dict]
        if not tokens:
            return np.zeros(self._rows, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(tokens), dtype=np.float32)
