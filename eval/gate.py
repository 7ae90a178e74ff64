"""A fast check that answers have not become worse than those on record."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.dataset import LabelledQuestion
from eval.errors import ReportError
from eval.files import read_text, write_text
from eval.report import Report
from eval.statistics import Difference, paired_difference

QUESTIONS = Path(__file__).parent / "questions" / "guidelines_115.jsonl"
BASELINE = Path(__file__).parent / "baseline.json"
KEPT = ("correct", "retrieved@1", "cite_precision")
SIZE = 150
# A drop of more than two points fails where chance seldom makes one so large, and one of more than five always.
_DROP, _LARGE_DROP, _SIGNIFICANT = 0.02, 0.05, 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """`differences`: now minus then, of each kept figure."""

    passed: bool
    differences: Mapping[str, Difference]


class _Baseline(BaseModel):
    model_config = ConfigDict(extra="forbid")

    questions: dict[str, dict[str, float]]


def fast_subset(questions: Sequence[LabelledQuestion], size: int = SIZE) -> tuple[LabelledQuestion, ...]:
    """About `size` questions, evenly spaced within each kind, so that every kind keeps its share."""
    totals = Counter(question.kind for question in questions)
    wanted = {kind: max(1, round(count * size / len(questions))) for kind, count in totals.items()}
    seen: Counter[str] = Counter()
    chosen: list[LabelledQuestion] = []
    for question in questions:
        kind = question.kind
        place, seen[kind] = seen[kind], seen[kind] + 1
        if place * wanted[kind] // totals[kind] != (place - 1) * wanted[kind] // totals[kind]:
            chosen.append(question)
    return tuple(chosen)


def load_baseline(path: Path = BASELINE) -> dict[str, dict[str, float]]:
    """The kept figures by question id. Raises ReportError."""
    try:
        return _Baseline.model_validate_json(read_text(path, ReportError)).questions
    except ValidationError as error:
        raise ReportError(f"{path} is no baseline: {error.errors()[0]['msg']}") from error


def save_baseline(report: Report, path: Path = BASELINE) -> None:
    """Put a report on record. Raises ReportError."""
    kept = {
        row.question.id: {name: round(row.figures[name], 4) for name in KEPT if name in row.figures}
        for row in report.rows
    }
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(figures)}" for key, figures in kept.items())
    write_text(path, f'{{"questions": {{\n{lines}\n}}}}\n', ReportError)


def judge(report: Report, baseline: Mapping[str, Mapping[str, float]]) -> Verdict:
    """Compare a report with what is on record. Raises ReportError where the questions are not the same."""
    held = {row.question.id for row in report.rows}
    if held != baseline.keys():
        differing = sorted(held ^ baseline.keys())
        raise ReportError(
            f"{len(differing)} questions differ from those on record, {differing[0]} among them; "
            "look at the change, then run `python -m eval gate --record`"
        )
    differences: dict[str, Difference] = {}
    for name in KEPT:
        pairs = [
            (row.figures[name], baseline[row.question.id][name])
            for row in report.rows
            if name in row.figures and name in baseline[row.question.id]
        ]
        if pairs:
            differences[name] = paired_difference([now for now, _ in pairs], [then for _, then in pairs])
    correct = differences["correct"]
    significant = correct.mean < -_DROP and correct.p < _SIGNIFICANT
    return Verdict(not significant and correct.mean >= -_LARGE_DROP, differences)
