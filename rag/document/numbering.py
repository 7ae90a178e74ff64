"""Items as a chat model is shown them: one a line, behind the marker that it cites them by."""

from collections.abc import Callable, Iterable

from rag.document.chunking import plain_formulas
from rag.types import PolicyItem


def number_items(items: Iterable[PolicyItem], name: Callable[[PolicyItem], str]) -> str:
    """`name`: what stands between marker and text."""
    return "\n".join(
        f"[{marker}] {name(item)}：{plain_formulas(item.text)}" for marker, item in enumerate(items, start=1)
    )
