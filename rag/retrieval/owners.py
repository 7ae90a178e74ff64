"""Which bureau a topic belongs to, and the items that prove it."""

from collections.abc import Sequence

import numpy as np

from rag.document.catalog import Catalog
from rag.types import Ownership, Passage

# A bureau's best items count, its many others do not: large bureaus would win on number.
_ITEMS_PER_BUREAU = 3


def rank_owners(passages: Sequence[Passage], catalog: Catalog, limit: int = 3) -> tuple[Ownership, ...]:
    """The `limit` bureaus with the strongest items; `passages` must hold all items, best first."""
    groups: dict[str, list[Passage]] = {}
    for passage in passages:
        if passage.item.section in catalog.bureaus:
            group = groups.setdefault(passage.item.section, [])
            if len(group) < _ITEMS_PER_BUREAU:
                group.append(passage)
    strength = {name: sum(p.score for p in group) / _ITEMS_PER_BUREAU for name, group in groups.items()}
    weights = np.exp(np.array(list(strength.values())))
    shares = dict(zip(strength, weights / weights.sum(), strict=True))
    ranked = sorted(strength, key=lambda name: -strength[name])[:limit]
    return tuple(
        Ownership(catalog.bureaus[name], float(shares[name]), tuple(p.item for p in groups[name])) for name in ranked
    )
