"""What can go wrong with what is kept."""

from rag.errors import RagError


class RecordsError(RagError):
    """The records cannot be opened, read or written; the message names the file."""
