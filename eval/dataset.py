"""Labelled questions: read, checked in shape, and checked against the document."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from eval.errors import DatasetError
from eval.files import read_records
from rag.answer_format import Message, QuestionRecord
from rag.document.catalog import Catalog
from rag.errors import describe_misfit

QuestionKind = Literal[
    "fact", "number", "followup", "other-language", "owner", "list", "count", "exact", "compare", "summary", "oos",
    "adversarial", "owner-lookup",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(QuestionKind)
# Kinds whose rule of correctness divides by the number of gold items.
_NEEDS_GOLD = {"list", "exact", "compare", "summary"}
_STATED = {"fact", "number"}


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question and what is known of its right answer.

    `gold`: items that a right answer cites; `acceptable`: items that it may cite besides. `must`: of each group one
    string stands in the answer; `must_not`: none does. `bureaus`: sections that own the topic.
    """

    id: str
    kind: QuestionKind
    question: str
    lang: str = "zh-TW"
    history: tuple[tuple[str, str], ...] = ()
    gold: tuple[str, ...] = ()
    acceptable: tuple[str, ...] = ()
    bureaus: tuple[str, ...] = ()
    must: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    answerable: bool = True
    note: str = ""

    @property
    def record(self) -> QuestionRecord:
        """What a system is shown: no label."""
        history = [Message.model_validate({"role": role, "content": content}) for role, content in self.history]
        mode: Literal["answer", "owner"] = "owner" if self.kind == "owner-lookup" else "answer"
        return QuestionRecord(id=self.id, question=self.question, history=history, mode=mode)


# Ids become columns of TSV and TREC files.
_Id = Annotated[str, StringConstraints(pattern=r"^\S+$")]
_Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: _Id
    kind: QuestionKind
    lang: str
    history: list[Message]
    question: _Text
    gold: list[str]
    acceptable: list[str]
    bureaus: list[str]
    must: list[list[_Text]]
    must_not: list[_Text]
    answerable: bool
    note: str = ""

    def labelled(self) -> LabelledQuestion:
        return LabelledQuestion(
            id=self.id,
            kind=self.kind,
            question=self.question,
            lang=self.lang,
            history=tuple((message.role, message.content) for message in self.history),
            gold=tuple(self.gold),
            acceptable=tuple(self.acceptable),
            bureaus=tuple(self.bureaus),
            must=tuple(tuple(group) for group in self.must),
            must_not=tuple(self.must_not),
            answerable=self.answerable,
            note=self.note,
        )


class _OwnerLine(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: _Id
    question: _Text
    mode: Literal["owner"]
    bureau: _Text

    def labelled(self) -> LabelledQuestion:
        return LabelledQuestion(id=self.id, kind="owner-lookup", question=self.question, bureaus=(self.bureau,))


def load_questions(path: Path) -> tuple[LabelledQuestion, ...]:
    """All questions of a JSONL file; lines with `bureau` belong to an owner look-up. Raises DatasetError."""
    return read_records(path, read_line, "question")


def read_line(line: str, place: str) -> LabelledQuestion:
    """One labelled question; `place` begins the message of the DatasetError."""
    model = _OwnerLine if re.search(r'"bureau"\s*:', line) else _Line
    try:
        return model.model_validate_json(line).labelled()
    except ValidationError as error:
        raise DatasetError(f"{place}: {describe_misfit(error)}") from error


def check_labels(questions: Sequence[LabelledQuestion], catalog: Catalog) -> list[str]:
    """What contradicts the document or itself, one line each with the question's id; none is as it should be."""
    return [f"{question.id}: {problem}" for question in questions for problem in _problems(question, catalog)]


def _problems(question: LabelledQuestion, catalog: Catalog) -> Iterator[str]:
    for item_id in (*question.gold, *question.acceptable):
        if item_id not in catalog.items:
            yield f"there is no item {item_id}"
    for bureau in question.bureaus:
        if bureau not in catalog.bureaus and not any(item.section == bureau for item in catalog.preface):
            yield f"there is no section {bureau}"
    if doubled := set(question.gold) & set(question.acceptable):
        yield f"{', '.join(sorted(doubled))} is gold and acceptable"
    if not question.answerable and question.gold:
        yield "not answerable, yet it has gold items"
    if question.answerable and not question.gold and question.kind in _NEEDS_GOLD:
        yield f"kind {question.kind} needs gold items"
    if question.kind in {"owner", "owner-lookup"} and not question.bureaus:
        yield "an owner question needs bureaus"
    if question.answerable and question.kind in _STATED and question.gold:
        gold = [_dense(catalog.items[item_id].text) for item_id in question.gold if item_id in catalog.items]
        for group in question.must:
            if not any(_dense(text) in item for text in group for item in gold):
                yield f"no gold item says any of {list(group)}"


def _dense(text: str) -> str:
    return re.sub(r"\s+", "", text)
