"""Tables for the terminal, in Markdown, so that they can stand in a document as they are."""

from collections.abc import Mapping, Sequence

from eval.report import COLUMNS, Report
from eval.speed import Wait
from eval.statistics import Difference, Estimate, percentile


def means_table(reports: Sequence[Report]) -> str:
    """Every figure with its 95 % interval, one column a system."""
    rows = [
        [name, *(_interval(report.figures.get(name)) for report in reports)]
        for name in COLUMNS
        if any(name in report.figures for report in reports)
    ]
    return _table(["", *(f"{report.system} (n={len(report.rows)})" for report in reports)], rows)


def comparison_table(differences: Mapping[str, Difference]) -> str:
    """Paired differences with 95 % intervals and p."""
    rows = [[name, str(gap.n), _interval(gap, sign="+"), f"{gap.p:.4f}"] for name, gap in differences.items()]
    return _table(["", "n", "difference", "p"], rows)


def refusal_line(report: Report) -> str:
    """Refusal as a decision, and latency."""
    figures = report.refusals
    line = (
        f"refusal: precision {figures.precision:.3f}, recall {figures.recall:.3f}, F1 {figures.f1:.3f}; "
        f"over-refusal {figures.over:.3f}"
    )
    if not report.latencies:
        return line
    p50, p95 = (percentile(report.latencies, share) for share in (0.5, 0.95))
    return f"{line}; latency p50 {p50:.1f} ms, p95 {p95:.1f} ms"


def waits_table(waits: Sequence[Wait]) -> str:
    """Milliseconds to the first words; last, the 95th percentile as a multiple of the first row's median."""
    alone = percentile(waits[0].first_words, 0.5)
    heads = ["first words", "n", "median ms", "95th percentile ms", "against one alone"]
    return _table(heads, [_wait_row(wait, alone) for wait in waits])


def _wait_row(wait: Wait, alone: float) -> list[str]:
    median, late = (percentile(wait.first_words, share) for share in (0.5, 0.95))
    return [wait.who, str(len(wait.first_words)), f"{median:.0f}", f"{late:.0f}", f"{late / alone:.1f}"]


def _interval(estimate: Estimate | Difference | None, sign: str = "") -> str:
    if estimate is None:
        return ""
    return f"{estimate.mean:{sign}.3f} [{estimate.low:{sign}.3f}, {estimate.high:{sign}.3f}]"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---", *("--:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))
