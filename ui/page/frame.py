"""What stands around Gradio's own part of the page: language, title, header, footer, style, live region.

Gradio puts what it is given into the page after it has chosen a language, and draws nothing before its scripts have
run. The frame is written by the server: it can be read at once, and it tells Gradio the visitor's language.
"""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.document.catalog import Catalog
from rag.types import Language
from ui.rendering.shell import SOUGHT, footer_html, head_html, header_html, state_name
from ui.wording import LANGUAGE_COOKIE, choose_language, find_language, say

_YEAR_OF_SECONDS = 365 * 24 * 3600
_STRANGE_META = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*/>\s*')
# Of the page's languages, those that Gradio has words of its own in; the others' strings are shown in place of English.
_KNOWN_TO_GRADIO = frozenset[Language]({"zh-TW", "en", "id", "ja"})
_MODE = "<script data-gradio-mode>"
_CHARSET = '<meta charset="utf-8" />'
_ASSETS = files("ui.page").joinpath("assets")


class Frame:
    """ASGI middleware that puts the frame around the page at `/` and remembers a language that was asked for."""

    def __init__(self, app: ASGIApp, catalog: Catalog) -> None:
        self._app = app
        self._catalog = catalog

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), encoding="utf-8", errors="replace"))
        headers = Headers(scope=scope)
        asked = find_language(query.get("lang", ""))
        # As the framework reads them: a cookie of somebody else's may have any name.
        remembered = cookie_parser(headers.get("cookie", "")).get(LANGUAGE_COOKIE, "")
        language = asked or choose_language(remembered, headers.get("accept-language", ""))
        # The whole page is rewritten; a compressed one could not be.
        scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}
        await self._app(
            scope, receive, _rewritten(send, lambda page: self._frame(page, language, query), language, bool(asked))
        )

    def _frame(self, page: str, language: Language, query: dict[str, str]) -> str:
        year, name = self._catalog.year, state_name(query, language, self._catalog.items)
        page = _STRANGE_META.sub("", page)
        page = page.replace('lang="en"', f'lang="{language}"', 1)
        page = page.replace(_CHARSET, f"{_CHARSET}{head_html(language, year, name, _script(language))}", 1)
        page = page.replace(_MODE, f"{_dictionary_script(language)}{_MODE}", 1)
        page = page.replace("</head>", f"<style>{_assets('.css')}</style></head>", 1)
        header = header_html(language, query, year, _asset("mark.svg"))
        page = page.replace("<gradio-app", f"{header}<gradio-app", 1)
        return page.replace("</gradio-app>", f"</gradio-app>{footer_html(language, year)}", 1)


def _rewritten(send: Send, rewrite: Callable[[str], str], language: Language, remember: bool) -> Send:
    start: Message = {}
    parts: list[bytes] = []

    async def hold(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        if message["type"] != "http.response.body":
            await send(message)
            return
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = b"".join(parts)
        headers = MutableHeaders(raw=list(start["headers"]))
        if "text/html" in headers.get("content-type", "") and start["status"] == 200:
            body = rewrite(body.decode("utf-8")).encode("utf-8")
            headers["content-length"] = str(len(body))
            headers["content-language"] = language
            headers["cache-control"] = "no-cache"
            headers.add_vary_header("accept-language, cookie")
            if remember:
                cookie = f"{LANGUAGE_COOKIE}={language}; Max-Age={_YEAR_OF_SECONDS}; Path=/; SameSite=Lax"
                headers.append("set-cookie", cookie)
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})

    return hold


def _asset(name: str) -> str:
    return _ASSETS.joinpath(name).read_text(encoding="utf-8")


@cache
def _assets(extension: str) -> str:
    """All files of a kind: what all tabs share first, then each tab's."""
    names = sorted(file.name for file in _ASSETS.iterdir() if file.name.endswith(extension))
    return "\n".join(_asset(name) for name in sorted(names, key=lambda name: not name.startswith("page.")))


def _locale(language: Language) -> str:
    """The language as Gradio is told it."""
    return language if language in _KNOWN_TO_GRADIO else "en"


def _dictionary_script(language: Language) -> str:
    """Leaves Gradio the strings of one language, under a name that it knows."""
    strings = f'{{"{_locale(language)}": c.i18n_translations["{language}"]}}'
    return f"<script>{{const c = window.gradio_config; c.i18n_translations = {strings};}}</script>"


def _script(language: Language) -> str:
    """The page's own scripts, told what they must know of this visit."""
    known = {"language": language, "locale": _locale(language), "site": say("shell.title", language)}
    text = _assets(".js").replace("$sought", " ".join(SOUGHT))
    for name, value in known.items():
        text = text.replace(f"${name}", value)
    return text
