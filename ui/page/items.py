"""施政項目: all items, filtered; one item with its neighbours; how many each bureau has."""

from typing import Any

import gradio as gr

from rag import PolicyAssistant
from rag.types import Language
from ui.page.language import language_of, worded
from ui.page.listing import Listing, Wanted
from ui.rendering.items import bureau_choices, chart_html, item_html, items_html, unknown_item_html
from ui.wording import say

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# Items that come with each "show more".
_PAGE = 25
_LONGEST_TEXT = 100


def build_items(page: gr.Blocks, assistant: PolicyAssistant) -> None:
    """Draw the tab inside the open Gradio context; `page` for what happens on loading."""
    catalog, listing = assistant.catalog, Listing(assistant)
    with gr.Column(elem_id="items"):
        one = gr.HTML(elem_id="item")
        with gr.Column() as every:
            filters, clear = _draw_filters(bureau_choices(catalog, "zh-TW"), listing.themes)
            found = gr.HTML(elem_id="items-found")
            more = gr.Button(worded("items.more"), visible=False, elem_id="items-more")
            count = gr.Number(_PAGE, visible=False)
            with gr.Accordion(worded("items.chart"), open=False, elem_id="items-chart"):
                chart = gr.HTML()

    def show(bureau: str, theme: str, text: str, net_zero: bool, shown: float, language: Language) -> list[Any]:
        wanted = Wanted(bureau or "", theme or "", (text or "")[:_LONGEST_TEXT], bool(net_zero))
        fitting = listing.find(wanted)
        part = fitting[: int(shown)]
        note = say("items.theme_note", language, count=listing.near(wanted.theme)) if wanted.theme else ""
        html = items_html(part, catalog, language, total=len(fitting), note=note)
        return [html, gr.Button(visible=len(part) < len(fitting)), int(shown)]

    def filtered(bureau: str, theme: str, text: str, net_zero: bool, request: gr.Request) -> list[Any]:
        return show(bureau, theme, text, net_zero, _PAGE, language_of(request))

    def show_more(bureau: str, theme: str, text: str, net_zero: bool, shown: float, request: gr.Request) -> list[Any]:
        return show(bureau, theme, text, net_zero, shown + _PAGE, language_of(request))

    def reopen(request: gr.Request) -> list[Any]:
        language, query = language_of(request), request.query_params
        section = catalog.section_named(query.get("bureau", "")) or ""
        theme = query.get("theme", "") if query.get("theme", "") in listing.themes else ""
        text, net_zero = query.get("text", "")[:_LONGEST_TEXT], query.get("net_zero", "") == "1"
        item_id = query.get("item", "")
        item = catalog.items.get(item_id)
        detail = item_html(item, catalog, language) if item else unknown_item_html(item_id, language) if item_id else ""
        choices = bureau_choices(catalog, language)
        themes = [(say("items.all", language), ""), *((name, name) for name in listing.themes)]
        return [
            detail,
            gr.Column(visible=item is None),
            gr.Dropdown(choices=choices, value=section),
            gr.Dropdown(choices=themes, value=theme),
            text,
            net_zero,
            *show(section, theme, text, net_zero, _PAGE, language),
            chart_html(catalog, language),
        ]

    results = [found, more, count]
    page.load(reopen, None, [one, every, *filters, *results, chart], queue=False, **_QUIET)
    address = (
        "(bureau, theme, text, zero) => "
        "policyqa.found({ tab: 'items', bureau, theme, text, net_zero: zero ? '1' : '' })"
    )
    bureau, theme, text, net_zero = filters
    changes = [bureau.input, theme.input, net_zero.input, text.submit, text.blur]
    changed = gr.on(changes, filtered, filters, results, queue=False, **_QUIET)
    cleared = clear.click(lambda: ["", "", "", False], None, filters, queue=False, **_QUIET)
    emptied = cleared.then(filtered, filters, results, queue=False, **_QUIET)
    for done in (changed, emptied):
        done.then(None, filters, None, js=address, queue=False, **_QUIET)
    more.click(show_more, [*filters, count], results, queue=False, **_QUIET)


def _draw_filters(catalog_choices: list[tuple[str, str]], themes: tuple[str, ...]) -> tuple[list[Any], gr.Button]:
    with gr.Row(elem_classes="line", elem_id="filters"):
        bureau = gr.Dropdown(catalog_choices, value="", label=worded("items.bureau"), elem_id="filter-bureau")
        theme = gr.Dropdown(["", *themes], value="", label=worded("items.theme"), elem_id="filter-theme")
        text = gr.Textbox(
            label=worded("items.text"), info=worded("items.text_hint"), max_lines=1, max_length=_LONGEST_TEXT,
            elem_id="filter-text",
        )  # fmt: skip
    with gr.Row(elem_classes="line"):
        net_zero = gr.Checkbox(label=worded("items.net_zero"), elem_id="filter-net-zero", scale=0, min_width=160)
        clear = gr.Button(worded("items.clear"), size="sm", scale=0, min_width=110, elem_id="filter-clear")
    return [bureau, theme, text, net_zero], clear
