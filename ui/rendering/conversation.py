"""The turns of a conversation as HTML: each question, its answer, and beside it the items that it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlencode

from rag.types import Bureau, Language
from ui.rendering.answers import answer_html
from ui.rendering.cards import item_card
from ui.rendering.transcript import answer_text
from ui.rendering.turns import ShownTurn, notes
from ui.wording import say

# Answers that list many items fold the rest.
_OPEN_CARDS = 6
THEMES = ("technology", "liveable", "happy", "charming")


@dataclass(frozen=True, slots=True)
class View:
    """In what language, and over what document, a conversation is shown."""

    language: Language
    bureaus: Mapping[str, Bureau]
    year: int


def turn_html(turn: ShownTurn, number: int, view: View, *, live: bool = False) -> str:
    """One turn: question, answer and actions on one side, cited items on the other.

    `number`: its place in the conversation, which keeps the ids of elements apart. `live`: it is still growing.
    """
    language = view.language
    anchors = {citation.marker: f"turn-{number}-item-{citation.marker}" for citation in turn.citations}
    title = escape(say("ask.you", language))
    text = answer_html(turn.answer, turn.citations, language, anchors, turn.language)
    said = (
        f'<div class="answer" lang="{turn.language}">{_badge(turn, language)}{text or _waiting(language)}</div>'
        f"{_notes(turn, language, live=live)}{'' if live else _actions(turn, view)}"
    )
    return (
        f'<section class="turn" aria-labelledby="turn-{number}">'
        f'<h2 class="asked" id="turn-{number}"><span class="visually-hidden">{title}</span> '
        f"{escape(turn.question)}</h2>"
        f'<div class="turn-body"><div class="said">{said}</div>'
        f"{_sources(turn, view, anchors)}</div></section>"
    )


def examples_html(language: Language) -> str:
    """What can be asked, by the themes of the preface; shown while nothing has been asked."""
    groups = "".join(
        f"<section><h3>{escape(say(f'examples.{theme}_title', language))}</h3>"
        f"<ul>{_question_links(say(f'examples.{theme}', language).split(chr(10)), language)}</ul></section>"
        for theme in THEMES
    )
    return (
        f'<div class="welcome"><p>{escape(say("ask.welcome", language))}</p>'
        f"<h2>{escape(say('ask.examples', language))}</h2>"
        f'<div class="examples">{groups}</div></div>'
    )


def go_on_html(questions: Sequence[str], language: Language) -> str:
    """Questions to go on with; empty where there are none."""
    if not questions:
        return ""
    title = escape(say("ask.go_on", language))
    return f'<section class="go-on"><h3>{title}</h3><ul>{_question_links(questions, language)}</ul></section>'


def rating_html(language: Language, *, days: int) -> str:
    """Asks for an opinion, and says what pressing a thumb keeps, and for how long."""
    told = escape(say("ask.kept", language, days=days))
    return f'<p>{escape(say("ask.rate", language))} <span class="quiet">{told}</span></p>'


def question_link(question: str, language: Language) -> str:
    """The address that asks a question; not yet escaped for HTML."""
    kept = {} if language == "zh-TW" else {"lang": language}
    return f"?{urlencode({'q': question, **kept})}"


def _waiting(language: Language) -> str:
    return f'<p class="waiting">{escape(say("ask.working", language))}</p>'


def _badge(turn: ShownTurn, language: Language) -> str:
    if turn.kind == "chat" or turn.grounding == "cited" or not turn.answer:
        return ""
    return f'<p class="badge" lang="{language}">{escape(say(f"ask.{turn.grounding}", language))}</p>'


def _notes(turn: ShownTurn, language: Language, *, live: bool) -> str:
    # What still grows is not stopped.
    told = notes(replace(turn, finished=True) if live else turn, language)
    return "".join(f'<p class="note">{escape(note)}</p>' for note in told)


def _actions(turn: ShownTurn, view: View) -> str:
    language = view.language
    link = escape(question_link(turn.question, language))
    return (
        f'<p class="actions"><button type="button" data-copy="{escape(answer_text(turn, language, view.year))}" '
        f'data-link="{link}" data-done="{escape(say("ask.copied", language))}">'
        f"{escape(say('ask.copy', language))}</button> "
        f'<a href="{link}">{escape(say("ask.link", language))}</a></p>'
    )


def _question_links(questions: Iterable[str], language: Language) -> str:
    return "".join(
        f'<li><a href="{escape(question_link(question, language))}" data-ask="{escape(question)}">'
        f"{escape(question)}</a></li>"
        for question in questions
    )


def _sources(turn: ShownTurn, view: View, anchors: Mapping[int, str]) -> str:
    language, bureaus = view.language, view.bureaus
    cards = [
        item_card(
            citation.item,
            language,
            bureau=bureaus.get(citation.item.section),
            quote=citation.quote,
            marker=citation.marker,
            level=4,
            anchor=anchors[citation.marker],
        )
        for citation in turn.citations
    ]
    # An answer that cites nothing and is no refusal, such as a count, rests on no item.
    shown = turn.related if cards or turn.grounding == "no_evidence" else ()
    related = [item_card(item, language, bureau=bureaus.get(item.section), level=4) for item in shown]
    if not cards and not related:
        return ""
    # What has no answer still shows where to look.
    title = escape(say("ask.sources" if cards else "ask.nearest", language))
    more = _folded(cards[_OPEN_CARDS:], say("ask.more_cited", language, count=len(cards) - _OPEN_CARDS))
    rest = _folded(related, say("ask.related" if cards else "ask.unfold", language, count=len(related)))
    listed = f"{''.join(cards[:_OPEN_CARDS])}{more}{rest}"
    return f'<div class="sources"><h3>{title}</h3>{listed}</div>'


def _folded(cards: Sequence[str], title: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{''.join(cards)}</details>" if cards else ""


def notice_html(text: str) -> str:
    """Something that the asker should mend; screen readers say it at once."""
    return f'<p class="notice" role="alert">{escape(text)}</p>'


def quiet_html(text: str) -> str:
    """Something that stands there from the beginning."""
    return f'<p class="quiet">{escape(text)}</p>'


def said_html(text: str) -> str:
    """Something that comes and is said quietly."""
    return f'<p class="quiet" role="status">{escape(text)}</p>'
