"""What stands around Gradio's own part of the page: language, title, header, footer, style, live region.

Gradio puts what it is given into the page after it has chosen a language, and draws nothing before its scripts have
run. The frame is written by the server: it can be read at once, and it tells Gradio the visitor's language.
"""

import re
from collections.abc import Callable
from functools import cache
from html import escape
from http.cookies import SimpleCookie
from importlib.resources import files
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.types import Language
from ui.page.language import COOKIE
from ui.wording import LANGUAGE_NAMES, LANGUAGES, both_years, choose_language, say

_YEAR_OF_SECONDS = 365 * 24 * 3600
# The address of a question or of an item stays when the language changes.
_KEPT = ("q", "item", "tab")
_STRANGE_META = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*/>\s*')
# Of the page's languages, those that Gradio has words of its own in; the others' strings are shown in place of English.
_KNOWN_TO_GRADIO = frozenset[Language]({"zh-TW", "en", "id", "ja"})
_MODE = "<script data-gradio-mode>"
_CHARSET = '<meta charset="utf-8" />'
_ASSETS = files("ui.page").joinpath("assets")


class Frame:
    """ASGI middleware that puts the frame around the page at `/` and remembers a language that was asked for."""

    def __init__(self, app: ASGIApp, *, year: int) -> None:
        self._app = app
        self._year = year

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), encoding="utf-8", errors="replace"))
        headers = Headers(scope=scope)
        remembered = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        wishes = (query.get("lang", ""), remembered.value if remembered else "", headers.get("accept-language", ""))
        language = choose_language(*wishes)
        asked = bool(query.get("lang"))
        # The whole page is rewritten; a compressed one could not be.
        scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}
        await self._app(
            scope, receive, _rewritten(send, lambda page: self._frame(page, language, query), language, asked)
        )

    def _frame(self, page: str, language: Language, query: dict[str, str]) -> str:
        page = _STRANGE_META.sub("", page)
        page = page.replace('lang="en"', f'lang="{language}"', 1)
        page = page.replace(_CHARSET, f"{_CHARSET}{_head(language, self._year)}", 1)
        page = page.replace(_MODE, f"{_dictionary_script(language)}{_MODE}", 1)
        page = page.replace("</head>", f"<style>{_assets('.css')}</style></head>", 1)
        page = page.replace("<gradio-app", f"{_header(language, query, self._year)}<gradio-app", 1)
        return page.replace("</gradio-app>", f"</gradio-app>{_footer(language, self._year)}", 1)


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
                cookie = f"{COOKIE}={language}; Max-Age={_YEAR_OF_SECONDS}; Path=/; SameSite=Lax"
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


def _head(language: Language, year: int) -> str:
    title = escape(say("shell.title", language))
    description = escape(say("shell.description", language, **both_years(year)))
    script = _assets(".js").replace("$language", language).replace("$locale", _locale(language))
    return f'<title>{title}</title><meta name="description" content="{description}"><script>{script}</script>'


def _header(language: Language, query: dict[str, str], year: int) -> str:
    links = "".join(_language_link(code, language, query) for code in LANGUAGES)
    return (
        f'<a class="skip-link" href="#main">{escape(say("shell.skip", language))}</a>'
        f'<header class="site-header"><a class="site-name" href="./">{_asset("mark.svg")}'
        f'<h1 class="site-title">{escape(say("shell.title", language))}</h1>'
        f'<span class="site-subtitle">{escape(say("shell.subtitle", language, **both_years(year)))}</span></a>'
        f'<nav class="languages" aria-label="{escape(say("shell.languages", language))}">{links}</nav></header>'
        f'<noscript><p class="no-script">{escape(say("shell.no_script", language))}</p></noscript>'
        '<div id="announcer" class="visually-hidden" role="status" aria-live="polite"></div>'
        '<div id="main" tabindex="-1"></div>'
    )


def _language_link(code: Language, current: Language, query: dict[str, str]) -> str:
    kept = {name: query[name] for name in _KEPT if name in query}
    address = escape(f"?{urlencode({**kept, 'lang': code})}")
    here = ' aria-current="true"' if code == current else ""
    return f'<a href="{address}" lang="{code}" hreflang="{code}"{here}>{LANGUAGE_NAMES[code]}</a>'


def _footer(language: Language, year: int) -> str:
    return (
        f'<footer class="site-footer"><p>{escape(say("shell.source", language, **both_years(year)))}</p>'
        f"<p>{escape(say('shell.hotline', language))} "
        f'<a href="docs">{escape(say("shell.api", language))}</a></p></footer>'
    )
