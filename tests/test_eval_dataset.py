import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import KINDS, LabelledQuestion, check_labels, load_questions
from eval.errors import DatasetError
from eval.gate import QUESTIONS
from eval.overlap import near_copies
from rag.document.catalog import Catalog, build_catalog, load_guidelines

LINE: dict[str, Any] = {
    "id": "a",
    "kind": "fact",
    "lang": "zh-TW",
    "history": [],
    "question": "公車何時電動化",
    "gold": ["11-3"],
    "acceptable": [],
    "bureaus": ["交通"],
    "must": [["2030"]],
    "must_not": [],
    "answerable": True,
    "note": "",
}
MOST_ALIKE = 0.75


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    guidelines = load_guidelines()
    return build_catalog({item.id: item for item in guidelines.items}, guidelines.year)


@pytest.fixture(scope="module")
def own() -> tuple[LabelledQuestion, ...]:
    return load_questions(QUESTIONS)


def _load(folder: Path, *lines: dict[str, Any] | str) -> tuple[LabelledQuestion, ...]:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return load_questions(path)


def test_a_question_is_read_whole_and_a_system_sees_no_label(tmp_path: Path) -> None:
    history = [{"role": "user", "content": "公車"}, {"role": "assistant", "content": "有"}]
    (question,) = _load(tmp_path, LINE | {"history": history})
    assert (question.must, question.gold, question.history) == (
        (("2030",),),
        ("11-3",),
        (("user", "公車"), ("assistant", "有")),
    )
    assert question.record.model_dump() == {
        "id": "a",
        "question": "公車何時電動化",
        "history": history,
        "mode": "answer",
    }


def test_a_line_with_a_bureau_belongs_to_an_owner_look_up(tmp_path: Path) -> None:
    (question,) = _load(tmp_path, {"id": "f", "question": "路燈不亮", "mode": "owner", "bureau": "工務"})
    assert (question.kind, question.bureaus, question.record.mode) == ("owner-lookup", ("工務",), "owner")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((LINE, LINE), "line 2: the id 'a' was there before"),
        (("", LINE | {"kind": "riddle"}), "line 2: kind"),
        ((LINE | {"extra": 1},), "line 1: extra"),
        ((LINE | {"answerable": "yes"},), "line 1: answerable"),
        ((LINE | {"id": "a b"},), "line 1: id"),
        (("{",), "line 1: "),
        (("",), "holds no question"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, lines: tuple[dict[str, Any] | str, ...], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        _load(tmp_path, *lines)


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        ({"gold": ["99-9"], "must": []}, "there is no item 99-9"),
        ({"bureaus": ["交通局"]}, "there is no section 交通局"),
        ({"must": [["2031"]]}, "no gold item says any of"),
        ({"answerable": False}, "not answerable, yet it has gold items"),
        ({"acceptable": ["11-3"]}, "11-3 is gold and acceptable"),
        ({"kind": "list", "gold": []}, "kind list needs gold items"),
        ({"kind": "owner", "bureaus": []}, "an owner question needs bureaus"),
    ],
)
def test_labels_that_contradict_the_document_are_named(
    tmp_path: Path, catalog: Catalog, labels: dict[str, Any], problem: str
) -> None:
    assert check_labels(_load(tmp_path, LINE), catalog) == []
    (found,) = check_labels(_load(tmp_path, LINE | labels), catalog)
    assert problem in found


def test_white_space_does_not_matter_to_a_must(tmp_path: Path, catalog: Catalog) -> None:
    assert check_labels(_load(tmp_path, LINE | {"must": [["20 30"]]}), catalog) == []


def test_our_own_questions_agree_with_the_document(own: tuple[LabelledQuestion, ...], catalog: Catalog) -> None:
    assert check_labels(own, catalog) == []


def test_our_own_questions_cover_every_section_and_kind(own: tuple[LabelledQuestion, ...], catalog: Catalog) -> None:
    asked = Counter(catalog.items[item_id].section for question in own for item_id in set(question.gold))
    assert [section for section in (*catalog.sections, "前言") if asked[section] < 3] == []
    assert {question.kind for question in own} == {*KINDS} - {"owner-lookup"}


def test_no_own_question_stands_twice(own: tuple[LabelledQuestion, ...]) -> None:
    counts = Counter((question.question, question.history) for question in own)
    assert [pair for pair, count in counts.items() if count > 1] == []


def test_no_own_question_copies_a_hint_of_the_index(own: tuple[LabelledQuestion, ...]) -> None:
    path = Path(__file__).parent.parent / "rag" / "corpus" / "resident_questions.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    hints = [question for row in rows for questions in row["questions"].values() for question in questions]
    assert len(hints) > 1000
    assert list(near_copies((question.question for question in own), hints, MOST_ALIKE)) == []


def test_no_own_question_copies_the_outside_measure(own: tuple[LabelledQuestion, ...], shared: Path) -> None:
    others = [question.question for question in load_questions(shared / "eval" / "dev_questions.jsonl")]
    assert list(near_copies((question.question for question in own), others, MOST_ALIKE)) == []


def test_a_copy_with_other_punctuation_is_found() -> None:
    pairs = list(
        near_copies(["公車什麼時候全部換成電動的？"], ["公車，什麼時候 全部換成電動的", "捷運什麼時候蓋好"], MOST_ALIKE)
    )
    assert pairs == [("公車什麼時候全部換成電動的？", "公車，什麼時候 全部換成電動的", 1.0)]


def test_texts_too_short_to_tell_are_no_copies() -> None:
    assert list(near_copies(["公車電動化"], ["公車電動化"], MOST_ALIKE)) == []
