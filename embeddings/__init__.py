"""Text in, vectors out, nearest neighbours back. Knows nothing of policy."""

from dataclasses import dataclass

from langchain_core.embeddings import Embeddings

from embeddings.errors import EmbeddingError

__all__ = ["BUNDLED", "Embedder", "EmbeddingError", "load_embedder"]

BUNDLED = "bundled"
_SENTENCE_TRANSFORMERS = "sentence-transformers:"


@dataclass(frozen=True, slots=True)
class Embedder:
    """A LangChain embedding model and what an index must remember of it: vectors of two identities never mix."""

    model: Embeddings
    identity: str


def load_embedder(name: str = BUNDLED, threads: int = 0, *, verify: bool = True) -> Embedder:
    """`bundled`, or `sentence-transformers:` and a model's name or folder.

    `threads`: 0 means as many as the machine has cores. `verify`: compare the bundled weights with their SHA-256
    (some 0.1 s); an index that was made by verified weights records their hash. Raises EmbeddingError.
    """
    if name == BUNDLED:
        from embeddings.bundled import load_bundled

        return Embedder(*load_bundled(threads, verify=verify))
    if name.startswith(_SENTENCE_TRANSFORMERS):
        from embeddings.sentence_transformer import load_sentence_transformer

        return Embedder(*load_sentence_transformer(name.removeprefix(_SENTENCE_TRANSFORMERS)))
    raise EmbeddingError(f"unknown embedder {name!r}; use {BUNDLED!r} or '{_SENTENCE_TRANSFORMERS}NAME_OR_FOLDER'")
