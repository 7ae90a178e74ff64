"""The staff pages as HTML. What people typed is shown letter by letter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from importlib.resources import files
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from rag.retrieval.question import LONGEST_QUESTION, Question
from rag.types import Answer, Language, Passage
from ui.records.store import Feedback, Unanswered
from ui.rendering.answers import answer_html
from ui.wording import say

_PLACES = ("feedback", "unanswered", "explain")
_ZONE = "Asia/Taipei"
# Of all that was found, as many as an answer keeps; and the searches that say most.
_SHOWN = 10
_SEARCHES = ("item", "question", "lexical", "words")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the pages. `kept`: the language was asked for in the address and stays there."""

    language: Language
    kept: bool = False

    def address(self, place: str, **query: str) -> str:
        """Of a page below /staff; the door itself is the empty place."""
        asked = urlencode({**query, **({"lang": self.language} if self.kept else {})})
        return f"/staff{place and '/'}{place}{asked and '?'}{asked}"


def staff_page(reader: Reader, place: str, body: str) -> str:
    """A whole page; `place`: where in the navigation it stands, empty for the login, `body`: HTML already."""
    language = reader.language
    site = say("staff.title", language)
    named = say(f"staff.{place or 'login'}", language)
    title = f"{named} · {site}"
    style = files("ui.rendering").joinpath("staff.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><base href="/">'
        f"<title>{escape(title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{style}</style></head><body><header><h1>{escape(site)}</h1>"
        f"{_navigation(reader, place) if place else ''}</header><main>{body}</main></body></html>"
    )


def _navigation(reader: Reader, current: str) -> str:
    links = "".join(
        f'<a href="{escape(reader.address(place))}"{_current("page", place == current)}>'
        f"{escape(say(f'staff.{place}', reader.language))}</a>"
        for place in _PLACES
    )
    return (
        f'<nav aria-label="{escape(say("staff.pages", reader.language))}">{links}</nav>'
        f'<form method="post" action="{escape(reader.address("logout"))}">'
        f'<button class="quiet">{escape(say("staff.logout", reader.language))}</button></form>'
    )


def choice_html(reader: Reader, current: str) -> str:
    """Links to all feedback and to that of one opinion; `current`: the one that is shown, empty for all."""
    links = " ".join(
        f'<a href="{escape(reader.address("feedback", **({"only": only} if only else {})))}"'
        f"{_current('true', only == current)}>{escape(say(f'staff.{name}', reader.language))}</a>"
        for only, name in (("", "all"), ("useful", "useful"), ("useless", "not_useful"))
    )
    return f'<p class="choice">{escape(say("staff.only", reader.language))} {links}</p>'


def _current(kind: str, chosen: bool) -> str:
    return f' aria-current="{kind}"' if chosen else ""


def login_html(reader: Reader, problem: str = "") -> str:
    """The form; `problem`: a key of what went wrong before."""
    language = reader.language
    told = f'<p role="alert">{escape(say(f"staff.{problem}", language))}</p>' if problem else ""
    return (
        f'<form method="post" action="{escape(reader.address("login"))}" class="login">{told}'
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
    """As the clocks of those who read it show it."""
    return at.astimezone(ZoneInfo(_ZONE)).isoformat(sep=" ", timespec="seconds").partition("+")[0]


def records_html(
    place: str, header: Sequence[str], rows: Sequence[Sequence[str]], reader: Reader, told: str, total: int
) -> str:
    """Records as a table under a link to all of them as CSV; `told`: HTML between title and link, `total`: of rows."""
    language = reader.language
    title = say(f"staff.{place}", language)
    if not rows:
        return f"<h2>{escape(title)}</h2>{told}<p>{escape(say('staff.nothing', language))}</p>"
    counted = say("staff.shown", language, shown=len(rows), total=total) if total > len(rows) else ""
    link = f'<a href="{escape(reader.address(f"{place}.csv"))}" download>{escape(say("staff.download", language))}</a>'
    return f"<h2>{escape(title)}</h2>{told}<p>{link} {escape(counted)}</p>{_table(title, header, rows)}"


def question_form(question: str, reader: Reader) -> str:
    language = reader.language
    return (
        f"<h2>{escape(say('staff.explain', language))}</h2>"
        f'<form method="post" action="{escape(reader.address("explain"))}" class="line">'
        f"<label>{escape(say('staff.question', language))}"
        f'<input name="q" value="{escape(question)}" maxlength="{LONGEST_QUESTION}" required></label>'
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
    found = _table(say("staff.explain", language), header, rows) if rows else ""
    return f'<dl>{list_of}</dl><div class="said">{said}</div>{found}'


def _passage_row(place: int, passage: Passage) -> list[str]:
    searches = [
        f"{passage.ranks[name]} / {passage.scores[name]:.3f}" if name in passage.ranks else "–" for name in _SEARCHES
    ]
    label = f"{passage.item.id} {passage.item.label}"
    return [str(place), label, f"{passage.score:.2f}", *searches, passage.item.text]


def _table(title: str, header: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in header)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return (
        f'<div class="scrolled" tabindex="0" role="region" aria-label="{escape(title)}"><table>'
        f'<caption class="visually-hidden">{escape(title)}'
        f"</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )
