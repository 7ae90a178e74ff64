"""The page: four tabs over one assistant."""

from importlib.resources import as_file, files
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from rag import PolicyAssistant
from ui.page.about import build_about
from ui.page.ask import build_ask
from ui.page.frame import Frame
from ui.page.gate import Gate, page_calls
from ui.page.items import build_items
from ui.page.language import dictionary, worded
from ui.page.owners import LISTS, build_owners
from ui.page.theme import page_theme
from ui.records.store import RecordStore
from ui.rendering.shell import TABS, wanted_tab
from ui.wording import say

# One process, a CPU: more at once would only make each slower; who comes later waits in line.
_AT_ONCE = 8
_IN_LINE = 128


def build_page(assistant: PolicyAssistant, records: RecordStore) -> gr.Blocks:
    """The tabs; what the address asks for (`?q=`, `?item=`, `?tab=`, `?topic=` …) opens one of them."""
    with gr.Blocks(title=say("shell.title"), analytics_enabled=False, fill_width=True) as page:
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab(worded("shell.ask"), id="ask", elem_id="panel-ask"):
                build_ask(page, assistant, records)
            with gr.Tab(worded("shell.owners"), id="owners", elem_id="panel-owners"):
                build_owners(page, assistant)
            with gr.Tab(worded("shell.items"), id="items", elem_id="panel-items"):
                build_items(page, assistant)
            with gr.Tab(worded("shell.about"), id="about", elem_id="panel-about"):
                build_about(page, assistant, records)
        page.load(_open_tab, outputs=tabs, queue=False, api_visibility="private", show_progress="hidden")
    page.queue(max_size=_IN_LINE, default_concurrency_limit=_AT_ONCE, api_open=False)
    return page


def _open_tab(request: gr.Request) -> Any:
    wanted = wanted_tab(request.query_params)
    return gr.skip() if wanted == TABS[0] else gr.Tabs(selected=wanted)


def mount_page(app: FastAPI, assistant: PolicyAssistant, records: RecordStore) -> None:
    """Serve the page at `/`, after whatever else the app serves."""
    app.add_middleware(Frame, catalog=assistant.catalog)
    page = build_page(assistant, records)
    with as_file(files("ui.page").joinpath("assets", "mark.svg")) as mark:
        gr.mount_gradio_app(
            app,
            page,
            path="/",
            favicon_path=str(mark),
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            max_file_size="64kb",
            show_error=False,
            ssr_mode=False,
            pwa=False,
            i18n=dictionary(),
            theme=page_theme(),
            app_kwargs={"openapi_url": None},
        )
    # Gradio mounts its app itself, last, and leaves no place in between.
    mount = app.router.routes[-1]
    if not isinstance(mount, Mount):
        raise TypeError(f"Gradio is expected to mount its app last, not {mount!r}")
    mount.app = Gate(mount.app, page_calls(page, long=LISTS))
