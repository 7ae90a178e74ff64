"""Items as a list, one item with its neighbours, and how many each bureau has, as HTML."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from rag.document.catalog import PREFACE, Catalog
from rag.types import Language, PolicyItem
from ui.rendering.cards import item_card, office_name
from ui.rendering.charts import figure, link, percent
from ui.rendering.conversation import question_link
from ui.wording import say


def items_html(items: Sequence[PolicyItem], catalog: Catalog, language: Language, *, total: int, note: str = "") -> str:
    """The items that are shown of `total` that fit; `note`: how they were found, where that needs saying."""
    said = say("items.found", language, total=total, shown=len(items)) if total else say("items.none", language)
    told = f'<p class="note">{escape(note)}</p>' if note and total else ""
    cards = "".join(item_card(item, language, bureau=catalog.bureaus.get(item.section)) for item in items)
    return f'<p class="quiet" role="status">{escape(said)}</p>{told}<div class="cards">{cards}</div>'


def item_html(item: PolicyItem, catalog: Catalog, language: Language) -> str:
    """The page of one item."""
    bureau = catalog.bureaus.get(item.section)
    name = office_name(item, language, bureau)
    siblings = catalog.sections.get(item.section, catalog.preface)
    before, after = catalog.at(item.section, item.number - 1), catalog.at(item.section, item.number + 1)
    steps = [
        link(_address(language, item=near.id), say(f"items.{key}", language, label=near.label))
        for key, near in (("previous", before), ("next", after))
        if near is not None
    ]
    whole = say("items.of_bureau", language, bureau=name, count=len(siblings))
    ways = [
        link(_address(language, tab="items", bureau=item.section), whole),
        link(question_link(item.label, language), say("items.ask", language)),
        link(_address(language, tab="items"), say("items.back", language)),
    ]
    return (
        f'<section class="item-page" aria-labelledby="item-title"><h2 id="item-title">{escape(name)} '
        f'<span lang="zh-TW">{escape(item.label)}</span></h2>'
        f'<p class="quiet">{escape(say("items.item_id", language, id=item.id))}'
        f"{'　' + escape(item.theme) if item.theme else ''}</p>"
        f"{item_card(item, language, bureau=bureau)}"
        f'<p class="actions"><button type="button" data-copy-link="{escape(_address(language, item=item.id))}" '
        f'data-done="{escape(say("ask.copied", language))}">{escape(say("items.copy_link", language))}</button></p>'
        f'<ul class="ways">{"".join(f"<li>{way}</li>" for way in (*steps, *ways))}</ul></section>'
    )


def unknown_item_html(item_id: str, language: Language) -> str:
    """A way on for whoever followed a wrong link."""
    back = link(_address(language, tab="items"), say("items.back", language))
    return f'<p class="notice" role="alert">{escape(say("items.unknown", language, id=item_id[:20]))} {back}</p>'


def chart_html(catalog: Catalog, language: Language) -> str:
    """How many items each bureau has, and how many of them are marked net zero."""
    heads = ("bureau", "count", "net_zero_count")
    head = "".join(f'<th scope="col">{escape(say(f"items.{name}", language))}</th>' for name in heads)
    most = max(len(items) for items in catalog.sections.values())
    rows = "".join(_count_row(section, items, catalog, language, most) for section, items in catalog.sections.items())
    every = [item for items in catalog.sections.values() for item in items]
    marked = sum(item.net_zero for item in every)
    total = (
        f'<tr><th scope="row">{escape(say("items.total", language))}</th><td>{len(every)}</td>'
        f"<td>{marked}（{percent(marked / len(every))}）</td></tr>"
    )
    title = escape(say("items.chart", language))
    return (
        f'<table class="figures counts"><caption class="visually-hidden">{title}</caption>'
        f"<thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody><tfoot>{total}</tfoot></table>"
    )


def _count_row(section: str, items: Sequence[PolicyItem], catalog: Catalog, language: Language, most: int) -> str:
    marked = sum(item.net_zero for item in items)
    share = marked / len(items)
    name = office_name(items[0], language, catalog.bureaus.get(section))
    return (
        f'<tr><th scope="row">{link(_address(language, tab="items", bureau=section), name)}</th>'
        f"<td>{figure(str(len(items)), len(items) / most)}</td>"
        f"<td>{figure(f'{marked}（{percent(share)}）', share)}</td></tr>"
    )


def bureau_choices(catalog: Catalog, language: Language) -> list[tuple[str, str]]:
    """What is shown and what is meant, in document order, the preface last."""
    named = [
        (f"{office_name(items[0], language, catalog.bureaus.get(section))}（{len(items)}）", section)
        for section, items in catalog.sections.items()
    ]
    preface = (f"{say('card.preface', language)}（{len(catalog.preface)}）", PREFACE)
    return [(say("items.all", language), ""), *named, preface]


def _address(language: Language, **query: str) -> str:
    kept = {} if language == "zh-TW" else {"lang": language}
    return f"?{urlencode({**query, **kept})}"
