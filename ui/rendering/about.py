"""What the service is, as HTML."""

from html import escape

from rag.types import Language
from ui.wording import both_years, say

_SECTIONS = ("source", "making", "limits", "privacy", "help")


def about_html(
    language: Language,
    *,
    year: int,
    items: int,
    bureaus: int,
    preface: int,
    model: str,
    feedback_days: int,
    unanswered_days: int,
) -> str:
    """All sections. `model`: empty where none writes; `unanswered_days`: 0 where unanswered questions are not kept."""
    values = {"items": items, "bureaus": bureaus, "preface": preface, "days": feedback_days, **both_years(year)}
    texts = {section: say(f"about.{section}_text", language, **values) for section in _SECTIONS}
    if unanswered_days:
        texts["privacy"] += "\n" + say("about.unanswered_text", language, days=unanswered_days)
    writing = say("about.with_model", language, model=model) if model else say("about.without_model", language)
    shown = {section: _paragraphs(text) for section, text in texts.items()}
    shown["making"] += f"<p>{escape(writing)}</p>"
    parts = (f"<h2>{escape(say(f'about.{section}', language))}</h2>{shown[section]}" for section in _SECTIONS)
    return f'<div class="about">{"".join(parts)}</div>'


def _paragraphs(text: str) -> str:
    first, *rest = text.split("\n")
    if not rest:
        return f"<p>{escape(first)}</p>"
    if first.endswith(("：", ":")):
        return f"<p>{escape(first)}</p>{_points(rest)}"
    return _points([first, *rest])


def _points(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
