"""How nearly one question copies another."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

LENGTH = 4
# Shorter texts share their few 4-grams by chance.
_LEAST_CHARACTERS = 8


def near_copies(texts: Iterable[str], others: Iterable[str], most: float) -> Iterator[tuple[str, str, float]]:
    """Pairs whose Jaccard index of character 4-grams, punctuation and spaces dropped, exceeds `most` (0 to 1)."""
    candidates = [(other, grams) for other in others if (grams := _grams(other))]
    holding: dict[str, list[int]] = defaultdict(list)
    for place, (_, grams) in enumerate(candidates):
        for gram in grams:
            holding[gram].append(place)
    for text in texts:
        grams = _grams(text)
        shared = Counter(place for gram in grams for place in holding.get(gram, ()))
        for place, count in shared.items():
            index = count / (len(grams) + len(candidates[place][1]) - count)
            if index > most:
                yield text, candidates[place][0], index


def _grams(text: str) -> frozenset[str]:
    plain = re.sub(r"[\W_]+", "", text)
    if len(plain) < _LEAST_CHARACTERS:
        return frozenset()
    return frozenset(plain[start : start + LENGTH] for start in range(len(plain) - LENGTH + 1))
