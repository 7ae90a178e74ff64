"""Which bureau a topic belongs to, and the items that prove it."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.document.catalog import Catalog
from rag.document.expansion import Profile
from rag.retrieval.search import Findings
from rag.retrieval.selection import strength
from rag.types import Ownership, Passage

# A bureau's best items count, its many others do not: large bureaus would win on number.
_ITEMS_PER_BUREAU = 3
# Items prove, duties only suggest; on 746 questions of the city's FAQ .5 and 1 were equally good.
_DUTIES = 0.5


def rank_bureaus(
    findings: Findings, duty_words: Mapping[str, float], catalog: Catalog, limit: int = 3
) -> tuple[Ownership, ...]:
    """The `limit` bureaus whose items and duties are nearest, however weak the evidence.

    `duty_words`: how each section's duties share the question's words (`Retriever.duty_words`).
    """
    groups = _best_items(findings.passages, catalog)
    names = list(groups)
    by_items = _z_scores([float(np.mean([p.score for p in groups[name]])) for name in names])
    by_duties = _z_scores([findings.duties.get(name, 0.0) for name in names])
    by_words = _z_scores([duty_words.get(name, 0.0) for name in names])
    total = by_items + _DUTIES * (by_duties + by_words)
    return _ownerships(dict(zip(names, map(float, np.exp(total)), strict=True)), groups, catalog)[:limit]


def group_owners(selected: Sequence[Passage], catalog: Catalog, limit: int = 6) -> tuple[Ownership, ...]:
    """The bureaus of the items on a topic, by the strength of their best item and the weight of the others."""
    groups = _best_items(selected, catalog)
    strengths = {name: max(strength(p) for p in group) for name, group in groups.items()}
    return _ownerships(strengths, groups, catalog)[:limit]


def owners_of(passages: Sequence[Passage], catalog: Catalog) -> tuple[Ownership, ...]:
    """The bureaus of items found by structure, by their number of items."""
    groups = _best_items(passages, catalog)
    counts = {name: float(sum(p.item.section == name for p in passages)) for name in groups}
    return _ownerships(counts, groups, catalog)


def find_elsewhere(folded: str, profiles: Sequence[Profile]) -> str:
    """Who handles a matter that people bring to the city though it is not the city's; empty where it is."""
    for profile in profiles:
        for entry in profile.not_ours:
            if entry.central and any(part in folded for part in entry.parts):
                return f"「{entry.topic}」由{entry.owner}處理，不是市府的業務。"
    return ""


def _best_items(passages: Sequence[Passage], catalog: Catalog) -> dict[str, list[Passage]]:
    groups: dict[str, list[Passage]] = {}
    for passage in passages:
        if passage.item.section in catalog.bureaus:
            group = groups.setdefault(passage.item.section, [])
            if len(group) < _ITEMS_PER_BUREAU:
                group.append(passage)
    return groups


def _ownerships(
    weights: Mapping[str, float], groups: Mapping[str, Sequence[Passage]], catalog: Catalog
) -> tuple[Ownership, ...]:
    total = sum(weights.values()) or 1.0
    ranked = sorted(weights, key=lambda name: -weights[name])
    return tuple(
        Ownership(catalog.bureaus[name], weights[name] / total, tuple(p.item for p in groups[name])) for name in ranked
    )


def _z_scores(values: Sequence[float]) -> NDArray[np.float64]:
    array = np.array(values, dtype=np.float64)
    centred: NDArray[np.float64] = array - array.mean()
    return centred / (array.std() or 1.0)
