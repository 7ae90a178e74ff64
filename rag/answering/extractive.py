"""The built-in answerer: who does what in a plain sentence, then the item's own words. No model, no network."""

from collections.abc import Sequence

from rag.answering.draft import Draft
from rag.answering.quoting import pick_lead, pick_quote, shorten, without_tag
from rag.answering.wording import GREETING, WORDING
from rag.document.catalog import Catalog
from rag.document.chunking import plain_formulas
from rag.retrieval.evidence import Verdict, unconfirmed_numbers
from rag.retrieval.question import Question
from rag.types import Passage, PolicyItem

_RELATED_LENGTH = 45


def answer_fact(question: Question, cited: Sequence[Passage], verdict: Verdict, catalog: Catalog) -> Draft:
    """A lead sentence and the answering part of each cited item; before it, what the items do not say."""
    wording = WORDING[question.language]
    before = tuple(filter(None, [_introduce(question, cited, verdict, catalog)]))
    after = ("\n\n" + wording.hotline,) if verdict.grounding == "partial" else ()
    pieces: list[str] = []
    quotes: list[str] = []
    for number, passage in enumerate(cited, start=1):
        lead = pick_lead(question, passage.item) if verdict.grounding == "cited" else ""
        text, quote = _cited(question, passage.item, lead, number, catalog)
        pieces += text
        quotes.append(quote)
    return Draft((*before, *pieces, *after), tuple(cited), tuple(quotes), before, after)


def _introduce(question: Question, cited: Sequence[Passage], verdict: Verdict, catalog: Catalog) -> str:
    """What the items do not say, before what they do; empty where they answer it all."""
    wording = WORDING[question.language]
    lead = ""
    if verdict.grounding == "partial":
        facts = "、".join(dict.fromkeys(fact.name for fact in verdict.missing))
        lead = wording.partial.format(year=catalog.year, facts=facts) + "\n\n" + wording.related
    unconfirmed = unconfirmed_numbers(question, cited[0].item) if cited else ()
    if unconfirmed and wording.chinese:
        lead += f"綱要沒有寫「{'、'.join(unconfirmed)}」，寫的是：\n\n"
    return lead


def _cited(question: Question, item: PolicyItem, lead: str, number: int, catalog: Catalog) -> tuple[list[str], str]:
    """The pieces for one item, and the part of it that answers."""
    wording = WORDING[question.language]
    gap = "" if number == 1 else "\n\n"
    who = name_bureau(item, catalog, chinese=wording.chinese)
    quote = pick_quote(question, item)
    shown = plain_formulas(quote)
    if not wording.chinese:
        # What is nearest was found by shared words, of which languages have none.
        lead = ""
    if not lead or quote.strip("。；; ") == lead:
        return [f"{gap}{who}（{item.label}）：", f"「{shown}」[{number}]"], lead or quote
    pieces = [f"{gap}{who}：{plain_formulas(lead)}。[{number}]\n\n", f"{wording.original}「{shown}」（{item.label}）"]
    return pieces, lead


def refuse(question: Question, related: Sequence[Passage], verdict: Verdict, catalog: Catalog, office: str) -> Draft:
    """What the document does not say, what stands nearest, and whom to ask. Cites nothing."""
    wording = WORDING[question.language]
    pieces = [wording.refusal.format(year=catalog.year)]
    if verdict.out_of_scope is not None and wording.chinese:
        pieces.insert(0, verdict.out_of_scope.reply + "\n\n")
        related = ()
    elif office and wording.chinese:
        pieces.append(f"這類業務通常由{office}負責（依一般職掌，不是綱要的內容）。")
    if related:
        pieces.append("\n\n" + wording.nearest)
        pieces += [f"\n- {p.item.label}：{shorten(without_tag(p.item), _RELATED_LENGTH)}" for p in related]
    pieces.append("\n\n" + wording.hotline)
    return Draft(tuple(pieces))


def greet(question: Question, catalog: Catalog) -> Draft:
    """What this service is for, with questions to try."""
    return Draft((GREETING[question.language].format(year=catalog.year),))


def name_bureau(item: PolicyItem, catalog: Catalog, *, chinese: bool = True) -> str:
    """交通局, or for other languages Transportation Bureau (交通局); the preface speaks for the city."""
    bureau = catalog.bureaus.get(item.section)
    if bureau is None:
        return "高雄市政府（前言）" if chinese else "Kaohsiung City Government (preface)"
    return bureau.short if chinese else f"{bureau.english} ({bureau.short})"
