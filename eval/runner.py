"""Asks a system every question and measures what it answers; an interrupted run goes on where it stopped."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.answers import GivenAnswer, read_answer
from eval.dataset import KINDS, LabelledQuestion
from eval.errors import DatasetError, ReportError
from eval.report import Report, make_row
from eval.systems import System
from rag.types import PolicyItem

Progress = Callable[[int, int], None]
PARTIAL = ".partial.jsonl"


def evaluate(
    system: System,
    questions: Sequence[LabelledQuestion],
    *,
    source: str = "",
    items: Mapping[str, PolicyItem] | None = None,
    limit: int | None = None,
    kinds: Collection[str] = (),
    progress: Progress = lambda _done, _total: None,
    resume_path: Path | None = None,
) -> Report:
    """Ask the chosen questions, in their order.

    `source`: the name of the question file. `items`: to check sentences against. `limit`: the first so many of the
    kinds asked for (none: all). `resume_path`: where answers are kept until the report is made; removed after.
    """
    chosen = choose(questions, kinds, limit)
    with _kept_answers(resume_path, _run_key(system, chosen)) as (kept, keep):
        rows = []
        for done, question in enumerate(chosen, start=1):
            record = kept.get(question.id)
            if record is None:
                record = _ask(system, question)
                keep(question.id, record)
            rows.append(make_row(question, read_answer(record, f"{system.name}, {question.id}"), items or {}))
            progress(done, len(chosen))
    if resume_path is not None:
        resume_path.unlink(missing_ok=True)
    return Report(system.name, source, _now(), tuple(rows))


def report_of(
    name: str,
    questions: Sequence[LabelledQuestion],
    answers: Mapping[str, GivenAnswer],
    items: Mapping[str, PolicyItem] | None = None,
) -> Report:
    """The report of answers given elsewhere; a question without one counts as answered wrongly."""
    given = [(question, answers.get(question.id, GivenAnswer(question.id))) for question in questions]
    rows = tuple(make_row(question, answer, items or {}) for question, answer in given)
    return Report(name, "", _now(), rows)


def choose(
    questions: Sequence[LabelledQuestion], kinds: Collection[str] = (), limit: int | None = None
) -> tuple[LabelledQuestion, ...]:
    """The questions of these kinds (none: all), the first `limit` of them. Raises DatasetError where none is left."""
    for kind in kinds:
        if kind not in KINDS:
            raise DatasetError(f"there is no kind {kind!r}; kinds are {', '.join(KINDS)}")
    chosen = [question for question in questions if not kinds or question.kind in kinds][:limit]
    if not chosen:
        raise DatasetError(f"no question is of the kinds {', '.join(kinds)}")
    return tuple(chosen)


def _ask(system: System, question: LabelledQuestion) -> dict[str, Any]:
    start = perf_counter()
    record = system.answer(question.record)
    taken = (perf_counter() - start) * 1000
    return {"latency_ms": round(taken, 1), **record, "id": question.id}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _run_key(system: System, questions: Sequence[LabelledQuestion]) -> str:
    """Answers are taken up again only by the same system over the same questions; labels do not matter."""
    asked = [question.record.model_dump() for question in questions]
    text = json.dumps([system.name, system.identity, asked], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@contextmanager
def _kept_answers(
    path: Path | None, key: str
) -> Iterator[tuple[dict[str, dict[str, Any]], Callable[[str, dict[str, Any]], None]]]:
    """The answers of an interrupted run, and how to keep another."""
    if path is None:
        yield {}, lambda _question_id, _record: None
        return
    try:
        kept = _read_kept(path, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Begun anew, so that a line cut off by the interruption, or another run's, does not stay.
        path.write_text("".join(_kept_line(key, *pair) for pair in kept.items()), encoding="utf-8")
        with path.open("a", encoding="utf-8") as file:

            def keep(question_id: str, record: dict[str, Any]) -> None:
                file.write(_kept_line(key, question_id, record))
                file.flush()

            yield kept, keep
    except OSError as error:
        raise ReportError(f"cannot keep answers in {path}: {error}") from error


def _read_kept(path: Path, key: str) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    kept: dict[str, dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and row.get("run") == key:
            kept[str(row["id"])] = row["answer"]
    return kept


def _kept_line(key: str, question_id: str, record: dict[str, Any]) -> str:
    return json.dumps({"run": key, "id": question_id, "answer": record}, ensure_ascii=False) + "\n"
