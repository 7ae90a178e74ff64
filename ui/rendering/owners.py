"""The bureaus of a topic, and of many topics, as HTML and as rows of a table."""

from collections.abc import Sequence
from html import escape

from rag.types import Answer, Bureau, Language, Ownership
from ui.rendering.cards import item_card
from ui.rendering.charts import figure, percent
from ui.wording import say

# Bureaus that a row of many topics names.
RANKED = 3


def owners_html(answer: Answer, topic: str, language: Language) -> str:
    """One topic: each bureau with its share of the evidence, and folded the items that prove it."""
    title = escape(say("owners.result", language, topic=topic))
    weak = answer.grounding == "no_evidence"
    notice = f'<p class="notice">{escape(say("owners.weak", language))}</p>' if weak else ""
    # What is only near is not called evidence.
    measure, proof = ("owners.nearness", "owners.nearest_of") if weak else ("owners.share", "owners.proofs_of")
    heads = "".join(f'<th scope="col">{escape(say(key, language))}</th>' for key in ("owners.bureau", measure))
    rows = "".join(_row(owner, language) for owner in answer.owners)
    proofs = "".join(_proofs(owner, proof, language) for owner in answer.owners)
    return (
        f'<section class="owners"><h2>{title}</h2>{notice}'
        f'<table class="figures"><caption class="visually-hidden">{title}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{proofs}</section>"
    )


def spoken(answer: Answer, language: Language) -> str:
    """What a screen reader is told of the result."""
    if not answer.owners or answer.grounding == "no_evidence":
        return say("owners.weak", language)
    first = answer.owners[0]
    return say("owners.shown", language, bureau=bureau_name(first.bureau, language), share=percent(first.share))


def topics_html(answers: Sequence[tuple[str, Answer | None]], language: Language) -> str:
    """Many topics: a row each, with the bureaus in order."""
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in topics_header(language))
    rows = "".join(
        _topic_html(topic_row(topic, answer, language), topics_header(language)) for topic, answer in answers
    )
    caption = escape(say("owners.many", language))
    return (
        f'<div class="scrolled" tabindex="0" role="region" aria-label="{caption}"><table class="figures">'
        f'<caption class="visually-hidden">{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _topic_html(row: Sequence[str], header: Sequence[str]) -> str:
    """A row; each cell keeps its head, which stands beside it on a phone. Empty cells are not shown there."""
    cells = (
        f'<td class="{"" if cell else "empty"}" data-head="{escape(head)}">{escape(cell)}</td>'
        for head, cell in zip(header[1:], row[1:], strict=True)
    )
    return f'<tr><th scope="row">{escape(row[0])}</th>{"".join(cells)}</tr>'


def topics_header(language: Language) -> list[str]:
    ranks = [say("owners.nth", language, n=n) for n in range(1, RANKED + 1)]
    return [say("owners.topic", language), *ranks, say("owners.proofs", language), say("owners.found", language)]


def topic_row(topic: str, answer: Answer | None, language: Language) -> list[str]:
    """The cells of a topic as plain text; `answer`: None for a topic that was too long to look up."""
    if answer is None:
        return [f"{topic[:40]}…", *[""] * (RANKED + 1), say("owners.too_long", language)]
    named = [f"{bureau_name(owner.bureau, language)} {percent(owner.share)}" for owner in answer.owners[:RANKED]]
    cited = answer.grounding != "no_evidence"
    proofs = "、".join(f"{c.item.label}" for c in answer.citations[:5]) if cited else ""
    found = say("owners.yes" if cited else "owners.no", language)
    return [topic, *named, *[""] * (RANKED - len(named)), proofs, found]


def bureau_name(bureau: Bureau, language: Language) -> str:
    """The name people use, in the page's language."""
    return bureau.short if language in {"zh-TW", "ja"} else bureau.english


def _row(owner: Ownership, language: Language) -> str:
    name = escape(bureau_name(owner.bureau, language))
    return f'<tr><th scope="row">{name}</th><td>{figure(percent(owner.share), owner.share)}</td></tr>'


def _proofs(owner: Ownership, key: str, language: Language) -> str:
    if not owner.items:
        return ""
    title = say(key, language, bureau=bureau_name(owner.bureau, language), count=len(owner.items))
    cards = "".join(item_card(item, language, bureau=owner.bureau) for item in owner.items)
    return f"<details><summary>{escape(title)}</summary>{cards}</details>"
