import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, Protocol

import pytest

from rag.answer_format import read_questions
from rag.document.catalog import load_bureaus
from rag.errors import QuestionError
from rag.index.store import load_index, save_index

KEYS = [
    "id",
    "question",
    "answer",
    "kind",
    "language",
    "grounding",
    "citations",
    "bureaus",
    "retrieved",
    "answerer",
    "latency_ms",
]
QUESTION = "公車什麼時候會全部換成電動的？"
ITEM = (
    "推動運具綠能轉型，配合 2050 淨零目標，加速增設電動車充電設施、擴增 YouBike 2.0 站點，"
    "推動 2030 市區公車全面電動化及渡輪汰換為電力驅動系統。(淨零)"
)


class CommandLine(Protocol):
    """As in conftest.py, which tests cannot import."""

    def __call__(self, *args: str | bytes, env: Mapping[str, str] | None = None) -> CompletedProcess[str]: ...


def _good(run: CompletedProcess[str]) -> str:
    assert run.returncode == 0, run.stderr
    return run.stdout


def _record(run: CompletedProcess[str]) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(_good(run))
    return record


def _refused(run: CompletedProcess[str]) -> str:
    """The one line on standard error of a run that was refused as its caller's mistake."""
    assert run.returncode == 2, run.stderr
    assert run.stdout == ""
    line, *rest = run.stderr.splitlines()
    assert rest == []
    assert line.startswith("error: ")
    return line


def _write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_help_shows_examples(rag: CommandLine) -> None:
    text = _good(rag("--help"))
    assert "python -m rag ask 公車什麼時候全部換成電動的？" in text
    assert all(command in text for command in ("index", "ask", "owner", "show", "batch"))


@pytest.mark.usefixtures("index_dir")
def test_ask_answers_with_the_item_verbatim(rag: CommandLine) -> None:
    text = _good(rag("ask", QUESTION))
    assert "[1]" in text
    assert "11-3 高雄市政府交通局" in text
    assert ITEM in text


@pytest.mark.usefixtures("index_dir")
def test_ask_as_json_has_the_keys_of_the_answer_format(rag: CommandLine) -> None:
    record = _record(rag("ask", QUESTION, "--json"))
    assert list(record) == KEYS
    assert record["question"] == QUESTION
    assert record["language"] == "zh-TW"
    assert record["grounding"] == "cited"
    assert record["citations"][0] == "11-3"
    assert record["answerer"] == "extractive"
    assert len(set(record["retrieved"])) == 10
    assert set(record["bureaus"]) <= set(load_bureaus())
    assert record["latency_ms"] > 0


@pytest.mark.usefixtures("index_dir")
@pytest.mark.parametrize("topic", ["路燈不亮", pytest.param("?", marks=pytest.mark.slow)])
def test_owner_names_at_least_three_bureaus(rag: CommandLine, topic: str) -> None:
    record = _record(rag("owner", topic, "--json"))
    assert list(record) == KEYS
    assert record["kind"] == "owner"
    assert len(set(record["bureaus"])) >= 3
    assert set(record["bureaus"]) <= set(load_bureaus())


@pytest.mark.slow
@pytest.mark.usefixtures("index_dir")
def test_owner_in_words_names_offices(rag: CommandLine) -> None:
    assert "高雄市政府衛生局" in _good(rag("owner", "登革熱防治"))


@pytest.mark.usefixtures("index_dir")
def test_show_gives_an_item_verbatim(rag: CommandLine) -> None:
    assert _good(rag("show", "11-3")).splitlines()[1:] == [ITEM]
    record = _record(rag("show", "11-3", "--json"))
    assert (record["id"], record["section"], record["number"], record["text"]) == ("11-3", "交通", 3, ITEM)


@pytest.mark.usefixtures("index_dir")
@pytest.mark.parametrize("item_id", ["99-1", pytest.param("11-3; 1-1", marks=pytest.mark.slow)])
def test_show_of_an_unknown_id_is_refused(rag: CommandLine, item_id: str) -> None:
    assert repr(item_id) in _refused(rag("show", item_id))


@pytest.mark.slow
def test_index_builds_what_ask_opens(rag: CommandLine, tmp_path: Path) -> None:
    place = {"POLICYQA_INDEX_DIR": str(tmp_path / "a" / "索引")}
    assert "456 items" in _good(rag("index", env=place))
    assert _record(rag("ask", QUESTION, "--json", env=place))["citations"][0] == "11-3"


@pytest.mark.usefixtures("index_dir")
def test_batch_answers_every_line_in_order(rag: CommandLine, tmp_path: Path) -> None:
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "2030 年。"}]
    questions = _write(
        tmp_path / "questions.jsonl",
        {"id": "a", "question": QUESTION, "gold": ["11-3"], "kind": "fact", "note": {"any": "label"}},
        {"id": "b", "question": "登革熱防治", "mode": "owner"},
        {"id": "c", "question": "那渡輪呢？", "history": history},
        {"id": 4, "question": "What about flood control?"},
    )
    _good(rag("batch", str(questions), "answers.jsonl"))
    answers = _read(tmp_path / "answers.jsonl")
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "4"]
    assert all(list(answer) == KEYS for answer in answers)
    assert answers[1]["kind"] == "owner"
    assert "11-3" in answers[2]["retrieved"]
    assert answers[3]["language"] == "en"


@pytest.mark.slow
@pytest.mark.usefixtures("index_dir")
def test_batch_gives_the_answers_that_ask_gives(rag: CommandLine, tmp_path: Path) -> None:
    _good(rag("batch", str(_write(tmp_path / "q.jsonl", {"id": "1", "question": QUESTION})), "a.jsonl"))
    (one,), other = _read(tmp_path / "a.jsonl"), _record(rag("ask", QUESTION, "--json"))
    assert {**one, "latency_ms": 0} == {**other, "latency_ms": 0}


@pytest.mark.slow
@pytest.mark.usefixtures("index_dir")
def test_only_line_feeds_part_the_lines_of_a_batch(rag: CommandLine, tmp_path: Path) -> None:
    # Both are line ends to str.splitlines; JSON lets them stand in a string as they are.
    question = "公車\u2028電動\x85化"
    line = json.dumps({"id": "1", "question": question}, ensure_ascii=False)
    (tmp_path / "q.jsonl").write_text(line, encoding="utf-8")
    _good(rag("batch", "q.jsonl", "a.jsonl"))
    assert [answer["id"] for answer in _read(tmp_path / "a.jsonl")] == ["1"]


@pytest.mark.slow
@pytest.mark.usefixtures("index_dir")
def test_batch_reads_what_windows_editors_write(rag: CommandLine, tmp_path: Path) -> None:
    line = json.dumps({"id": "1", "question": QUESTION}, ensure_ascii=False)
    (tmp_path / "q.jsonl").write_bytes(f"\ufeff{line}\r\n\r\n{line}\r\n".encode())
    _good(rag("batch", "q.jsonl", "a.jsonl"))
    assert len(_read(tmp_path / "a.jsonl")) == 2


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "JSON"),
        ("[]", "object"),
        ('{"id": "2"}', "question"),
        ('{"id": "2", "question": " "}', "empty"),
        ('{"question": "公車"}', "id"),
        ('{"id": "2", "question": "公車", "mode": "guess"}', "mode"),
    ],
)
def test_a_bad_line_is_named(line: str, complaint: str) -> None:
    with pytest.raises(QuestionError, match=f"line 3: .*{complaint}"):
        read_questions(['{"id": "1", "question": "公車"}', "", line])


@pytest.mark.usefixtures("index_dir")
def test_a_bad_line_leaves_the_answers_of_yesterday(rag: CommandLine, tmp_path: Path) -> None:
    _write(tmp_path / "q.jsonl", {"id": "1", "question": QUESTION}, {"id": "2"})
    (tmp_path / "a.jsonl").write_text("yesterday's answers", encoding="utf-8")
    assert "q.jsonl, line 2: " in _refused(rag("batch", "q.jsonl", "a.jsonl"))
    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8") == "yesterday's answers"
    assert {path.name for path in tmp_path.iterdir()} == {"q.jsonl", "a.jsonl"}


@pytest.mark.slow
@pytest.mark.usefixtures("index_dir")
def test_a_questions_file_that_cannot_be_read_is_refused(rag: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "big5.jsonl").write_bytes("電動公車".encode("big5"))
    (tmp_path / "empty.jsonl").touch()
    assert "none.jsonl" in _refused(rag("batch", "none.jsonl", "a.jsonl"))
    assert "big5.jsonl as UTF-8" in _refused(rag("batch", "big5.jsonl", "a.jsonl"))
    assert "no question" in _refused(rag("batch", "empty.jsonl", "a.jsonl"))
    assert not (tmp_path / "a.jsonl").exists()


@pytest.mark.usefixtures("index_dir")
def test_an_empty_question_is_refused(rag: CommandLine) -> None:
    assert "the question is empty" in _refused(rag("ask", " \n"))


@pytest.mark.slow
@pytest.mark.usefixtures("index_dir")
def test_an_endless_question_is_refused(rag: CommandLine) -> None:
    assert "20000 characters" in _refused(rag("owner", "車" * 20_000))


@pytest.mark.slow
@pytest.mark.usefixtures("index_dir")
def test_a_question_of_undecodable_bytes_is_answered_in_utf8(rag: CommandLine) -> None:
    strict = {"PYTHONIOENCODING": "utf-8:strict"}
    record = _record(rag("ask", "電動公車".encode("big5"), "--json", env=strict))
    assert record["question"].encode("utf-8")


def test_a_missing_index_is_refused_with_its_remedy(rag: CommandLine, tmp_path: Path) -> None:
    line = _refused(rag("ask", QUESTION, env={"POLICYQA_INDEX_DIR": str(tmp_path / "none")}))
    assert "python -m rag index" in line


@pytest.mark.slow
def test_an_altered_index_is_refused_with_its_remedy(rag: CommandLine, index_dir: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(index_dir, tmp_path / "copy")
    with (copy / "items.json").open("a", encoding="utf-8") as file:
        file.write(" ")
    line = _refused(rag("ask", QUESTION, env={"POLICYQA_INDEX_DIR": str(copy)}))
    assert "items.json" in line
    assert "python -m rag index" in line


@pytest.mark.slow
def test_the_index_of_another_embedder_is_refused_with_its_remedy(
    rag: CommandLine, index_dir: Path, tmp_path: Path
) -> None:
    index = load_index(index_dir)
    save_index(tmp_path / "other", replace(index, origin=replace(index.origin, embedder="another model")))
    line = _refused(rag("ask", QUESTION, env={"POLICYQA_INDEX_DIR": str(tmp_path / "other")}))
    assert "another model" in line
    assert "python -m rag index" in line


@pytest.mark.usefixtures("index_dir")
@pytest.mark.parametrize("command", [("index",), pytest.param(("ask", QUESTION), marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["big5.txt", pytest.param("none.txt", marks=pytest.mark.slow)])
def test_an_unreadable_document_is_refused(
    rag: CommandLine, tmp_path: Path, command: tuple[str, ...], name: str
) -> None:
    place = {"POLICYQA_INDEX_DIR": str(tmp_path / "index")} if command == ("index",) else {}
    (tmp_path / "big5.txt").write_bytes("施政綱要".encode("big5"))
    run = rag(*command, env={"POLICYQA_DOCUMENT": str(tmp_path / name), **place})
    # `index` has drawn its progress bar by then.
    last = run.stderr.splitlines()[-1]
    assert run.returncode == 2
    assert last.startswith("error: ")
    assert "Traceback" not in run.stderr
    assert name in last
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLICYQA_THREADZ", "2"),
        pytest.param("POLICYQA_THREADS", "many", marks=pytest.mark.slow),
        pytest.param("POLICYQA_EMBEDDER", "no such thing", marks=pytest.mark.slow),
    ],
)
@pytest.mark.usefixtures("index_dir")
def test_a_wrong_setting_is_refused_by_name(rag: CommandLine, name: str, value: str) -> None:
    assert name in _refused(rag("ask", QUESTION, env={name: value}))


@pytest.mark.slow
@pytest.mark.usefixtures("index_dir")
def test_batch_answers_all_development_questions(rag: CommandLine, shared: Path, tmp_path: Path) -> None:
    questions = shared / "eval" / "dev_questions.jsonl"
    _good(rag("batch", str(questions), "answers.jsonl"))
    answers = _read(tmp_path / "answers.jsonl")
    assert [answer["id"] for answer in answers] == [question["id"] for question in _read(questions)]
    assert all(answer["answer"].strip() and list(answer) == KEYS for answer in answers)
