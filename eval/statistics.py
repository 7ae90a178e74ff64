"""Means with their uncertainty, and tests of differences. Seeded: the same figures give the same interval."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
from numpy.typing import NDArray

_SEED = 115
RESAMPLES = 2000
PERMUTATIONS = 10_000
# Rows drawn at once: bounds the memory of a large set.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `n` questions and its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """System minus other over the same questions: the mean difference, its 95 % interval, and p of no difference."""

    mean: float
    low: float
    high: float
    n: int
    p: float


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refusing as a two-way decision. `over`: the share of answerable questions refused."""

    precision: float
    recall: float
    f1: float
    over: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence: how sure the system was, and how often the topic was there."""

    confidence: float
    observed: float
    n: int


def mean_interval(values: Sequence[float], resamples: int = RESAMPLES) -> Estimate:
    """The mean with its percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13)."""
    if not values:
        raise ValueError("no value has no mean")
    array = np.asarray(values, dtype=np.float64)
    means = _resampled_means(array, resamples)
    low, high = np.quantile(means, [0.025, 0.975])
    # Exact: a mean of floats in floats ends up on either side of a half, and of the third decimal.
    return Estimate(mean(values), float(low), float(high), len(array))


def paired_difference(values: Sequence[float], others: Sequence[float]) -> Difference:
    """Two systems over the same questions, in the same order."""
    if len(values) != len(others):
        raise ValueError("paired figures come in pairs")
    gaps = [value - other for value, other in zip(values, others, strict=True)]
    estimate = mean_interval(gaps)
    return Difference(estimate.mean, estimate.low, estimate.high, estimate.n, permutation_p(gaps))


def permutation_p(gaps: Sequence[float], permutations: int = PERMUTATIONS) -> float:
    """Two-sided p of the paired permutation test: signs of the differences flipped at random (Fisher 1935).

    The observed order counts as one of the permutations, so that p is never 0.
    """
    array = np.asarray(gaps, dtype=np.float64)
    # Questions on which the systems agree change no sum; leaving them out saves the time.
    array = array[array != 0]
    if not array.size:
        return 1.0
    generator = np.random.default_rng(_SEED)
    observed = abs(float(array.sum()))
    extreme = 0
    for start in range(0, permutations, _BATCH):
        signs = generator.choice([-1.0, 1.0], size=(min(_BATCH, permutations - start), array.size))
        extreme += int((np.abs(signs @ array) >= observed - 1e-9).sum())
    return (extreme + 1) / (permutations + 1)


def refusal_figures(answerable: Sequence[bool], refused: Sequence[bool]) -> Refusals:
    """How well refusing tells unanswerable questions from answerable ones; 0 for a share of nothing."""
    pairs = list(zip(answerable, refused, strict=True))
    right = sum(denied and not known for known, denied in pairs)
    precision = _share(right, sum(denied for _, denied in pairs))
    recall = _share(right, sum(not known for known, _ in pairs))
    over = _share(sum(denied and known for known, denied in pairs), sum(known for known, _ in pairs))
    return Refusals(precision, recall, _share(2 * precision * recall, precision + recall), over)


def reliability(confidences: Sequence[float], outcomes: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Stated confidence against observed frequency, in bins of equal width; empty ones are left out."""
    sure, true = np.asarray(confidences, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    places = np.minimum((sure * bins).astype(int), bins - 1)
    return [
        Bin(float(sure[places == place].mean()), float(true[places == place].mean()), int((places == place).sum()))
        for place in range(bins)
        if (places == place).any()
    ]


def area_under_curve(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """The chance that a positive has the higher score of a random pair; ties count half (Mann & Whitney 1947)."""
    values, truth = np.asarray(scores), np.asarray(positive, dtype=bool)
    gaps = values[truth][:, None] - values[~truth][None, :]
    return float((gaps > 0).mean() + (gaps == 0).mean() / 2) if gaps.size else math.nan


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of all values do not exceed (nearest rank, rounded down); the median at 0.5."""
    ordered = sorted(values)
    if share == 0.5:
        return float(np.median(ordered))
    return ordered[max(int(share * len(ordered)) - 1, 0)]


def mean_of_each(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> dict[str, Estimate]:
    """Every figure over the rows that have it."""
    columns = {name: [row[name] for row in rows if name in row] for name in names}
    return {name: mean_interval(values) for name, values in columns.items() if values}


def _resampled_means(array: NDArray[np.float64], resamples: int) -> NDArray[np.float64]:
    generator = np.random.default_rng(_SEED)
    means = [
        array[generator.integers(0, array.size, size=(min(_BATCH, resamples - start), array.size))].mean(axis=1)
        for start in range(0, resamples, _BATCH)
    ]
    return np.concatenate(means)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
