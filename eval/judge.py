"""Answers to open questions judged by a chat model, and how far that judge agrees with labelled answers."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, ConfigDict, ValidationError

from eval.errors import DatasetError
from eval.files import read_records
from eval.report import JUDGED, Report, Row
from rag.answering.judging import Judgement, Verdict, judge_answer
from rag.errors import describe_misfit
from rag.types import PolicyItem

Progress = Callable[[int, int], None]
LABELLED = Path(__file__).parent / "questions" / "judged_answers.jsonl"
OPEN_KINDS = ("fact", "compare", "summary")
# Below this, agreement is no more than fair (Landis & Koch 1977, table 2).
LEAST_KAPPA = 0.4
_CREDIT = {"right": 1.0, "partly": 0.5, "wrong": 0.0}


class Example(BaseModel):
    """An answer and the verdict that it is labelled with."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_min_length=1)

    id: str
    question: str
    items: list[str]
    answer: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Agreement:
    """`share`: of `n` examples judged as labelled; an unreadable reply agrees with no label."""

    share: float
    kappa: float
    unreadable: int
    n: int


def load_examples(path: Path = LABELLED) -> tuple[Example, ...]:
    """The labelled answers of a JSONL file. Raises DatasetError."""
    return read_records(path, _read, "labelled answer")


def agreement(
    model: BaseChatModel,
    examples: Sequence[Example],
    items: Mapping[str, PolicyItem],
    progress: Progress = lambda _done, _total: None,
) -> Agreement:
    """Judge every example and compare with its label. Raises DatasetError where an item does not exist."""
    shown = [_items_of(example, items) for example in examples]
    given: list[str] = []
    for example, cited in zip(examples, shown, strict=True):
        given.append(judge_answer(model, example.question, example.answer, cited).verdict)
        progress(len(given), len(examples))
    labels = [example.verdict for example in examples]
    same = sum(label == verdict for label, verdict in zip(labels, given, strict=True))
    return Agreement(same / len(labels), cohen_kappa(labels, given), given.count("unreadable"), len(labels))


def cohen_kappa(labels: Sequence[str], others: Sequence[str]) -> float:
    """(p_o - p_e) / (1 - p_e): agreement beyond that of chance (Cohen 1960, A coefficient of agreement, formula 1).

    Where both give one and the same label throughout, nothing tells agreement from chance: 0.
    """
    n = len(labels)
    observed = sum(label == other for label, other in zip(labels, others, strict=True)) / n
    first, second = Counter(labels), Counter(others)
    chance = sum(count * second[label] for label, count in first.items()) / n**2
    return (observed - chance) / (1 - chance) if chance < 1 else 0.0


def judge_report(
    model: BaseChatModel,
    report: Report,
    items: Mapping[str, PolicyItem],
    progress: Progress = lambda _done, _total: None,
) -> Report:
    """The report with the figure `judged` on its open questions; a row without a readable verdict stays as it was."""
    rows = list(report.rows)
    places = [place for place, row in enumerate(rows) if row.question.kind in OPEN_KINDS]
    for done, place in enumerate(places, start=1):
        rows[place] = _judged(rows[place], _judge_row(model, rows[place], items))
        progress(done, len(places))
    return replace(report, rows=tuple(rows))


def _judge_row(model: BaseChatModel, row: Row, items: Mapping[str, PolicyItem]) -> Judgement:
    shown = dict(row.answer.cited)
    if row.answer.grounding != "cited":
        # Whether a refusal is right shows only beside the items that would have answered.
        shown |= dict.fromkeys(row.question.gold)
    cited = [items[item_id] for item_id in shown if item_id in items]
    return judge_answer(model, row.question.question, row.answer.text, cited)


def _judged(row: Row, judgement: Judgement) -> Row:
    credit = _CREDIT.get(judgement.verdict)
    return row if credit is None else replace(row, figures={**row.figures, JUDGED: credit})


def _items_of(example: Example, items: Mapping[str, PolicyItem]) -> list[PolicyItem]:
    for item_id in example.items:
        if item_id not in items:
            raise DatasetError(f"{example.id}: there is no item {item_id}")
    return [items[item_id] for item_id in example.items]


def _read(line: str, place: str) -> Example:
    try:
        return Example.model_validate_json(line)
    except ValidationError as error:
        raise DatasetError(f"{place}: {describe_misfit(error)}") from error
