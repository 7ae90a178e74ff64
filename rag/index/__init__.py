"""The document path: from chunks to an index folder and back."""
