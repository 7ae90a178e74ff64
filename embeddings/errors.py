"""What can go wrong below rag/."""


class EmbeddingError(Exception):
    """An embedding model or a vector file cannot be used; the message says why and what to do."""
