"""The command line: python -m rag index | ask | owner | show | batch | expand."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.answer_format import QuestionRecord, answer_question, read_questions, to_json
from rag.assistant import choose_embedder, make_index, open_assistant
from rag.document.catalog import load_guidelines
from rag.errors import RagError
from rag.files import written_beside
from rag.index.build import embed_chunks, shipped_chunks
from rag.index.shipped import write_shipped
from rag.progress import progress_bar
from rag.settings import Settings, load_settings
from rag.types import Answer, Ownership, PolicyItem

_EXAMPLES = """Examples:

  python -m rag index

  python -m rag ask 公車什麼時候全部換成電動的？

  python -m rag owner 路燈不亮 --json

  python -m rag show 11-3

  python -m rag batch questions.jsonl answers.jsonl
"""
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Answers from Kaohsiung City's policy guidelines (施政綱要), each with its source.",
    epilog=_EXAMPLES,
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of text.")]


@app.command(epilog="Example: python -m rag index")
def index() -> None:
    """Read the document and build the index, with a progress bar."""
    settings = load_settings()
    with progress_bar("建立索引") as progress:
        built = make_index(settings, progress)
    _say(f"{len(built.items)} items of the {built.origin.year} guidelines indexed in {settings.index_dir}")


@app.command(epilog="Example: python -m rag ask 公車什麼時候全部換成電動的？")
def ask(question: str, as_json: AsJson = False) -> None:
    """Answer one question, with the items it rests on."""
    assistant = open_assistant()
    if as_json:
        _say(to_json(answer_question(assistant, QuestionRecord(id="1", question=question))))
    else:
        _say(_answer_text(assistant.ask(question)))


@app.command(epilog="Example: python -m rag owner 路燈不亮")
def owner(topic: str, as_json: AsJson = False) -> None:
    """Name the bureaus that a topic belongs to, with their share of the evidence."""
    assistant = open_assistant()
    if as_json:
        _say(to_json(answer_question(assistant, QuestionRecord(id="1", question=topic, mode="owner"))))
    else:
        _say(_owners_text(assistant.ask_owner(topic).owners))


@app.command(epilog="Example: python -m rag show 11-3")
def show(item_id: str, as_json: AsJson = False) -> None:
    """Show one item verbatim, by its id: chapter and number, as in 11-3."""
    assistant = open_assistant()
    item = assistant.item(item_id)
    _say(to_json(_item_record(item)) if as_json else f"{_heading(item)}\n{item.text}")


@app.command(epilog="Example: python -m rag batch questions.jsonl answers.jsonl")
def batch(questions: Path, answers: Path) -> None:
    """Answer every line of a JSONL file ({"id", "question", "history", "mode"}) into another."""
    try:
        records = read_questions(questions.read_text(encoding="utf-8-sig").split("\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise RagError(f"cannot read {questions} as UTF-8 text: {error}") from error
    except RagError as error:
        raise RagError(f"{questions}, {error}") from error
    assistant = open_assistant()
    with progress_bar("回答") as progress, written_beside(answers) as write:
        for done, record in enumerate(records, start=1):
            write(to_json(answer_question(assistant, record)))
            progress(done, len(records))


@app.command(epilog="Example: python -m rag expand questions_116.jsonl")
def expand(output: Path) -> None:
    """Propose resident questions for the document through a chat model, into a file for a person to review."""
    # Chat models take half a second to import, and no other command needs one.
    from rag.chat.model import load_chat_model
    from rag.document.proposal import propose_expansions

    settings = load_settings()
    model = load_chat_model(settings)
    items = load_guidelines(settings.document).items
    with progress_bar("提出問題") as progress, written_beside(output) as write:
        for done, line in enumerate(propose_expansions(items, model), start=1):
            write(line)
            progress(done, len(items))
    _say(f"{len(items)} items in {output}; review each line, then set POLICYQA_QUESTIONS and run `python -m rag index`")


@app.command(hidden=True)
def vectors() -> None:
    """Make the shipped vectors anew after the corpus changed (for contributors)."""
    embedder = choose_embedder(Settings(), verify=True)
    chunks = shipped_chunks()
    with progress_bar("計算向量") as progress:
        write_shipped(chunks, embed_chunks(chunks, embedder, progress), embedder.identity)
    _say(f"{len(chunks)} vectors written")


def _answer_text(answer: Answer) -> str:
    sources = [f"[{c.marker}] {_heading(c.item)}\n    {c.item.text}" for c in answer.citations]
    noted = [f"（{answer.note}）"] if answer.note else []
    return "\n\n".join([answer.text, *noted, *sources])


def _owners_text(owners: tuple[Ownership, ...]) -> str:
    lines: list[str] = []
    for place, owner in enumerate(owners, start=1):
        lines.append(f"{place}. {owner.bureau.office}（{owner.share:.0%}）")
        lines += [f"   {item.id} {item.text}" for item in owner.items]
    return "\n".join(lines)


def _heading(item: PolicyItem) -> str:
    return f"{item.id} {item.office} {item.label}{'〔淨零〕' if item.net_zero else ''}"


def _item_record(item: PolicyItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "section": item.section,
        "bureau": item.office,
        "number": item.number,
        "net_zero": item.net_zero,
        "theme": item.theme,
        "text": item.text,
    }


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main() -> None:
    """Run a command; whatever its caller can mend becomes one line and exit code 2."""
    try:
        app()
    except RagError as error:
        sys.stderr.write(f"error: {' '.join(str(error).split())}\n")
        sys.exit(2)
    except BrokenPipeError:
        # The reader (`| head`) has what it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
