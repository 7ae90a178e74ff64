"""From items to what is embedded and searched for them."""

import re
from collections.abc import Iterable

from rag.document.expansion import Expansion, Profile
from rag.types import Chunk, PolicyItem

_NET_ZERO_TAG = re.compile(r"[(（]\s*淨零\s*[)）]")
_FORMULA = re.compile(r"\$([^$]*)\$")
_LATEX = ((r"\leq", "≤"), (r"\geq", "≥"), (r"\%", "%"))
_TEXT_COMMAND = re.compile(r"\\text\{([^}]*)\}")


def chunk_items(items: Iterable[PolicyItem]) -> list[Chunk]:
    """One chunk an item: items are short (129 tokens at most), and an item is what gets cited."""
    return [Chunk(item.id, "item", f"{item.office} {item.section}：{searchable_text(item)}") for item in items]


def chunk_questions(expansions: Iterable[Expansion]) -> list[Chunk]:
    """One chunk a resident's question: a question is nearer to a question than to an item."""
    return [Chunk(row.item_id, "question", question) for row in expansions for question in row.questions]


def chunk_duties(profiles: Iterable[Profile]) -> list[Chunk]:
    """One chunk a duty of a bureau, for topics that no item names."""
    return [Chunk(profile.section, "duty", phrase) for profile in profiles for phrase in profile.phrases]


def searchable_text(item: PolicyItem) -> str:
    """The item without its net-zero tag, which says nothing of its topic."""
    return plain_formulas(_NET_ZERO_TAG.sub("", item.text))


def plain_formulas(text: str) -> str:
    r"""The page extract writes ≤ 5% as $\leq 5\%$; this gives the printed form back."""

    def printed(match: re.Match[str]) -> str:
        formula = _TEXT_COMMAND.sub(r"\1", match[1])
        for command, character in _LATEX:
            formula = formula.replace(command, character)
        return formula.strip()

    return _FORMULA.sub(printed, text)


def questions_by_item(chunks: Iterable[Chunk]) -> dict[str, tuple[str, ...]]:
    """The resident questions among the chunks, by the item that they ask for."""
    questions: dict[str, list[str]] = {}
    for chunk in chunks:
        if chunk.source == "question":
            questions.setdefault(chunk.target, []).append(chunk.text)
    return {item_id: tuple(asked) for item_id, asked in questions.items()}
