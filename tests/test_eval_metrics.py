import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.answers import GivenAnswer, load_answers, read_answer
from eval.dataset import LabelledQuestion, load_questions
from eval.metrics import measure, ndcg_at, recall_at, reciprocal_rank, states
from eval.report import summary
from eval.runner import evaluate, report_of
from eval.support import sentence_support
from eval.systems import assistant_system
from rag import PolicyAssistant
from rag.answer_format import to_json
from rag.answering.sentences import sentences
from rag.types import PolicyItem

BUS = "加速推動運具綠能轉型，2030 年市區公車全面電動化。渡輪也換成電動。"
TREE = "廣植喬木，增加都市綠蔭。"


@pytest.fixture
def items() -> dict[str, PolicyItem]:
    return {
        "11-3": PolicyItem("11-3", 11, "交通", "高雄市政府交通局", 3, BUS, net_zero=True),
        "13-6": PolicyItem("13-6", 13, "工務", "高雄市政府工務局", 6, TREE, net_zero=False),
    }


def _answer(**given: Any) -> GivenAnswer:
    return GivenAnswer("a", **({"grounding": "cited"} | given))


def _question(kind: Any = "fact", **labels: Any) -> LabelledQuestion:
    return LabelledQuestion("a", kind, "？", **labels)


def test_retrieval_figures() -> None:
    found = ["a", "b", "c"]
    assert recall_at(2, found, {"b", "c"}) == 0.5
    assert reciprocal_rank(found, {"c"}) == pytest.approx(1 / 3)
    assert reciprocal_rank(found, {"x"}) == 0.0
    assert ndcg_at(10, ["x", "b"], {"b"}) == pytest.approx(0.63093, abs=1e-5)
    assert recall_at(2, found, ()) is None


@pytest.mark.parametrize(
    ("strings", "held"),
    [(["30"], False), (["2030"], True), (["市區 公車"], True), (["", "渡船"], False), (["電動化"], True)],
)
def test_a_number_stands_whole_and_white_space_does_not_count(strings: list[str], held: bool) -> None:
    assert states("２、2030年市區公車\n全面電動化", strings) is held


@pytest.mark.parametrize(
    ("question", "answer", "correct"),
    [
        (_question(gold=("11-3",), must=(("2030",),)), _answer(text="2030", citations=("11-3",)), 1.0),
        (_question(gold=("11-3",), must=(("2030",),)), _answer(text="2031", citations=("11-3",)), 0.0),
        (_question(gold=("11-3",), must_not=("2031",)), _answer(text="2031", citations=("11-3",)), 0.0),
        (_question(gold=("11-3",)), _answer(citations=("11-3",), grounding="partial"), 0.5),
        (_question(gold=("11-3",)), _answer(citations=("11-3",), grounding="no_evidence"), 0.0),
        (_question(gold=("11-3",)), GivenAnswer("a"), 0.0),
        (_question("oos", answerable=False), _answer(grounding="no_evidence"), 1.0),
        (_question("oos", answerable=False), _answer(grounding="partial"), 0.5),
        (_question("oos", answerable=False, acceptable=("11-3",)), _answer(grounding="partial"), 1.0),
        (_question("oos", answerable=False), _answer(), 0.0),
        (_question("owner", bureaus=("交通", "工務")), _answer(bureaus=("工務",)), 1.0),
        (_question("owner", bureaus=("交通", "工務", "教育")), _answer(bureaus=("工務",)), 0.0),
        (_question("owner", bureaus=("交通",)), _answer(bureaus=("工務", "交通")), 0.0),
        (_question("list", gold=("1-1", "1-2", "1-3", "1-4")), _answer(citations=("1-1", "1-2", "1-3", "9-1")), 1.0),
        (_question("list", gold=("1-1", "1-2", "1-3", "1-4")), _answer(citations=("1-1", "1-2")), 0.0),
        (_question("count", must=(("9 項",),)), _answer(text="共 9 項"), 1.0),
        (_question("exact", gold=("1-1",)), _answer(citations=("1-2", "1-1")), 0.0),
        (_question("summary", gold=("1-1", "1-2")), _answer(citations=("1-1", "1-2")), 1.0),
        (_question("summary", gold=("1-1", "1-2")), _answer(citations=("1-1", "1-2", "9-1")), 0.0),
        (_question("compare", gold=("1-1", "1-2")), _answer(citations=("1-1",)), 1.0),
        (_question("owner-lookup", bureaus=("交通",)), _answer(bureaus=("交通",)), 1.0),
    ],
)
def test_what_is_right_of_each_kind(question: LabelledQuestion, answer: GivenAnswer, correct: float) -> None:
    assert measure(question, answer)["correct"] == correct


def test_bureaus_count_under_any_of_their_names() -> None:
    record = {"id": "a", "grounding": "cited", "bureaus": ["高雄市政府交通局", "工務局", "教育", "國防部"]}
    assert read_answer(record, "test").bureaus == ("交通", "工務", "教育", "國防部")


@pytest.mark.parametrize(
    ("text", "citations", "support"),
    [
        ("公車：「2030 年市區公車全面電動化。渡輪也換成電動。」[1]", ("11-3",), 1.0),
        ("公車：「2035 年市區公車全面電動化。」[1]", ("11-3",), 0.0),
        ("「2030 年市區公車全面電動化」【1】\n\n「廣植喬木」［2］", ("11-3", "13-6"), 1.0),
        ("第一行沒有出處\n市區公車全面電動化。[1]\n明天會下雨也會放假喔。[1]", ("11-3",), 0.5),
        ("「廣植喬木，增加都市綠蔭」[1,2]", ("11-3", "13-6"), 1.0),
        ("「廣植喬木，增加都市綠蔭」[1]。「市區公車全面電動化」[2]", ("11-3", "13-6"), 0.0),
        ("沒有出處的句子。", (), None),
    ],
)
def test_support_reads_chinese_quotes_markers_and_lines(
    items: dict[str, PolicyItem], text: str, citations: tuple[str, ...], support: float | None
) -> None:
    assert sentence_support(_answer(text=text, citations=citations), items) == support


def test_a_quotation_is_one_sentence_with_the_marker_behind_it() -> None:
    assert list(sentences("甲：「一。二。」[1]\n乙。【2】丙")) == ["甲：「一。二。」[1]", "乙。【2】", "丙"]


@pytest.mark.slow
def test_every_figure_agrees_with_the_outside_scorer(assistant: PolicyAssistant, shared: Path, tmp_path: Path) -> None:
    questions = load_questions(shared / "eval" / "dev_questions.jsonl")
    system = assistant_system(assistant)
    answers = tmp_path / "answers.jsonl"
    # The last three go unanswered: a question without an answer is scored too.
    records = [system.answer(question.record) for question in questions[:-3]]
    answers.write_text("\n".join(map(to_json, records)), encoding="utf-8")
    _assert_agreement(shared, shared / "eval" / "dev_questions.jsonl", answers, tmp_path)


def test_figures_agree_where_answers_are_odd(shared: Path, tmp_path: Path) -> None:
    """Repeated and foreign citations, official names, hedges and refusals, in every combination with the labels."""
    questions = load_questions(shared / "eval" / "dev_questions.jsonl")
    records = []
    for place, question in enumerate(questions):
        cited = [*question.gold[:2], *question.acceptable, "9-1"] * (1 + place % 2) if place % 5 else []
        records.append(
            {
                "id": question.id,
                "answer": "\n".join(group[0] for group in question.must[place % 3 :]) + "2030",
                "citations": cited,
                "bureaus": ["交通局", *question.bureaus] if place % 2 else [*question.bureaus, "高雄市政府工務局"],
                "retrieved": ["9-1", *question.acceptable, *question.gold][place % 3 :],
                "grounding": ("cited", "partial", "no_evidence", "cited")[place % 4],
                "latency_ms": float(place),
            }
        )
    answers = tmp_path / "answers.jsonl"
    answers.write_text("\n".join(map(to_json, records)), encoding="utf-8")
    _assert_agreement(shared, shared / "eval" / "dev_questions.jsonl", answers, tmp_path)


def _assert_agreement(shared: Path, questions: Path, answers: Path, folder: Path) -> None:
    command = [sys.executable, str(shared / "eval" / "score.py"), str(questions), str(answers)]
    subprocess.run([*command, "--json", str(folder / "theirs.json")], check=True, capture_output=True)
    theirs = json.loads((folder / "theirs.json").read_text(encoding="utf-8"))
    ours = summary(report_of("any", load_questions(questions), load_answers(answers)))
    theirs.pop("missing")
    assert {scope: {name: ours[scope].get(name) for name in figures} for scope, figures in theirs.items()} == theirs


def test_an_owner_file_is_judged_by_its_first_and_first_three_bureaus(assistant: PolicyAssistant) -> None:
    questions = [
        LabelledQuestion("1", "owner-lookup", "路燈不亮", bureaus=("工務",)),
        LabelledQuestion("2", "owner-lookup", "路燈不亮", bureaus=("文化",)),
    ]
    report = evaluate(assistant_system(assistant), questions)
    assert [row.figures["owner_top1"] for row in report.rows] == [1.0, 0.0]
    assert [row.figures["owner_top3"] for row in report.rows] == [1.0, 0.0]
