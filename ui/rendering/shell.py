"""What stands around the tabs, as HTML: title and scripts, header, footer."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from rag.types import Language, PolicyItem
from ui.wording import LANGUAGE_NAMES, LANGUAGES, both_years, say

TABS = ("ask", "owners", "items", "about")
# What in an address opens a tab by itself.
_OPENS = {"item": "items", "topic": "owners", "bureau": "items", "theme": "items", "text": "items", "net_zero": "items"}
# What of an address stays when the language changes.
SOUGHT = ("q", "tab", *_OPENS)


def wanted_tab(query: Mapping[str, str]) -> str:
    """The tab that an address asks for: by an item, by name, or by what is looked for; else the first."""
    if "item" not in query and query.get("tab") in TABS:
        return query["tab"]
    return next((tab for name, tab in _OPENS.items() if name in query), TABS[0])


def state_name(query: Mapping[str, str], language: Language, items: Mapping[str, PolicyItem]) -> str:
    """What an address is called before the site's name; empty for the first page."""
    item = items.get(query.get("item", ""))
    if item:
        return item.label
    if query.get("topic", "").strip():
        return query["topic"].strip()[:80]
    tab = wanted_tab(query)
    return "" if tab == TABS[0] else say(f"shell.{tab}", language)


def head_html(language: Language, year: int, name: str, script: str) -> str:
    """`name`: of this state of the page. `script`: trusted."""
    site = say("shell.title", language)
    title = escape(f"{name} — {site}" if name else site)
    description = escape(say("shell.description", language, **both_years(year)))
    return f'<title>{title}</title><meta name="description" content="{description}"><script>{script}</script>'


def header_html(language: Language, query: Mapping[str, str], year: int, mark: str) -> str:
    """Name and languages, and the places where things are told. `mark`: the site's, as SVG."""
    links = "".join(_language_link(code, language, query) for code in LANGUAGES)
    return (
        f'<a class="skip-link" href="#main">{escape(say("shell.skip", language))}</a>'
        f'<header class="site-header"><a class="site-name" href="./">{mark}'
        f'<h1 class="site-title">{escape(say("shell.title", language))}</h1>'
        f'<span class="site-subtitle">{escape(say("shell.subtitle", language, **both_years(year)))}</span></a>'
        f'<nav class="languages" aria-label="{escape(say("shell.languages", language))}">{links}</nav></header>'
        f'<noscript><p class="no-script">{escape(say("shell.no_script", language))}</p></noscript>'
        '<div id="announcer" class="visually-hidden" role="status" aria-live="polite"></div>'
        f'<p id="connection" class="notice" role="alert" hidden data-words="{escape(say("shell.lost", language))}"></p>'
        '<div id="main" tabindex="-1"></div>'
    )


def footer_html(language: Language, year: int) -> str:
    """Where the answers come from, and where else to ask."""
    return (
        f'<footer class="site-footer"><p>{escape(say("shell.source", language, **both_years(year)))}</p>'
        f"<p>{escape(say('shell.hotline', language))} "
        f'<a href="docs">{escape(say("shell.api", language))}</a></p></footer>'
    )


def _language_link(code: Language, current: Language, query: Mapping[str, str]) -> str:
    kept = {name: query[name] for name in SOUGHT if name in query}
    address = escape(f"?{urlencode({**kept, 'lang': code})}")
    here = ' aria-current="true"' if code == current else ""
    return f'<a href="{address}" lang="{code}" hreflang="{code}"{here}>{LANGUAGE_NAMES[code]}</a>'
