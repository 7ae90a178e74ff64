import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from eval.__main__ import main
from eval.calibration import calibrate, fit, gather, probability
from eval.dataset import LabelledQuestion, load_questions
from eval.errors import DatasetError
from eval.gate import QUESTIONS
from eval.report import load_report
from eval.runner import evaluate
from eval.systems import assistant_system
from rag import PolicyAssistant

ROOT = Path(__file__).parent.parent
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """`python -m eval ARGS` in this process, from an empty folder: exit code, output, errors."""

    def call(*args: str) -> tuple[int, str, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["eval", *args])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    return call


def test_a_run_leaves_a_report_a_page_and_nothing_half_done(run: Run, index_dir: Path, tmp_path: Path) -> None:
    code, out, _ = run("run", str(QUESTIONS), "--out", "first", "--limit", "4")
    assert code == 0
    assert "| correct |" in out
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == ["report.html", "report.json"]
    code, out, _ = run("run", str(QUESTIONS), "--out", "second", "--limit", "4", "--against", "first/report.json")
    assert code == 0
    assert "difference to policyqa" in (tmp_path / "second" / "report.html").read_text(encoding="utf-8")
    code, out, _ = run("compare", "first", "second")
    assert (code, "| correct | 4 | +0.000 [+0.000, +0.000] | 1.0000 |" in out) == (0, True)
    (tmp_path / "second" / "report.html").unlink()
    assert run("report", "second")[0] == 0
    assert (tmp_path / "second" / "report.html").is_file()


def test_beir_files_are_written(run: Run, index_dir: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(QUESTIONS.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    assert run("beir", str(few), "out")[0] == 0
    written = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert written == ["corpus.jsonl", "qrels/test.tsv", "queries.jsonl", "run.trec"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("run", "missing.jsonl"), "cannot read missing.jsonl"),
        (("run", str(QUESTIONS), "--kinds", "fact,riddle"), "there is no kind 'riddle'"),
        (("run", str(QUESTIONS), "--against", "missing.json"), "cannot read missing.json"),
        (("run", str(QUESTIONS), "--url", "http://127.0.0.1:9"), "no service answers at http://127.0.0.1:9"),
        (("speed", "http://127.0.0.1:9"), "no service answers at http://127.0.0.1:9"),
        (("speed", "nowhere"), "no service answers at nowhere"),
        (("compare", "here", "there"), "cannot read here"),
        (("report", "nowhere"), "cannot read nowhere"),
        (("beir", "missing.jsonl", "out"), "cannot read missing.jsonl"),
        (("calibrate", "missing.jsonl"), "cannot read missing.jsonl"),
    ],
)
def test_what_can_be_mended_is_one_line_and_exit_code_2(
    run: Run, index_dir: Path, args: tuple[str, ...], message: str
) -> None:
    code, out, err = run(*args)
    lines = [line for line in err.splitlines() if "━" not in line and line.strip()]
    assert (code, out, len(lines)) == (2, "", 1), err
    assert lines[0].startswith("error: ")
    assert message in lines[0]


def test_without_arguments_it_explains_itself() -> None:
    shown = subprocess.run([sys.executable, "-m", "eval"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert all(
        name in shown.stdout + shown.stderr
        for name in ("run", "compare", "report", "beir", "gate", "calibrate", "speed")
    )


@pytest.fixture
def address(index_dir: Path) -> Iterator[str]:
    """A page in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as page:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            page.terminate()


@pytest.mark.slow
def test_a_running_page_is_measured_as_the_assistant_is(
    address: str, assistant: PolicyAssistant, tmp_path: Path
) -> None:
    questions = load_questions(QUESTIONS)
    some = [*questions[:2], *[question for question in questions if question.history][:2]]
    lines = [
        line
        for line in QUESTIONS.read_text(encoding="utf-8").splitlines()
        if json.loads(line)["id"] in {q.id for q in some}
    ]
    (tmp_path / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "eval",
        "run",
        str(tmp_path / "some.jsonl"),
        "--out",
        str(tmp_path),
        "--url",
        address,
    ]
    for _ in range(40):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if "no service answers" not in done.stderr:
            break
        time.sleep(0.5)
    assert done.returncode == 0, done.stderr
    there, here = (
        load_report(tmp_path / "report.json"),
        evaluate(assistant_system(assistant), load_questions(tmp_path / "some.jsonl")),
    )
    assert [row.answer.text for row in there.rows] == [row.answer.text for row in here.rows]
    assert [row.figures["correct"] for row in there.rows] == [row.figures["correct"] for row in here.rows]


def test_the_fit_finds_the_weights_that_made_the_labels() -> None:
    generator = np.random.default_rng(5)
    features = generator.normal(size=(4000, 2))
    true = np.array([0.5, 2.0, -1.0])
    positive = generator.random(4000) < probability(true, features)
    # Negatives count more than they come, which moves the constant alone.
    assert fit(features, positive, np.ones(4000))[1:] == pytest.approx(true[1:], abs=0.25)


def test_calibration_tells_topics_of_the_document_from_others(assistant: PolicyAssistant) -> None:
    questions = load_questions(QUESTIONS)
    inside = [question for question in questions if question.kind == "fact"][:30]
    outside = [q for q in questions if q.kind == "oos" and not q.acceptable][:12]
    lookup = LabelledQuestion("f", "owner-lookup", "明天會下雨嗎", bureaus=("文化",))
    fitted = calibrate(gather(assistant, [*inside, *outside, lookup], lambda _done, _total: None))
    assert fitted.area > 0.7
    assert fitted.refused(0.0) == (0.0, 0.0, 0.0)
    assert fitted.refused(1.0) == (1.0, 1.0, 1.0)
    assert len(fitted.weights) == fitted.sample.features.shape[1] + 1


def test_questions_that_are_all_in_the_document_cannot_be_calibrated_on(assistant: PolicyAssistant) -> None:
    with pytest.raises(DatasetError, match="nothing to tell apart"):
        gather(assistant, [LabelledQuestion("a", "fact", "公車電動化")], lambda _done, _total: None)


def test_the_gate_is_told_in_one_table(run: Run, index_dir: Path) -> None:
    code, out, _ = run("gate")
    assert (code, out.rstrip().endswith("passed")) == (0, True), out
    assert json.loads((ROOT / "eval" / "baseline.json").read_text(encoding="utf-8"))["questions"]
