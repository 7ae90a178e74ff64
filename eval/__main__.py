"""The command line: python -m eval run | compare | report | beir | gate | calibrate | speed."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from eval import beir as beir_export
from eval import gate as fast_gate
from eval.baselines import load_baselines
from eval.calibration import THRESHOLDS, gather
from eval.calibration import calibrate as fit_relevance
from eval.comparison import compare as compare_reports
from eval.dataset import LabelledQuestion, load_questions
from eval.errors import ReportError
from eval.files import write_text
from eval.html import render
from eval.report import REPORT, Report, load_report, load_run, save_run
from eval.runner import PARTIAL, evaluate
from eval.speed import measure_waits
from eval.systems import System, assistant_system, url_system
from eval.tables import comparison_table, means_table, refusal_line, waits_table
from rag import Settings, load_settings, open_assistant
from rag.document.catalog import load_guidelines
from rag.errors import RagError
from rag.progress import progress_bar
from rag.types import PolicyItem

_EXAMPLES = """Examples:

  python -m eval run eval/questions/guidelines_115.jsonl --out run/now --against run/before/report.json

  python -m eval run eval/questions/guidelines_115.jsonl --kinds oos,adversarial --limit 20

  python -m eval compare run/before run/now

  python -m eval gate
"""
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measures the assistant over labelled questions.",
    epilog=_EXAMPLES,
)


@app.command()
def run(
    questions: Path,
    out: Annotated[Path, typer.Option(help="Folder for report.json and report.html.")] = Path("run"),
    against: Annotated[Path | None, typer.Option(help="Another report.json to compare with.")] = None,
    baselines: Annotated[bool, typer.Option("--baselines", help="Plain systems beside ours; takes minutes.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many questions.")] = None,
    kinds: Annotated[str, typer.Option(help="Only these kinds, with commas between.")] = "",
    url: Annotated[str, typer.Option(help="Ask a running page instead of this process.")] = "",
    judge: Annotated[str, typer.Option(help="provider:model that judges answers to open questions.")] = "",
) -> None:
    """Ask every question, measure the answers, and write a report; an interrupted run goes on where it stopped."""
    settings = load_settings()
    loaded = load_questions(questions)
    others = [load_report(against)] if against else []
    items = _items()
    wanted = [kind for kind in kinds.split(",") if kind]
    judged = _open_judge(judge, settings) if judge else None

    def measured(system: System, place: str) -> Report:
        with progress_bar(system.name) as progress:
            return evaluate(
                system,
                loaded,
                source=questions.name,
                items=items,
                limit=limit,
                kinds=wanted,
                progress=progress,
                resume_path=out / f"{place}{PARTIAL}",
            )

    report = measured(url_system(url) if url else assistant_system(open_assistant(settings)), "report")
    if baselines:
        others += [measured(system, system.name) for system in load_baselines(settings, _complain)]
    save_run(out, report, others)
    if judged is not None:
        # The answers are kept by now, should the model fail.
        report = judged(report, items)
        save_run(out, report, others)
    _write_page(out, report, others, items)
    _say(means_table([report, *others]))
    _say(refusal_line(report))
    _say(f"written to {out / 'report.html'}")


@app.command()
def compare(first: Path, second: Path) -> None:
    """What changed from the first run to the second (folders or report.json), and whether by more than chance."""
    before, after = (load_report(path / REPORT if path.is_dir() else path) for path in (first, second))
    differences = compare_reports(after, before)
    if not differences:
        raise ReportError(f"{first} and {second} have no question in common")
    _say(comparison_table(differences))


@app.command()
def report(folder: Path) -> None:
    """Write report.html again from a run's report.json."""
    loaded, others = load_run(folder)
    _write_page(folder, loaded, others, _items())
    _say(f"written to {folder / 'report.html'}")


@app.command()
def beir(questions: Path, folder: Path) -> None:
    """Export questions, items, judgements and our ranking in BEIR's layout."""
    loaded = load_questions(questions)
    with progress_bar("beir") as progress:
        measured = evaluate(assistant_system(open_assistant()), loaded, source=questions.name, progress=progress)
    beir_export.export(folder, measured, _items())
    _say(f"written to {folder}")


@app.command()
def gate(
    record: Annotated[bool, typer.Option("--record", help="Put the present figures on record instead.")] = False,
) -> None:
    """Compare with the figures on record over a fast subset; exit code 1 where answers became worse."""
    subset = fast_gate.fast_subset(load_questions(fast_gate.QUESTIONS))
    with progress_bar("gate") as progress:
        measured = evaluate(assistant_system(open_assistant()), subset, progress=progress)
    if record:
        fast_gate.save_baseline(measured)
        _say(f"{len(measured.rows)} questions on record in {fast_gate.BASELINE}")
        return
    verdict = fast_gate.judge(measured, fast_gate.load_baseline())
    _say(comparison_table(verdict.differences))
    _say("passed" if verdict.passed else "failed: answers are worse than those on record")
    if not verdict.passed:
        sys.exit(1)


@app.command()
def speed(
    url: str,
    people: Annotated[int, typer.Option(min=1, max=50, help="How many ask at once.")] = 5,
    rounds: Annotated[int, typer.Option(min=1, help="How often they do.")] = 20,
    browser: Annotated[bool, typer.Option("--browser", help="One of them reads the page in Chromium.")] = False,
) -> None:
    """How long a running service lets people wait for the first words of an answer."""
    # Every ninth question, so that those of one bureau do not stand together.
    questions = [question.question for question in load_questions(fast_gate.QUESTIONS)][::9]
    with progress_bar("speed") as progress:
        waits = measure_waits(url, questions, people=people, rounds=rounds, browser=browser, progress=progress)
    _say(waits_table(waits))


@app.command()
def calibrate(questions: list[Path]) -> None:
    """Refit the weights by which questions are refused; prints them, changes nothing."""
    loaded: Sequence[LabelledQuestion] = [question for path in questions for question in load_questions(path)]
    with progress_bar("calibrate") as progress:
        fitted = fit_relevance(gather(open_assistant(), loaded, progress))
    _say(f"RELEVANCE_WEIGHTS = ({', '.join(f'{weight:.3f}' for weight in fitted.weights)})")
    _say(f"AUC, cross-validated: {fitted.area:.3f}; against owner look-ups: {fitted.area_of_lookups:.3f}")
    _say("threshold  refused wrongly  refused rightly  owner look-ups refused")
    for threshold in THRESHOLDS:
        _say(f"{threshold:9.2f}  {'  '.join(f'{share:15.3f}' for share in fitted.refused(threshold))}")


def _items() -> dict[str, PolicyItem]:
    return {item.id: item for item in load_guidelines(load_settings().document).items}


def _open_judge(name: str, settings: Settings) -> Callable[[Report, dict[str, PolicyItem]], Report]:
    """Say how far a chat model judges as the labels do; what comes back judges a report by it."""
    # Chat models take half a second to import, and nothing else here needs one.
    from eval.judge import LEAST_KAPPA, agreement, judge_report, load_examples
    from rag.chat.model import load_chat_model

    model = load_chat_model(settings.model_copy(update={"chat_model": name}))
    # The labelled answers are about the shipped guidelines, whichever document is measured.
    shipped = {item.id: item for item in load_guidelines().items}
    with progress_bar("agreement") as progress:
        found = agreement(model, load_examples(), shipped, progress)
    _say(
        f"judge {name}: agreement {found.share:.3f}, kappa {found.kappa:.3f} "
        f"over {found.n} labelled answers, {found.unreadable} unreadable"
    )
    if found.kappa < LEAST_KAPPA:
        _say(f"warning: kappa below {LEAST_KAPPA}; this judge often departs from the labels; do not rely on `judged`")

    def judged(report: Report, items: dict[str, PolicyItem]) -> Report:
        with progress_bar("judge") as progress:
            return judge_report(model, report, items, progress)

    return judged


def _write_page(folder: Path, report: Report, others: Sequence[Report], items: dict[str, PolicyItem]) -> None:
    write_text(folder / "report.html", render(report, others, items), ReportError)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _complain(text: str) -> None:
    sys.stderr.write(text + "\n")


def main() -> None:
    """Run a command; whatever its caller can mend becomes one line and exit code 2."""
    try:
        app()
    except RagError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
