"""Export in BEIR's layout (Thakur et al. 2021), so that others' tools can compute our figures.

Ids get a prefix: BEIR's evaluation drops a hit whose id equals the query's, and 11-3 may well be both.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eval.errors import ReportError
from eval.files import write_text
from eval.report import Report
from rag.types import PolicyItem

_DEPTH = 10


def export(folder: Path, report: Report, items: Mapping[str, PolicyItem]) -> None:
    """Write corpus.jsonl, queries.jsonl, qrels/test.tsv and run.trec; questions without gold items stay out.

    Raises ReportError.
    """
    rows = [row for row in report.rows if row.question.gold]
    if not rows:
        raise ReportError("no question has gold items: there is nothing to export")
    corpus = ({"_id": item_key(item.id), "title": item.label, "text": item.text} for item in items.values())
    queries = ({"_id": question_key(row.question.id), "text": row.question.question} for row in rows)
    qrels = (f"{question_key(row.question.id)}\t{item_key(gold)}\t1" for row in rows for gold in row.question.gold)
    tag = "-".join(report.system.split())
    run = (
        f"{question_key(row.question.id)} Q0 {item_key(item_id)} {rank} {_DEPTH + 1 - rank} {tag}"
        for row in rows
        for rank, item_id in enumerate(row.answer.retrieved[:_DEPTH], start=1)
    )
    _write(folder / "corpus.jsonl", map(_line, corpus))
    _write(folder / "queries.jsonl", map(_line, queries))
    _write(folder / "qrels" / "test.tsv", ("query-id\tcorpus-id\tscore", *qrels))
    _write(folder / "run.trec", run)


def question_key(question_id: str) -> str:
    return f"q-{question_id}"


def item_key(item_id: str) -> str:
    return f"i-{item_id}"


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)


def _write(path: Path, lines: Iterable[str]) -> None:
    write_text(path, "".join(f"{line}\n" for line in lines), ReportError)
