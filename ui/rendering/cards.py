"""An item as a card: bureau, number, net-zero mark, its text verbatim, a link to its own page."""

from html import escape

from rag.document.chunking import plain_formulas
from rag.types import Bureau, Language, PolicyItem
from ui.wording import say

_NET_ZERO_TAG = "（淨零）。"


def item_card(
    item: PolicyItem,
    language: Language,
    *,
    bureau: Bureau | None = None,
    quote: str = "",
    marker: int = 0,
    anchor: str = "",
    level: int = 3,
) -> str:
    """The card as HTML. `quote`: the part of the text to mark; `marker`: the [n] of an answer, 0 for none.

    `bureau`: names the office in other languages; `anchor`: the element's id, so that a marker can point at it;
    `level`: of its heading.
    """
    place = f' id="{escape(anchor)}"' if anchor else ""
    number = f'<span class="marker">{marker}</span> ' if marker else ""
    mark = f'<span class="net-zero">{escape(say("card.net_zero", language))}</span>' if item.net_zero else ""
    label = f'<span class="label" lang="zh-TW">{escape(item.label)}</span>'
    office = f'<span class="office">{escape(office_name(item, language, bureau))}</span>'
    return (
        f'<article class="card"{place} data-item="{escape(item.id)}" tabindex="-1">'
        f'<header class="card-head">{number}<h{level} class="card-title">{office} {label}</h{level}> {mark}</header>'
        f'<p class="verbatim" lang="zh-TW">{marked_text(item, quote, language)}</p>'
        f'<a class="item-link" href="{item_link(item, language)}">{escape(say("card.open", language))}'
        f'<span class="visually-hidden" lang="zh-TW"> {escape(item.label)}</span></a></article>'
    )


def office_name(item: PolicyItem, language: Language, bureau: Bureau | None = None) -> str:
    """The bureau's full name; its English one where the page is not in Chinese or Japanese."""
    if not item.chapter:
        return say("card.preface", language)
    return bureau.english if bureau and language not in {"zh-TW", "zh-CN", "ja"} else item.office


def item_link(item: PolicyItem, language: Language) -> str:
    """The deep link of an item's own page; the language is kept where it is not the first."""
    return f"?item={item.id}" if language == "zh-TW" else f"?item={item.id}&amp;lang={language}"


def marked_text(item: PolicyItem, quote: str, language: Language) -> str:
    """The text, escaped, with the quote in a <mark>; a quote of all but the net-zero tag marks nothing.

    The mark's title says what is marked, for those who do not see its colour.
    """
    text, wanted = plain_formulas(item.text), plain_formulas(quote)
    before, found, after = text.partition(wanted) if wanted else (text, "", "")
    if not found or len(before) + len(after) <= len(_NET_ZERO_TAG):
        return escape(text)
    title = escape(say("card.marked", language))
    return f'{escape(before)}<mark title="{title}">{escape(found)}</mark>{escape(after)}'
