"""The built-in answerer: who does what in a plain sentence, then the item's own words. No model, no network."""

from collections.abc import Sequence

from rag.answering.draft import Draft
from rag.answering.fact_names import FACT_NAMES
from rag.answering.frames import FRAMES
from rag.answering.quoting import pick_lead, pick_quote, shorten, without_tag
from rag.answering.wording import SMALL_TALK, WORDING, years
from rag.document.catalog import Catalog
from rag.document.chunking import plain_formulas
from rag.retrieval.evidence import Verdict, unconfirmed_numbers
from rag.retrieval.question import Question
from rag.retrieval.small_talk import find_small_talk
from rag.text import to_simplified
from rag.types import Language, Passage, PolicyItem

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
    wording, frames = WORDING[question.language], FRAMES[question.language]
    lead = ""
    if verdict.grounding == "partial":
        names = dict.fromkeys(FACT_NAMES[fact.name][question.language] for fact in verdict.missing)
        facts = frames.comma.join(names)
        lead = wording.partial.format(**years(catalog.year), facts=facts) + "\n\n" + wording.related
    unconfirmed = unconfirmed_numbers(question, cited[0].item) if cited else ()
    if unconfirmed:
        lead += frames.unconfirmed.format(figures=frames.comma.join(unconfirmed)) + "\n\n"
    return lead


def _cited(question: Question, item: PolicyItem, lead: str, number: int, catalog: Catalog) -> tuple[list[str], str]:
    """The pieces for one item, and the part of it that answers."""
    wording = WORDING[question.language]
    gap = "" if number == 1 else "\n\n"
    quote = pick_quote(question, item)
    shown = plain_formulas(quote)
    if not wording.chinese:
        # What is nearest was found by shared words, of which languages have none.
        lead = ""
    if not lead or quote.strip("。；; ") == lead:
        return [gap + head_item(item, catalog, question.language), f"「{shown}」[{number}]"], lead or quote
    who = name_bureau(item, catalog, question.language)
    pieces = [f"{gap}{who}：{plain_formulas(lead)}。[{number}]\n\n", f"{wording.original}「{shown}」（{item.label}）"]
    return pieces, lead


def refuse(question: Question, related: Sequence[Passage], verdict: Verdict, catalog: Catalog, office: str) -> Draft:
    """What the document does not say, what stands nearest, and whom to ask. Cites nothing."""
    wording = WORDING[question.language]
    pieces = [wording.refusal.format(**years(catalog.year))]
    if verdict.out_of_scope is not None:
        # What is near to a matter of another kind is near by chance, whatever the language.
        related = ()
        pieces[:0] = [in_script(verdict.out_of_scope.reply, question.language) + "\n\n"] if wording.chinese else []
    elif office and wording.chinese:
        pieces.append(FRAMES[question.language].usual.format(names=office))
    if related:
        pieces.append("\n\n" + wording.nearest)
        line = FRAMES[question.language].line
        pieces += [line.format(label=p.item.label, text=shorten(without_tag(p.item), _RELATED_LENGTH)) for p in related]
    pieces.append("\n\n" + wording.hotline)
    return Draft(tuple(pieces))


def talk(question: Question, catalog: Catalog) -> Draft:
    """A greeting returned with questions to try, thanks, a farewell, or what this service is."""
    said = SMALL_TALK[find_small_talk(question.text) or "greeting"][question.language]
    return Draft((said.format(**years(catalog.year)),))


def comfort(question: Question, helping: Sequence[Passage], catalog: Catalog) -> Draft:
    """Behind the helpline: the items on mental health, if these were asked for, else whom else to call."""
    if helping:
        return answer_fact(question, helping, Verdict("cited"), catalog)
    return Draft((WORDING[question.language].hotline,))


def head_item(item: PolicyItem, catalog: Catalog, language: Language) -> str:
    """Whose item it is and where it stands, before its words."""
    return FRAMES[language].item_head.format(who=name_bureau(item, catalog, language), label=item.label)


def name_bureau(item: PolicyItem, catalog: Catalog, language: Language) -> str:
    """交通局, or for other languages Transportation Bureau (交通局); the preface speaks for the city."""
    bureau = catalog.bureaus.get(item.section)
    if bureau is None:
        return FRAMES[language].city
    return FRAMES[language].bureau.format(english=bureau.english, short=bureau.short)


def in_script(chinese: str, language: Language) -> str:
    """A sentence in Chinese as the asker writes it."""
    return to_simplified(chinese) if language == "zh-CN" else chinese
