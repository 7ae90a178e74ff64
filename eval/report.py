"""A report: what one system answered to each question, with its figures; kept as report.json."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from eval.answers import GivenAnswer, read_answer, to_record
from eval.dataset import KINDS, LabelledQuestion
from eval.errors import ReportError
from eval.files import read_text, write_text
from eval.metrics import FIGURES, measure
from eval.statistics import Estimate, Refusals, mean_of_each, percentile, refusal_figures
from eval.support import sentence_support
from rag.errors import describe_misfit
from rag.types import PolicyItem

FORMAT = 1
REPORT = "report.json"
# Given by a chat model, where one was asked to judge; no figure that `measure` can take.
JUDGED = "judged"
COLUMNS = (*FIGURES, JUDGED)
_AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Row:
    """One question, what was answered, and every figure that applies."""

    question: LabelledQuestion
    answer: GivenAnswer
    figures: Mapping[str, float]


@dataclass(frozen=True)
class Report:
    """`questions`: the name of the file. `date`: of the run, ISO 8601."""

    system: str
    questions: str
    date: str
    rows: tuple[Row, ...]

    @cached_property
    def figures(self) -> dict[str, Estimate]:
        return mean_of_each([row.figures for row in self.rows], COLUMNS)

    @cached_property
    def refusals(self) -> Refusals:
        known = [row.question.answerable for row in self.rows]
        return refusal_figures(known, [bool(row.figures["refused"]) for row in self.rows])

    @cached_property
    def latencies(self) -> list[float]:
        """Milliseconds of each answer, in the order of the questions."""
        return [row.answer.latency_ms for row in self.rows if row.answer.latency_ms is not None]

    def of_kind(self, kind: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.question.kind == kind)

    @property
    def kinds(self) -> tuple[str, ...]:
        held = {row.question.kind for row in self.rows}
        return tuple(kind for kind in KINDS if kind in held)


def make_row(question: LabelledQuestion, answer: GivenAnswer, items: Mapping[str, PolicyItem]) -> Row:
    """Measure one answer; without items, the support of its sentences is left out."""
    figures = measure(question, answer)
    support = sentence_support(answer, items) if items else None
    return Row(question, answer, figures if support is None else {**figures, "support": support})


def summary(report: Report) -> dict[str, Any]:
    """All means, rounded to three decimals: per kind, over ALL, refusal and latency."""
    table: dict[str, Any] = {"ALL": _rounded(report.rows)}
    table |= {kind: _rounded(report.of_kind(kind)) for kind in report.kinds}
    table["refusal"] = {name: round(value, 3) for name, value in asdict(report.refusals).items()}
    if report.latencies:
        p50, p95 = (percentile(report.latencies, share) for share in (0.5, 0.95))
        table["latency_ms"] = {"p50": round(p50, 1), "p95": round(p95, 1)}
    return table


def _rounded(rows: Sequence[Row]) -> dict[str, float]:
    means = mean_of_each([row.figures for row in rows], COLUMNS)
    return {"n": len(rows)} | {name: round(estimate.mean, 3) for name, estimate in means.items()}


def save_run(folder: Path, report: Report, others: Iterable[Report] = ()) -> None:
    """Write a report, and those it is compared with, into a folder. Raises ReportError."""
    write_text(folder / REPORT, _to_json(report), ReportError)
    for old in (folder / _AGAINST).glob("*.json"):
        old.unlink()
    for place, other in enumerate(others, start=1):
        write_text(folder / _AGAINST / f"{place:02}.json", _to_json(other), ReportError)


def load_run(folder: Path) -> tuple[Report, tuple[Report, ...]]:
    """A report and those it is compared with. Raises ReportError."""
    others = sorted((folder / _AGAINST).glob("*.json"))
    return load_report(folder / REPORT), tuple(load_report(path) for path in others)


class _RowRecord(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: dict[str, Any]
    answer: dict[str, Any]
    figures: dict[str, float]


class _ReportRecord(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: int
    system: str
    questions: str
    date: str
    summary: dict[str, Any]
    rows: list[_RowRecord]


_QUESTION = TypeAdapter(LabelledQuestion)


def load_report(path: Path) -> Report:
    """Read a report.json. Raises ReportError."""
    text = read_text(path, ReportError)
    try:
        record = _ReportRecord.model_validate_json(text)
        if record.format != FORMAT or not record.rows:
            raise ReportError(f"{path} is a report of another format; run `python -m eval run` again")
        rows = tuple(
            Row(_QUESTION.validate_python(row.question), _answer(row.answer, path), row.figures) for row in record.rows
        )
    except ValidationError as error:
        raise ReportError(f"{path} is no report: {describe_misfit(error)}") from error
    return Report(record.system, record.questions, record.date, rows)


def _answer(record: Mapping[str, Any], path: Path) -> GivenAnswer:
    if record.get("grounding") is None:
        return GivenAnswer(str(record.get("id", "")))
    return read_answer(record, str(path))


def _to_json(report: Report) -> str:
    rows = [
        {"question": asdict(row.question), "answer": to_record(row.answer), "figures": dict(row.figures)}
        for row in report.rows
    ]
    record = {
        "format": FORMAT,
        "system": report.system,
        "questions": report.questions,
        "date": report.date,
        "summary": summary(report),
        "rows": rows,
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
