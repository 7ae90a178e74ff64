"""施政項目: all items, filtered; one item with its neighbours; how many each bureau has."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from rag import PolicyAssistant
from rag.document.catalog import Catalog
from rag.types import Language
from ui.page.language import language_of, worded
from ui.page.listing import Listing, Wanted
from ui.rendering.items import (
    bureau_choices,
    chart_html,
    found_words,
    item_html,
    items_html,
    theme_choices,
    unknown_bureau_html,
    unknown_item_html,
)
from ui.wording import say

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# Items that come with each "show more".
_PAGE = 25
_LONGEST_TEXT = 100
_ADDRESS = (
    "(bureau, theme, text, zero, words) => "
    "policyqa.found({ tab: 'items', bureau, theme, text, net_zero: zero ? '1' : '' }, words)"
)
_MOVE_ON = f"(words, shown) => policyqa.moveOn(words, shown - {_PAGE})"


def build_items(page: gr.Blocks, assistant: PolicyAssistant) -> None:
    """Draw the tab inside the open Gradio context; `page` for what happens on loading."""
    catalog, listing = assistant.catalog, Listing(assistant)
    with gr.Column(elem_id="items"):
        one = gr.HTML(elem_id="item")
        with gr.Column() as every:
            filters, clear = _draw_filters(bureau_choices(catalog, "zh-TW"), theme_choices(listing.themes, "zh-TW"))
            found = gr.HTML(elem_id="items-found")
            more = gr.Button(worded("items.more"), visible=False, elem_id="items-more")
            count = gr.Number(_PAGE, visible=False)
            words, listed = gr.Textbox(visible=False), gr.Textbox(visible=False)
            with gr.Accordion(worded("items.chart"), open=False, elem_id="items-chart"):
                chart = gr.HTML()
    results = [found, more, count, words, listed]

    def reopen(request: gr.Request) -> list[Any]:
        return _reopened(listing, catalog, request.query_params, language_of(request))

    page.load(reopen, None, [one, every, *filters, *results, chart], queue=False, **_QUIET)
    _connect(listing, catalog, filters, clear, results)


def _connect(listing: Listing, catalog: Catalog, filters: list[Any], clear: gr.Button, results: list[Any]) -> None:
    _, more, count, words, listed = results
    bureau, theme, text, net_zero = filters

    def filtered(bureau: str, theme: str, text: str, net_zero: bool, request: gr.Request) -> list[Any]:
        return _results(listing, catalog, _wanted(bureau, theme, text, net_zero), _PAGE, language_of(request))

    def left(bureau: str, theme: str, text: str, net_zero: bool, before: str, request: gr.Request) -> list[Any]:
        # Whoever only passes by with the tab key keeps the list as it stands, and hears nothing.
        if text == before:
            return [gr.skip(), gr.skip(), gr.skip(), "", gr.skip()]
        return filtered(bureau, theme, text, net_zero, request)

    def grow(bureau: str, theme: str, text: str, net_zero: bool, shown: float, request: gr.Request) -> list[Any]:
        wanted = _wanted(bureau, theme, text, net_zero)
        return _results(listing, catalog, wanted, int(shown) + _PAGE, language_of(request))

    changes = [bureau.input, theme.input, net_zero.input, text.submit]
    changed = gr.on(changes, filtered, filters, results, queue=False, **_QUIET)
    passed = text.blur(left, [*filters, listed], results, queue=False, **_QUIET)
    cleared = clear.click(lambda: ["", "", "", False], None, filters, queue=False, **_QUIET)
    emptied = cleared.then(filtered, filters, results, queue=False, **_QUIET)
    for done in (changed, passed, emptied):
        done.then(None, [*filters, words], None, js=_ADDRESS, queue=False, **_QUIET)
    grown = more.click(grow, [*filters, count], results, queue=False, **_QUIET)
    grown.then(None, [words, count], None, js=_MOVE_ON, queue=False, **_QUIET)


def _wanted(bureau: str, theme: str, text: str, net_zero: bool) -> Wanted:
    return Wanted(bureau or "", theme or "", (text or "")[:_LONGEST_TEXT], bool(net_zero))


def _results(listing: Listing, catalog: Catalog, wanted: Wanted, shown: int, language: Language) -> list[Any]:
    fitting = listing.find(wanted)
    part = fitting[:shown]
    note = say("items.theme_note", language, count=listing.near(wanted.theme)) if wanted.theme else ""
    html = items_html(part, catalog, language, total=len(fitting), note=note)
    said = found_words(len(fitting), len(part), language)
    return [html, gr.Button(visible=len(part) < len(fitting)), shown, said, wanted.text]


def _reopened(listing: Listing, catalog: Catalog, query: Mapping[str, str], language: Language) -> list[Any]:
    """What an address asks for: one item, or a list by its filters."""
    bureau = query.get("bureau", "").strip()
    section = catalog.section_named(bureau) or ""
    theme = query.get("theme", "") if query.get("theme", "") in listing.themes else ""
    wanted = _wanted(section, theme, query.get("text", ""), query.get("net_zero", "") == "1")
    item_id = query.get("item", "")
    item = catalog.items.get(item_id)
    detail = item_html(item, catalog, language) if item else unknown_item_html(item_id, language) if item_id else ""
    if bureau and not section and not item_id:
        detail = unknown_bureau_html(bureau, language)
    return [
        detail,
        gr.Column(visible=item is None),
        gr.Dropdown(choices=bureau_choices(catalog, language), value=wanted.bureau),
        gr.Dropdown(choices=theme_choices(listing.themes, language), value=wanted.theme),
        wanted.text,
        wanted.net_zero,
        *_results(listing, catalog, wanted, _PAGE, language),
        chart_html(catalog, language),
    ]


def _draw_filters(bureaus: list[tuple[str, str]], themes: list[tuple[str, str]]) -> tuple[list[Any], gr.Button]:
    with gr.Row(elem_classes="line", elem_id="filters"):
        bureau = gr.Dropdown(bureaus, value="", label=worded("items.bureau"), elem_id="filter-bureau")
        theme = gr.Dropdown(themes, value="", label=worded("items.theme"), elem_id="filter-theme")
        text = gr.Textbox(
            label=worded("items.text"), info=worded("items.text_hint"), max_lines=1, max_length=_LONGEST_TEXT,
            elem_id="filter-text",
        )  # fmt: skip
    with gr.Row(elem_classes="line"):
        net_zero = gr.Checkbox(label=worded("items.net_zero"), elem_id="filter-net-zero", scale=0, min_width=160)
        clear = gr.Button(worded("items.clear"), size="sm", scale=0, min_width=110, elem_id="filter-clear")
    return [bureau, theme, text, net_zero], clear
