"""A report as one HTML file: no script, no asset from outside, every text escaped."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from eval.comparison import compare
from eval.plots import draw
from eval.report import Report, Row
from eval.statistics import Difference, Estimate, mean_of_each, percentile
from rag.types import PolicyItem

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK TC","Microsoft JhengHei","PingFang TC",sans-serif;margin:2em auto;
max-width:1200px;padding:0 1em;color:#1c1c1c}table{border-collapse:collapse;margin:1em 0;display:block;overflow-x:auto}
th,td{border:1px solid #ccc;padding:.2em .5em;text-align:left;vertical-align:top}td.n{text-align:right;
font-variant-numeric:tabular-nums;white-space:nowrap}small{color:#666}svg{max-width:100%;height:auto}
.plots{display:flex;flex-wrap:wrap}
article{border-top:1px solid #ccc;padding:.5em 0}pre{white-space:pre-wrap;font:inherit}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_HEADLINES = ("correct", "must", "retrieved@1", "retrieved@5", "cite_precision", "cite_recall", "owner_top1", "refused")


def render(report: Report, others: Sequence[Report], items: Mapping[str, PolicyItem]) -> str:
    """The whole page; differences are against the first of the others."""
    title = f"{report.system}: {report.questions or 'questions'}"
    parts = [
        f'<!doctype html><html lang="zh-Hant"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>",
        f"<p>{len(report.rows)} questions, {escape(report.date)}. Means with 95 % bootstrap intervals.</p>",
        _summary(report, others),
        _refusals([report, *others]),
        '<h2>Plots</h2><div class="plots">',
        *(f"<figure><figcaption>{name}</figcaption>{svg}</figure>" for name, svg in draw([report, *others]).items()),
        "</div>",
        _no_reliability(report),
        "<h2>By kind</h2>" + _groups({kind: report.of_kind(kind) for kind in report.kinds}),
        "<h2>By bureau</h2><p>A question counts for each of its bureaus.</p>" + _groups(by_bureau(report)),
        _failures(report, items),
        _coverage(report, items),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def by_bureau(report: Report) -> dict[str, tuple[Row, ...]]:
    """The rows of each section that owns a question's topic, in the order of the file."""
    sections = dict.fromkeys(bureau for row in report.rows for bureau in row.question.bureaus)
    return {name: tuple(row for row in report.rows if name in row.question.bureaus) for name in sections}


def never_retrieved(report: Report) -> dict[str, int]:
    """Items that none of the questions they are gold of found among its first ten, with the number of questions."""
    asked = Counter(item_id for row in report.rows for item_id in row.question.gold)
    found = {item_id for row in report.rows for item_id in set(row.question.gold) & set(row.answer.retrieved[:10])}
    return {item_id: count for item_id, count in asked.items() if item_id not in found}


def _summary(report: Report, others: Sequence[Report]) -> str:
    differences = compare(report, others[0]) if others else {}
    head = ["", report.system, *(other.system for other in others)]
    head += [f"difference to {others[0].system}", "p"] if others else []
    rows = []
    for name, estimate in report.figures.items():
        cells = [_estimate(estimate), *(_estimate(other.figures.get(name)) for other in others)]
        if others:
            gap = differences.get(name)
            cells += [_estimate(gap, signed=True), _number(f"{gap.p:.4f}" if gap else "")]
        rows.append((name, cells))
    return "<h2>Summary</h2>" + _table(head, rows)


def _refusals(reports: Sequence[Report]) -> str:
    head = ["", "refusal precision", "recall", "F1", "over-refusal", "p50 ms", "p95 ms"]
    rows = []
    for report in reports:
        figures = report.refusals
        cells = [f"{value:.3f}" for value in (figures.precision, figures.recall, figures.f1, figures.over)]
        cells += [f"{percentile(report.latencies, share):.1f}" if report.latencies else "" for share in (0.5, 0.95)]
        rows.append((report.system, [_number(cell) for cell in cells]))
    return "<h2>Refusal and latency</h2>" + _table(head, rows)


def _no_reliability(report: Report) -> str:
    if any(row.answer.relevance is not None for row in report.rows):
        return ""
    return "<p><small>No reliability curve: the answers state no relevance.</small></p>"


def _groups(groups: Mapping[str, Sequence[Row]]) -> str:
    rows = []
    for name, group in groups.items():
        means = mean_of_each([row.figures for row in group], _HEADLINES)
        rows.append((name, [_number(str(len(group))), *(_estimate(means.get(figure)) for figure in _HEADLINES)]))
    return _table(["", "n", *_HEADLINES], rows)


def _failures(report: Report, items: Mapping[str, PolicyItem]) -> str:
    failed = [row for row in report.rows if row.figures["correct"] < 1]
    return f"<h2>Not fully right: {len(failed)}</h2>" + "".join(_failure(row, items) for row in failed)


def _failure(row: Row, items: Mapping[str, PolicyItem]) -> str:
    question, answer = row.question, row.answer
    history = "".join(f"<br><small>{escape(role)}: {escape(text)}</small>" for role, text in question.history)
    must = "；".join(" / ".join(group) for group in question.must)
    expected = [
        "answerable" if question.answerable else "not answerable",
        f"gold {_named(question.gold, items)}",
        f"acceptable {', '.join(question.acceptable) or 'none'}",
        f"bureaus {', '.join(question.bureaus) or 'none'}",
        f"must {must or 'nothing'}",
    ]
    found = [
        answer.grounding or "no answer",
        f"cited {_named(answer.cited, items)}",
        f"bureaus {', '.join(answer.bureaus) or 'none'}",
        f"retrieved {', '.join(answer.retrieved) or 'none'}",
    ]
    return (
        f"<article><b>{escape(question.question)}</b> <small>{escape(question.id)}, {escape(question.kind)}, "
        f"correct {row.figures['correct']:g}</small>{history}<br>expected: {escape('; '.join(expected))}"
        f"<br>found: {escape('; '.join(found))}<details><summary>answer</summary><pre>{escape(answer.text)}</pre>"
        f"<small>{escape(question.note)}</small></details></article>"
    )


def _named(item_ids: Iterable[str], items: Mapping[str, PolicyItem]) -> str:
    return ", ".join(f"{i}（{items[i].text[:30]}…）" if i in items else i for i in item_ids) or "none"


def _coverage(report: Report, items: Mapping[str, PolicyItem]) -> str:
    lost = never_retrieved(report)
    asked = {item_id for row in report.rows for item_id in row.question.gold}
    rows = [
        (item_id, [_number(str(count)), f"<td>{escape(items[item_id].text if item_id in items else '')}</td>"])
        for item_id, count in lost.items()
    ]
    lead = f"<p>{len(asked)} items are gold of some question; {len(items)} stand in the document.</p>"
    return f"<h2>Items never among the first ten: {len(lost)}</h2>{lead}" + _table(["item", "questions", "text"], rows)


def _table(head: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    first = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = (f"<tr><th>{escape(name)}</th>{''.join(cells)}</tr>" for name, cells in rows)
    return f"<table><thead><tr>{first}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _estimate(estimate: Estimate | Difference | None, *, signed: bool = False) -> str:
    if estimate is None:
        return _number("")
    sign = "+" if signed else ""
    return _number(f"{estimate.mean:{sign}.3f} <small>{estimate.low:{sign}.3f} … {estimate.high:{sign}.3f}</small>")


def _number(cell: str) -> str:
    return f'<td class="n">{cell}</td>'
