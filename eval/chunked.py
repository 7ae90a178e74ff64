"""The raw document in pieces, as textbook chains cut it, and which items stand in the pieces."""

import re
from collections.abc import Sequence
from functools import lru_cache

from eval.errors import SystemFailedError
from rag.types import PolicyItem

Span = tuple[int, int]
# LangChain's tutorial sizes, in characters.
_SIZE, _OVERLAP = 500, 50
# What the page extract puts between the characters of an item: line breaks, and the dash of a list.
_BETWEEN = re.compile(r"^- |\s", re.MULTILINE)


def split_for_langchain(text: str) -> list[Span]:
    """RecursiveCharacterTextSplitter with its default separators. Raises SystemFailedError where it is missing."""
    try:
        from langchain_text_splitters import RecursiveCharacterTextSplitter
    except ImportError as error:
        raise SystemFailedError(
            "textbook-langchain is left out: it needs langchain-text-splitters; pip install 'policyqa[eval]'"
        ) from error
    splitter = RecursiveCharacterTextSplitter(chunk_size=_SIZE, chunk_overlap=_OVERLAP, add_start_index=True)
    pieces = splitter.create_documents([text])
    return [
        (piece.metadata["start_index"], piece.metadata["start_index"] + len(piece.page_content)) for piece in pieces
    ]


def split_for_llama_index(text: str) -> list[Span]:
    """SentenceSplitter with its defaults (1,024 tokens, 200 shared). Raises SystemFailedError where it is missing."""
    try:
        from llama_index.core import Document
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.core.schema import TextNode
    except ImportError as error:
        raise SystemFailedError(
            "textbook-llama-index is left out: it needs llama-index-core; pip install llama-index-core"
        ) from error
    nodes = SentenceSplitter()([Document(text=text)])
    return [
        (node.start_char_idx, node.end_char_idx)
        for node in nodes
        if isinstance(node, TextNode) and node.start_char_idx is not None and node.end_char_idx is not None
    ]


def ranked_items(spans: Sequence[Span], text: str, items: Sequence[PolicyItem]) -> list[PolicyItem]:
    """The items of which most characters stand in the pieces together; by the piece that holds most of them."""
    found: list[tuple[int, int, PolicyItem]] = []
    for order, (item, (start, end)) in enumerate(zip(items, _places(text, tuple(items)), strict=True)):
        shares = [max(0, min(end, stop) - max(start, begin)) for begin, stop in spans]
        held = sum(any(begin <= place < stop for begin, stop in spans) for place in range(start, end))
        if held * 2 > end - start:
            found.append((shares.index(max(shares)), order, item))
    return [item for _, _, item in sorted(found, key=lambda entry: entry[:2])]


@lru_cache(maxsize=4)
def _places(text: str, items: tuple[PolicyItem, ...]) -> tuple[Span, ...]:
    """Where each item stands in the raw text, line breaks included."""
    between = {place for match in _BETWEEN.finditer(text) for place in range(*match.span())}
    kept = [place for place in range(len(text)) if place not in between]
    dense = "".join(text[place] for place in kept)
    places: list[Span] = []
    cursor = 0
    for item in items:
        wanted = re.sub(r"\s", "", item.text)
        cursor = dense.find(wanted, cursor)
        if cursor < 0:
            raise SystemFailedError(f"item {item.id} is not found in the raw text")
        places.append((kept[cursor], kept[cursor + len(wanted) - 1] + 1))
        cursor += len(wanted)
    return tuple(places)
