"""Items as a list, one item with its neighbours, and how many each bureau has, as HTML."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from rag.document.catalog import PREFACE, Catalog
from rag.types import Language, PolicyItem
from ui.rendering.cards import item_card, office_name
from ui.rendering.charts import figure, link, percent
from ui.rendering.conversation import THEMES, question_link
from ui.rendering.owners import bureau_name
from ui.wording import say


def items_html(items: Sequence[PolicyItem], catalog: Catalog, language: Language, *, total: int, note: str = "") -> str:
    """The items that are shown of `total` that fit; `note`: how they were found, where that needs saying."""
    said = found_words(total, len(items), language)
    told = f'<p class="note">{escape(note)}</p>' if note and total else ""
    cards = "".join(item_card(item, language, bureau=catalog.bureaus.get(item.section)) for item in items)
    # Each list brings a new element, which not every screen reader hears: the page's announcer says it, once.
    title = f'<h2 class="visually-hidden">{escape(say("shell.items", language))}</h2>'
    shown = f'<p class="quiet" role="status" aria-live="off">{escape(said)}</p>'
    return f'{title}{shown}{told}<div class="cards">{cards}</div>'


def found_words(total: int, shown: int, language: Language) -> str:
    """How many items fit, and how many of them are shown."""
    if not total:
        return say("items.none", language)
    if shown == total:
        return say("items.found_all", language, total=total)
    return say("items.found", language, total=total, shown=shown)


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
    # The preface is its own bureau: its name is not said twice.
    title = "" if item.label.startswith(name) else f"{escape(name)} "
    theme = f"　{escape(theme_name(item.theme, language))}" if item.theme else ""
    whole = say("items.of_bureau", language, bureau=name, count=len(siblings))
    ways = [
        link(_address(language, tab="items", bureau=item.section), whole),
        link(question_link(item.label, language), say("items.ask", language)),
        link(_address(language, tab="items"), say("items.back", language)),
    ]
    return (
        f'<section class="item-page" aria-labelledby="item-title"><h2 id="item-title">{title}'
        f'<span lang="zh-TW">{escape(item.label)}</span></h2>'
        f'<p class="quiet">{escape(say("items.item_id", language, id=item.id))}{theme}</p>'
        f"{item_card(item, language, bureau=bureau)}"
        f'<p class="actions"><button type="button" data-copy-link="{escape(_address(language, item=item.id))}" '
        f'data-done="{escape(say("ask.copied", language))}">{escape(say("items.copy_link", language))}</button></p>'
        f'<ul class="ways">{"".join(f"<li>{way}</li>" for way in (*steps, *ways))}</ul></section>'
    )


def unknown_item_html(item_id: str, language: Language) -> str:
    """A way on for whoever followed a wrong link."""
    back = link(_address(language, tab="items"), say("items.back", language))
    return f'<p class="notice" role="alert">{escape(say("items.unknown", language, id=item_id[:20]))} {back}</p>'


def unknown_bureau_html(name: str, language: Language) -> str:
    """For whoever followed a link with a bureau that is not there."""
    return f'<p class="notice" role="alert">{escape(say("items.unknown_bureau", language, name=name[:40]))}</p>'


def chart_html(catalog: Catalog, language: Language) -> str:
    """How many items each bureau has, and how many of them are marked net zero."""
    heads = ("bureau", "count", "net_zero_count")
    head = "".join(f'<th scope="col">{escape(say(f"items.{name}", language))}</th>' for name in heads)
    most = max(len(items) for items in catalog.sections.values())
    rows = "".join(_count_row(section, items, catalog, language, most) for section, items in catalog.sections.items())
    every = [item for items in catalog.sections.values() for item in items]
    marked = sum(item.net_zero for item in every)
    all_of_them = escape(say("items.total", language, preface=len(catalog.preface)))
    share = escape(_counted(marked, percent(marked / len(every)), language))
    total = f'<tr><th scope="row">{all_of_them}</th><td>{len(every)}</td><td>{share}</td></tr>'
    title = escape(say("items.chart", language))
    return (
        f'<table class="figures counts"><caption class="visually-hidden">{title}</caption>'
        f"<thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody><tfoot>{total}</tfoot></table>"
    )


def _count_row(section: str, items: Sequence[PolicyItem], catalog: Catalog, language: Language, most: int) -> str:
    marked = sum(item.net_zero for item in items)
    share = marked / len(items)
    name = bureau_name(catalog.bureaus[section], language)
    return (
        f'<tr><th scope="row">{link(_address(language, tab="items", bureau=section), name)}</th>'
        f"<td>{figure(str(len(items)), len(items) / most)}</td>"
        f"<td>{figure(_counted(marked, percent(share), language), share)}</td></tr>"
    )


def bureau_choices(catalog: Catalog, language: Language) -> list[tuple[str, str]]:
    """What is shown and what is meant, in document order, the preface last."""
    named = [
        (_counted(office_name(items[0], language, catalog.bureaus.get(section)), len(items), language), section)
        for section, items in catalog.sections.items()
    ]
    preface = (_counted(say("card.preface", language), len(catalog.preface), language), PREFACE)
    return [(say("items.all", language), ""), *named, preface]


def theme_choices(themes: Sequence[str], language: Language) -> list[tuple[str, str]]:
    """What is shown and what is meant, in the preface's order."""
    return [(say("items.all", language), ""), *((theme_name(theme, language), theme) for theme in themes)]


def theme_name(theme: str, language: Language) -> str:
    """As the preface writes it, behind its translation where the page is not in Chinese."""
    known = {say(f"examples.{name}_title"): name for name in THEMES}
    if language == "zh-TW" or theme not in known:
        return theme
    return _counted(say(f"examples.{known[theme]}_title", language), theme, language)


def _counted(name: object, figure: object, language: Language) -> str:
    """With what belongs to it in the brackets that the language writes."""
    return say("items.with", language, name=name, figure=figure)


def _address(language: Language, **query: str) -> str:
    kept = {} if language == "zh-TW" else {"lang": language}
    return f"?{urlencode({**query, **kept})}"
