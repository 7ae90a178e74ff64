"""The staff pages as HTML. What people typed is shown letter by letter."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from importlib.resources import files

from rag.retrieval.question import LONGEST_QUESTION, Question
from rag.types import Answer, Language, Passage
from ui.records.store import Feedback, Unanswered
from ui.rendering.answers import answer_html
from ui.wording import say

# Of all that was found, as many as an answer keeps; and the searches that say most.
_SHOWN = 10
_SEARCHES = ("item", "question", "lexical", "words")


def staff_page(language: Language, body: str, *, logged_in: bool) -> str:
    """A whole page; `body` is HTML already."""
    title = escape(say("staff.title", language))
    style = files("ui.rendering").joinpath("staff.css").read_text(encoding="utf-8")
    links = "".join(
        f'<a href="/staff/{place}">{escape(say(f"staff.{place}", language))}</a>'
        for place in ("feedback", "unanswered", "explain")
    )
    leave = (
        f'<form method="post" action="/staff/logout"><button>{escape(say("staff.logout", language))}</button></form>'
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><base href="/"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{style}</style></head><body><header><h1>{title}</h1>"
        f"{f'<nav>{links}</nav>{leave}' if logged_in else ''}</header><main>{body}</main></body></html>"
    )


def login_html(language: Language, problem: str = "") -> str:
    """The form; `problem`: a key of what went wrong before."""
    told = f'<p role="alert">{escape(say(f"staff.{problem}", language))}</p>' if problem else ""
    return (
        f'{told}<form method="post" action="/staff/login" class="login">'
        f'<label>{escape(say("staff.user", language))}<input name="user" autocomplete="username" required></label>'
        f"<label>{escape(say('staff.password', language))}"
        '<input name="password" type="password" autocomplete="current-password" required></label>'
        f"<button>{escape(say('staff.login', language))}</button></form>"
    )


def feedback_header(language: Language) -> list[str]:
    names = ("at", "opinion", "reason", "question", "answer", "grounding", "citations", "language", "source")
    return [say(f"staff.{name}", language) for name in names]


def feedback_row(kept: Feedback, language: Language) -> list[str]:
    opinion = say("staff.useful" if kept.useful else "staff.not_useful", language)
    ids = "、".join(kept.citations)
    return [
        _moment(kept.at),
        opinion,
        kept.reason,
        kept.question,
        kept.answer,
        kept.grounding,
        ids,
        kept.language,
        kept.source,
    ]


def unanswered_header(language: Language) -> list[str]:
    return [say(f"staff.{name}", language) for name in ("at", "question", "language")]


def unanswered_row(kept: Unanswered) -> list[str]:
    return [_moment(kept.at), kept.question, kept.language]


def _moment(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="seconds")


def records_html(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], language: Language, download: str, told: str = ""
) -> str:
    """Records as a table under a link to all of them as CSV; `told`: HTML between the two."""
    if not rows:
        return f"<h2>{escape(title)}</h2>{told}<p>{escape(say('staff.nothing', language))}</p>"
    link = f'<p><a href="{escape(download)}" download>{escape(say("staff.download", language))}</a></p>'
    return f"<h2>{escape(title)}</h2>{told}{link}{_table(title, header, rows)}"


def question_form(question: str, language: Language) -> str:
    return (
        f'<h2>{escape(say("staff.explain", language))}</h2><form method="get" action="/staff/explain" class="line">'
        f"<label>{escape(say('staff.question', language))}"
        f'<input name="q" value="{escape(question)}" maxlength="{LONGEST_QUESTION}"></label>'
        f"<button>{escape(say('staff.show', language))}</button></form>"
    )


def explanation_html(understood: Question, answer: Answer, passages: Sequence[Passage], language: Language) -> str:
    """How a question was understood, what was decided, and why these items: their places in each search."""
    none = "–"
    facts = "、".join(fact.name for fact in understood.facts) or none
    told = [
        (say("staff.kind", language), understood.kind),
        (say("staff.language", language), understood.language),
        (say("staff.topic", language), understood.topic or none),
        (say("staff.sections", language), "、".join(understood.sections) or none),
        (say("staff.facts", language), facts),
        (say("staff.grounding", language), answer.grounding),
        (say("staff.relevance", language), none if answer.relevance is None else f"{answer.relevance:.3f}"),
    ]
    list_of = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in told)
    names = ("rank", "item", "score", *(f"search_{search}" for search in _SEARCHES), "text")
    header = [say(f"staff.{name}", language) for name in names]
    rows = [_passage_row(place, passage) for place, passage in enumerate(passages[:_SHOWN], start=1)]
    said = answer_html(answer.text, answer.citations, language, {c.marker: "" for c in answer.citations})
    return f"<dl>{list_of}</dl><div>{said}</div>{_table(say('staff.explain', language), header, rows)}"


def _passage_row(place: int, passage: Passage) -> list[str]:
    searches = [
        f"{passage.ranks[name]} / {passage.scores[name]:.3f}" if name in passage.ranks else "–" for name in _SEARCHES
    ]
    label = f"{passage.item.id} {passage.item.label}"
    return [str(place), label, f"{passage.score:.2f}", *searches, passage.item.text]


def _table(title: str, header: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in header)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="scrolled" tabindex="0" role="region" aria-label="{escape(title)}"><table><caption>{escape(title)}'
        f"</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )
