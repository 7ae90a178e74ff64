import math

import numpy as np
import pytest

from eval.statistics import (
    area_under_curve,
    mean_interval,
    paired_difference,
    percentile,
    permutation_p,
    refusal_figures,
    reliability,
)


def test_the_bootstrap_interval_covers_the_true_mean_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(7)
    samples = [(generator.random(60) < 0.7).astype(float).tolist() for _ in range(200)]
    covered = [(found := mean_interval(sample, resamples=400)).low <= 0.7 <= found.high for sample in samples]
    assert 0.88 <= np.mean(covered) <= 0.99


def test_an_interval_is_the_same_every_time_and_narrows_with_more_questions() -> None:
    few, many = mean_interval([0.0, 1.0] * 10), mean_interval([0.0, 1.0] * 200)
    assert few == mean_interval([0.0, 1.0] * 10)
    assert (few.mean, few.n) == (0.5, 20)
    assert many.high - many.low < (few.high - few.low) / 2


def test_a_mean_is_rounded_as_exact_arithmetic_rounds_it() -> None:
    assert round(mean_interval([0.625, 0.875, 2 / 3, 1.0, 0.875, 1.0, 5 / 6, 0.9, 1.0, 1.0]).mean, 3) == 0.877


def test_identical_systems_do_not_differ() -> None:
    gap = paired_difference([1.0, 0.0, 0.5], [1.0, 0.0, 0.5])
    assert (gap.mean, gap.low, gap.high, gap.p) == (0.0, 0.0, 0.0, 1.0)


def test_p_is_that_of_the_exact_test() -> None:
    # All eight differences point one way: 2 of 2^8 sign patterns are as extreme.
    assert permutation_p([1.0] * 8) == pytest.approx(2 / 256, abs=0.003)
    assert permutation_p([1.0, -1.0] * 20) == 1.0


def test_p_is_uniform_enough_where_there_is_no_difference() -> None:
    generator = np.random.default_rng(3)
    values = [permutation_p(generator.normal(size=30).tolist(), permutations=400) for _ in range(200)]
    assert 0.01 <= np.mean([p < 0.05 for p in values]) <= 0.10


def test_figures_that_are_not_paired_are_refused() -> None:
    with pytest.raises(ValueError, match="pairs"):
        paired_difference([1.0], [1.0, 0.0])


def test_refusal_as_a_decision() -> None:
    figures = refusal_figures([True, True, True, False, False], [True, False, False, True, True])
    assert [figures.precision, figures.recall, figures.over] == pytest.approx([2 / 3, 1.0, 1 / 3])
    assert figures.f1 == pytest.approx(0.8)


def test_nothing_refused_is_no_division_by_nothing() -> None:
    assert refusal_figures([True], [False]).f1 == 0.0


def test_reliability_compares_confidence_with_what_came_true() -> None:
    low, high = reliability([0.1, 0.15, 0.95, 1.0], [False, False, True, False])
    assert [low.confidence, low.observed, low.n] == pytest.approx([0.125, 0.0, 2])
    assert [high.confidence, high.observed, high.n] == pytest.approx([0.975, 0.5, 2])


def test_area_under_the_curve_counts_ties_half() -> None:
    assert area_under_curve([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == 0.875
    assert math.isnan(area_under_curve([0.9], [True]))


def test_latency_percentiles() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([7.0], 0.95)) == (50.5, 95.0, 7.0)
