"""Two reports over the same questions: where they differ, and whether by more than chance."""

from eval.metrics import FIGURES
from eval.report import Report
from eval.statistics import Difference, paired_difference


def compare(report: Report, other: Report) -> dict[str, Difference]:
    """Paired differences of every figure, over the questions that both reports measure it for."""
    theirs = {row.question.id: row.figures for row in other.rows}
    differences: dict[str, Difference] = {}
    for name in FIGURES:
        pairs = [
            (row.figures[name], theirs[row.question.id][name])
            for row in report.rows
            if name in row.figures and name in theirs.get(row.question.id, {})
        ]
        if pairs:
            differences[name] = paired_difference([ours for ours, _ in pairs], [other for _, other in pairs])
    return differences
