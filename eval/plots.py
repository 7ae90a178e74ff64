"""Plots as inline SVG. No Chinese in them: the machine may have no font for it."""

import io
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from eval.metrics import recall_at
from eval.report import Report
from eval.statistics import mean_interval, reliability

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DEPTH = 10
# What a browser neither needs nor shows, and the only addresses in the file.
_PROLOGUE = re.compile(r"^.*?(?=<svg)|<metadata>.*?</metadata>|\sxmlns(?::xlink)?=\"[^\"]*\"", re.DOTALL)


def draw(reports: Sequence[Report]) -> dict[str, str]:
    """SVG texts by title; the first report is the one looked at."""
    plots = {
        "Recall by k": _svg(lambda axes: _recall(axes, reports)),
        "Refusal trade-off": _svg(lambda axes: _refusals(axes, reports)),
        "Latency": _svg(lambda axes: _latency(axes, reports)),
    }
    if any(row.answer.relevance is not None for row in reports[0].rows):
        plots["Reliability"] = _svg(lambda axes: _reliability(axes, reports[0]))
    return plots


def _recall(axes: "Axes", reports: Sequence[Report]) -> None:
    depths = range(1, _DEPTH + 1)
    for number, report in enumerate(reports):
        rows = [row for row in report.rows if row.question.gold]
        if not rows:
            continue
        means = [
            mean_interval([recall_at(k, row.answer.retrieved, row.question.gold) or 0.0 for row in rows]).mean
            for k in depths
        ]
        axes.plot(depths, means, marker="o", markersize=3, label=_label(report, number))
    axes.set(xlabel="k", ylabel="recall@k", ylim=(0, 1.02))


def _refusals(axes: "Axes", reports: Sequence[Report]) -> None:
    for number, report in enumerate(reports):
        axes.plot(report.refusals.over, report.refusals.recall, "o", label=_label(report, number))
    axes.set(xlabel="answerable, refused (over-refusal)", ylabel="unanswerable, refused (recall)")
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))


def _latency(axes: "Axes", reports: Sequence[Report]) -> None:
    for number, report in enumerate(reports):
        taken = sorted(report.latencies)
        if taken:
            shares = [place / len(taken) for place in range(1, len(taken) + 1)]
            axes.plot([max(value, 0.1) for value in taken], shares, label=_label(report, number))
    axes.set(xlabel="milliseconds", ylabel="share answered within", xscale="log", ylim=(0, 1.02))


def _reliability(axes: "Axes", report: Report) -> None:
    rows = [row for row in report.rows if row.answer.relevance is not None]
    sure = [row.answer.relevance or 0.0 for row in rows]
    bins = reliability(sure, [row.question.answerable or bool(row.question.acceptable) for row in rows])
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    axes.plot([one.confidence for one in bins], [one.observed for one in bins], "o-", label=_label(report, 0))
    axes.set(xlabel="stated relevance", ylabel="topic in the document", xlim=(0, 1), ylim=(0, 1.02))


def _label(report: Report, number: int) -> str:
    """An ASCII name for the legend; `number` tells two systems of one name apart."""
    plain = report.system.encode("ascii", "replace").decode().replace("$", "")
    return plain if number == 0 else f"{number}: {plain}"


def _svg(paint: Callable[["Axes"], None]) -> str:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "eval", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(4.6, 3.2), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        paint(axes)
        axes.grid(visible=True, linewidth=0.3)
        if axes.get_legend_handles_labels()[0]:
            figure.legend(loc="outside lower center", ncols=2, fontsize=7)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return _PROLOGUE.sub("", buffer.getvalue())
