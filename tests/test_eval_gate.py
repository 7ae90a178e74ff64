from dataclasses import replace
from pathlib import Path

import pytest

from eval.answers import GivenAnswer
from eval.baselines import bm25_alone, load_materials
from eval.dataset import KINDS, LabelledQuestion, load_questions
from eval.errors import ReportError
from eval.gate import QUESTIONS, fast_subset, judge, load_baseline, save_baseline
from eval.report import Report, Row
from eval.runner import evaluate
from eval.systems import assistant_system
from rag import PolicyAssistant, load_settings


@pytest.fixture(scope="module")
def subset() -> tuple[LabelledQuestion, ...]:
    return fast_subset(load_questions(QUESTIONS))


@pytest.fixture(scope="module")
def present(assistant: PolicyAssistant, subset: tuple[LabelledQuestion, ...]) -> Report:
    return evaluate(assistant_system(assistant), subset)


@pytest.mark.slow
def test_answers_are_not_worse_than_those_on_record(present: Report) -> None:
    verdict = judge(present, load_baseline())
    assert verdict.passed, {name: (gap.mean, gap.p) for name, gap in verdict.differences.items()}


def test_the_gate_fails_for_a_worse_system(subset: tuple[LabelledQuestion, ...]) -> None:
    worse = evaluate(bm25_alone(load_materials(load_settings())), subset)
    verdict = judge(worse, load_baseline())
    assert not verdict.passed
    assert verdict.differences["correct"].mean < -0.3


@pytest.mark.parametrize(
    ("lost", "won", "passed"), [(0, 0, True), (2, 0, True), (6, 0, False), (22, 16, True), (40, 30, False)]
)
def test_the_gate_weighs_how_large_and_how_likely_a_drop_is(lost: int, won: int, passed: bool) -> None:
    """Of 150: 2 lost are under two points; 6 are four points, p = .03; 22 against 16 may be chance; 10 are too many."""
    before = {str(n): {"correct": float(n < 150 - won)} for n in range(150)}
    now = [float(n >= lost) for n in range(150)]
    assert judge(_graded(now), before).passed is passed


def _graded(figures: list[float]) -> Report:
    rows = [
        Row(LabelledQuestion(str(n), "fact", "？"), GivenAnswer(str(n)), {"correct": value})
        for n, value in enumerate(figures)
    ]
    return Report("graded", "", "", tuple(rows))


def test_every_kind_is_in_the_fast_subset(subset: tuple[LabelledQuestion, ...]) -> None:
    assert {question.kind for question in subset} == {*KINDS} - {"owner-lookup"}
    assert 140 <= len(subset) <= 160
    assert {question.id for question in subset} == load_baseline().keys()


def test_figures_go_on_record_and_come_back(present: Report, tmp_path: Path) -> None:
    save_baseline(present, tmp_path / "baseline.json")
    verdict = judge(present, load_baseline(tmp_path / "baseline.json"))
    assert verdict.passed
    assert verdict.differences["correct"].p == 1.0


def test_other_questions_than_those_on_record_are_refused(present: Report) -> None:
    with pytest.raises(ReportError, match="differ from those on record"):
        judge(replace(present, rows=present.rows[1:]), load_baseline())
