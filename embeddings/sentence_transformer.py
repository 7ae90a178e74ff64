"""Any sentence-transformers model, by name or folder (extra `models`)."""

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from embeddings.clean import encodable
from embeddings.errors import EmbeddingError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEmbeddings(Embeddings):
    """Unit vectors, with the model's own query and document prompts where it has some."""

    def __init__(self, model: "SentenceTransformer") -> None:
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if not texts:
            return []
        clean = [encodable(text) for text in texts]
        vectors: list[list[float]] = self._model.encode_document(clean, normalize_embeddings=True).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._model.encode_query(encodable(text), normalize_embeddings=True).tolist()
        return vector


def load_sentence_transformer(name: str) -> tuple[SentenceTransformerEmbeddings, str]:
    """The model and its identity; a folder is known by the hash of its weights. Raises EmbeddingError."""
    folder = Path(name)
    if folder.is_dir():
        # A folder needs no hub, but the library looks there all the same unless told not to.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EmbeddingError("this embedder needs the extra `models`: pip install 'policyqa[models]'") from error
    try:
        model = SentenceTransformer(name, local_files_only=folder.is_dir())
    except (OSError, ValueError) as error:
        raise EmbeddingError(f"cannot load the sentence-transformers model {name!r}: {error}") from error
    origin = f"{folder.name} sha256:{_digest(folder)}" if folder.is_dir() else name
    identity = f"sentence-transformers {origin} prompts:{sorted(model.prompts.items())}"
    return SentenceTransformerEmbeddings(model), identity


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".safetensors", ".bin", ".json"}):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
