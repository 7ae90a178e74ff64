"""Refits the logistic model of "the topic stands in the items" that `rag.retrieval.evidence` refuses by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.dataset import LabelledQuestion
from eval.errors import DatasetError
from eval.statistics import area_under_curve
from rag import PolicyAssistant
from rag.answer_format import turns
from rag.retrieval.evidence import relevance_features

Matrix = NDArray[np.float64]
_SEED, _FOLDS = 115, 10
_L2 = 0.003
_NEWTON_STEPS = 12
# The kinds that the model decides over; the others are answered from the catalog.
_DECIDED = {"fact", "number", "followup", "other-language", "owner", "list", "oos", "adversarial", "owner-lookup"}
# Real questions to the city: most ask about things that the guidelines do not contain, some about things they do.
_MOSTLY_UNANSWERED = 0.5
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6)


@dataclass(frozen=True, slots=True)
class Sample:
    """One row a question; `weights`: how much each counts. `labelled`: False for rows of an owner look-up."""

    features: Matrix
    positive: NDArray[np.bool_]
    weights: NDArray[np.float64]
    labelled: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The constant and one weight a feature; `probabilities` are cross-validated, in the order of the sample."""

    weights: tuple[float, ...]
    probabilities: tuple[float, ...]
    sample: Sample

    @property
    def area(self) -> float:
        """Area under the curve over the labelled questions, cross-validated."""
        return self._area(~self.sample.positive & self.sample.labelled)

    @property
    def area_of_lookups(self) -> float:
        """The same with the rows of owner look-ups as the negatives; not a number without any."""
        return self._area(~self.sample.labelled)

    def refused(self, threshold: float) -> tuple[float, float, float]:
        """The share refused below a threshold: of positives, of labelled negatives, of owner look-ups."""
        below = np.asarray(self.probabilities) < threshold
        positive, labelled = self.sample.positive, self.sample.labelled
        groups = (positive, ~positive & labelled, ~labelled)
        wrong, right, lookups = (float(below[group].mean()) if group.any() else float("nan") for group in groups)
        return wrong, right, lookups

    def _area(self, negative: NDArray[np.bool_]) -> float:
        taken = self.sample.positive | negative
        return area_under_curve(np.asarray(self.probabilities)[taken].tolist(), self.sample.positive[taken].tolist())


def gather(
    assistant: PolicyAssistant, questions: Sequence[LabelledQuestion], progress: Callable[[int, int], None]
) -> Sample:
    """The features of every question that the model decides over. Raises DatasetError where one side has none."""
    decided = [question for question in questions if question.kind in _DECIDED]
    rows: list[tuple[float, ...]] = []
    for done, question in enumerate(decided, start=1):
        found = assistant.findings(question.question, turns(question.record.history))
        rows.append(relevance_features(*found))
        progress(done, len(decided))
    labelled = np.array([question.kind != "owner-lookup" for question in decided], dtype=bool)
    topical = np.array([question.answerable or bool(question.acceptable) for question in decided], dtype=bool)
    positive = topical & labelled
    if not positive.any() or positive.all():
        raise DatasetError("the questions are all in the document or all outside: there is nothing to tell apart")
    return Sample(np.array(rows), positive, np.where(labelled, 1.0, _MOSTLY_UNANSWERED), labelled)


def calibrate(sample: Sample) -> Calibration:
    """Fit on all, and cross-validate by ten folds."""
    folds = np.random.default_rng(_SEED).permutation(len(sample.positive)) % _FOLDS
    probabilities = np.empty(len(sample.positive))
    for fold in range(_FOLDS):
        held_out = folds == fold
        weights = fit(sample.features[~held_out], sample.positive[~held_out], sample.weights[~held_out])
        probabilities[held_out] = probability(weights, sample.features[held_out])
    fitted = fit(sample.features, sample.positive, sample.weights)
    return Calibration(tuple(fitted.tolist()), tuple(probabilities.tolist()), sample)


def fit(features: Matrix, positive: NDArray[np.bool_], weights: NDArray[np.float64]) -> Matrix:
    """Logistic regression by Newton steps; L2 on the mean loss, but for the constant.

    Negatives, the rarer side, count by the square root of the ratio: between as they come and evenly balanced.
    """
    design = np.column_stack([np.ones(len(features)), features])
    negatives = weights[~positive].sum()
    balance = float(np.sqrt(weights[positive].sum() / negatives)) if negatives else 1.0
    each = np.where(positive, weights, weights * balance)
    each = each / each.sum()
    penalty = np.full(design.shape[1], _L2)
    penalty[0] = 1e-9
    coefficients = np.zeros(design.shape[1])
    for _ in range(_NEWTON_STEPS):
        predicted = probability(coefficients, features)
        gradient = design.T @ (each * (predicted - positive)) + penalty * coefficients
        curvature = (design * (each * predicted * (1 - predicted))[:, None]).T @ design + np.diag(penalty)
        coefficients = coefficients - np.linalg.solve(curvature, gradient)
    return coefficients


def probability(weights: Matrix, features: Matrix) -> Matrix:
    """Of each row; a constant and one weight a column."""
    scores: Matrix = weights[0] + features @ weights[1:]
    # Beyond 30 the exponential only overflows.
    return 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
