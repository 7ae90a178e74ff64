"""Text that every engine can take."""


def encodable(text: str) -> str:
    """Without NUL, which ends a C string, and without lone surrogates, which UTF-8 cannot hold."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
