import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval import beir
from eval.comparison import compare
from eval.dataset import LabelledQuestion
from eval.errors import DatasetError, ReportError, SystemFailedError
from eval.html import never_retrieved, render
from eval.report import Report, load_report, load_run, save_run
from eval.runner import evaluate
from eval.systems import System, assistant_system
from rag import PolicyAssistant
from rag.answer_format import QuestionRecord
from rag.document.catalog import load_guidelines

ITEMS = {item.id: item for item in load_guidelines().items}
# The first id equals that of an item, which BEIR's evaluation would take for the query itself.
QUESTIONS = (
    LabelledQuestion("11-3", "fact", "公車<script>alert(1)</script>", gold=("11-3",), bureaus=("交通",)),
    LabelledQuestion("b", "list", "公正轉型", gold=("8-19", "18-5"), acceptable=("23-3",), bureaus=("文化", "社政")),
    LabelledQuestion("c", "oos", "明天會下雨嗎", answerable=False),
)


class Replies:
    """A system that finds what it is told to; counts what it is asked."""

    def __init__(self, retrieved: dict[str, list[str]], *, breaks_at: str = "") -> None:
        self.retrieved, self.breaks_at = retrieved, breaks_at
        self.asked: list[str] = []

    def answer(self, record: QuestionRecord) -> dict[str, Any]:
        if record.id == self.breaks_at:
            raise SystemFailedError("interrupted")
        self.asked.append(record.id)
        found = self.retrieved.get(record.id, [])
        return {"answer": f"<b>{record.question}</b>", "grounding": "cited", "citations": found[:1], "retrieved": found}


GOOD = {"11-3": ["11-3", "1-1"], "b": ["1-1", "18-5", "1-2", "8-19"], "c": ["1-1"]}
BAD = {"11-3": ["1-1", "1-2"], "b": ["1-1"], "c": ["1-1"]}


def _report(retrieved: dict[str, list[str]], name: str = "ours", **options: Any) -> Report:
    return evaluate(System(name, "1", Replies(retrieved).answer), QUESTIONS, items=ITEMS, **options)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    kept = tmp_path / "run" / ".partial.jsonl"
    first, second = Replies(GOOD, breaks_at="c"), Replies(GOOD)
    with pytest.raises(SystemFailedError):
        evaluate(System("ours", "1", first.answer), QUESTIONS, resume_path=kept)
    with kept.open("a", encoding="utf-8") as file:
        file.write('{"run": "cut off')
    report = evaluate(System("ours", "1", second.answer), QUESTIONS, resume_path=kept)
    assert (first.asked, second.asked) == (["11-3", "b"], ["c"])
    assert [row.answer.retrieved for row in report.rows] == [tuple(GOOD[key]) for key in ("11-3", "b", "c")]
    assert not kept.exists()


@pytest.mark.parametrize(("name", "identity"), [("ours", "2"), ("theirs", "1")])
def test_answers_of_another_system_are_not_taken_up(tmp_path: Path, name: str, identity: str) -> None:
    kept, fresh = tmp_path / ".partial.jsonl", Replies(GOOD)
    with pytest.raises(SystemFailedError):
        evaluate(System("ours", "1", Replies(GOOD, breaks_at="c").answer), QUESTIONS, resume_path=kept)
    evaluate(System(name, identity, fresh.answer), QUESTIONS, resume_path=kept)
    assert fresh.asked == ["11-3", "b", "c"]


def test_kinds_and_limit_choose_questions() -> None:
    assert [row.question.id for row in _report(GOOD, kinds=["list", "oos"], limit=1).rows] == ["b"]
    with pytest.raises(DatasetError, match="no kind 'riddle'"):
        _report(GOOD, kinds=["riddle"])
    with pytest.raises(DatasetError, match="no question"):
        _report(GOOD, kinds=["summary"])


def test_an_answer_in_another_format_is_refused() -> None:
    with pytest.raises(SystemFailedError, match="odd, 11-3: grounding"):
        evaluate(System("odd", "1", lambda record: {"grounding": "sure"}), QUESTIONS)


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    report, other = _report(GOOD), _report(BAD, "theirs")
    save_run(tmp_path, report, [other])
    assert load_run(tmp_path) == (report, (other,))
    save_run(tmp_path, report)
    assert load_run(tmp_path) == (report, ())


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 1, "rows": []}'])
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=r"report\.json is no report"):
        load_report(tmp_path / "report.json")


def test_differences_are_paired_by_question() -> None:
    differences = compare(_report(GOOD), _report(BAD, "theirs"))
    assert [differences["correct"].n, differences["correct"].mean] == pytest.approx([3, 1 / 3])
    assert differences["retrieved@5"].mean == 1.0
    assert compare(_report(GOOD), _report(GOOD))["correct"].p == 1.0


def test_items_that_no_question_finds_are_named() -> None:
    assert never_retrieved(_report(GOOD)) == {}
    assert never_retrieved(_report(BAD)) == {"11-3": 1, "8-19": 1, "18-5": 1}


@pytest.fixture(scope="module")
def page() -> str:
    # A name that means something to HTML and, with two dollars, to matplotlib.
    return render(_report(GOOD), [_report(BAD, "<i>$x$</i>")], ITEMS)


def test_the_page_needs_nothing_from_outside(page: str) -> None:
    assert re.findall(r"https?:|<script|<link|<img|@import|url\((?!#)", page) == []


def test_the_page_escapes_all_texts(page: str) -> None:
    assert "公車&lt;script&gt;alert(1)&lt;/script&gt;" in render(_report(BAD), [], ITEMS)
    assert "&lt;b&gt;公正轉型" in page
    assert "<i>" not in page


def test_the_page_shows_what_failed_and_what_was_expected(page: str) -> None:
    (failed,) = re.findall(r"<h2>Not fully right: (\d+)</h2>", page)
    assert failed == "2"
    assert "gold 8-19" in page
    assert page.count("<svg") == 3
    assert "state no relevance" in page


def test_stated_relevance_is_drawn_as_a_reliability_curve() -> None:
    def answer(record: QuestionRecord) -> dict[str, Any]:
        return {"grounding": "cited", "relevance": 0.9 if record.id == "b" else 0.2}

    shown = render(evaluate(System("sure", "1", answer), QUESTIONS), [], ITEMS)
    assert shown.count("<svg") == 4
    assert "state no relevance" not in shown


@pytest.mark.parametrize("retrieved", [GOOD, BAD])
def test_retrieval_figures_are_those_of_trec_eval(tmp_path: Path, retrieved: dict[str, list[str]]) -> None:
    _assert_agreement(tmp_path, _report(retrieved))


def test_retrieval_figures_of_the_assistant_are_those_of_trec_eval(tmp_path: Path, assistant: PolicyAssistant) -> None:
    questions = [
        LabelledQuestion("1", "fact", "公車什麼時候全部換成電動的", gold=("11-3",)),
        LabelledQuestion("2", "list", "公正轉型", gold=("8-19", "18-5", "23-1", "23-2", "23-4", "23-5", "30-4")),
        LabelledQuestion("3", "fact", "明天天氣", gold=("33-1",)),
    ]
    _assert_agreement(tmp_path, evaluate(assistant_system(assistant), questions))


def _assert_agreement(folder: Path, report: Report) -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval")
    beir.export(folder, report, ITEMS)
    corpus = {json.loads(line)["_id"] for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()}
    queries = {json.loads(line)["_id"] for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()}
    assert corpus.isdisjoint(queries)
    judged: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, item, gain = line.split("\t")
        judged.setdefault(query, {})[item] = int(gain)
    assert judged.keys() == queries
    ranked: dict[str, dict[str, float]] = {}
    for line in (folder / "run.trec").read_text(encoding="utf-8").splitlines():
        query, _, item, _, score, _ = line.split()
        ranked.setdefault(query, {})[item] = float(score)
    theirs = pytrec_eval.RelevanceEvaluator(judged, {"recall.10", "recip_rank", "ndcg_cut.10"}).evaluate(ranked)
    for row in report.rows:
        if row.question.gold:
            found = theirs[f"q-{row.question.id}"]
            ours = [row.figures[name] for name in ("recall@10", "mrr", "ndcg@10")]
            assert ours == pytest.approx([found["recall_10"], found["recip_rank"], found["ndcg_cut_10"]], abs=1e-6)


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="nothing to export"):
        beir.export(tmp_path, _report(GOOD, kinds=["oos"]), ITEMS)
