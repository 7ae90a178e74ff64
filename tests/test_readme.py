"""What the README shows works as shown."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"


def _blocks(language: str) -> list[str]:
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


PROGRAMS = _blocks("python")
LINES = [line for block in _blocks("sh") for line in block.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("python -m rag")]
CALLS = [line for line in LINES if line.startswith("curl ")]
# Where `make serve` puts the service.
SERVED = "http://127.0.0.1:7860/"


def _environment(index: Path) -> dict[str, str]:
    # `python` is the interpreter of the tests.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "POLICYQA_INDEX_DIR": str(index)}


def test_it_shows_a_program_and_a_command() -> None:
    assert PROGRAMS
    assert COMMANDS
    assert CALLS


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_runs(program: str, index_dir: Path, tmp_path: Path, address: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", program.replace(SERVED, address)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=_environment(index_dir),
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr


# Each takes a process of two seconds: while working, the first of each kind will do.
_FIRST = {command.split()[3]: command for command in reversed(COMMANDS) if "rag index" not in command}


@pytest.mark.parametrize(
    "command", [c if c in _FIRST.values() else pytest.param(c, marks=pytest.mark.slow) for c in COMMANDS]
)
def test_a_command_runs(command: str, index_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text('{"id": "1", "question": "捷運黃線現在做到哪裡？"}\n', encoding="utf-8")
    # A copy: one of the commands builds the index anew.
    index = shutil.copytree(index_dir, tmp_path / "index")
    run = subprocess.run(
        ["sh", "-c", command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=_environment(index),
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_answered(call: str, address: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    command = call.replace("curl ", "curl --fail ", 1).replace(SERVED, address)
    run = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert '"id"' in run.stdout or '"owners"' in run.stdout
