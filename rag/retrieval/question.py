"""What is asked: plain rules over the catalog, no model."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.document.catalog import Catalog
from rag.errors import QuestionError
from rag.retrieval.asked_facts import AskedFact, asked_facts
from rag.retrieval.language import detect_language
from rag.retrieval.references import Reference, find_references, is_bare_ordinal
from rag.retrieval.small_talk import find_small_talk
from rag.text import any_of, fold
from rag.types import Kind, Language, Turn

LONGEST_QUESTION = 2000
_LONGEST_NAME = 10

# The kinds in the order in which they are tried; what matches none is a fact.
_COUNT = re.compile(
    any_of(
        r"(?:幾|多少)\s*(?:項|條)(?!金|錢|馬路|路線|線)",
        r"\d+\s*(?:項|條)[^，。]{0,12}(?:局處|哪些局|單位)",
        r"(?:項|條)數",
        r"(?:共|有|成|分成)\s*(?:幾|多少)\s*(?:個)?\s*(?:局處|局|處|部門|單位|章|章節|機關)",
        r"(?:最多|最少)(?:的)?.{0,6}(?:局處|局|單位|機關)|(?:項目|要項|淨零).{0,4}(?:數量)?最(?:多|少)",
        r"(?:局處|局|單位)[^，。]{0,4}沒有(?:任何)?(?:標示?)?淨零",
        r"前言.{0,6}(?:幾|多少)\s*(?:段|項)",
        r"(?:局處|哪些局|單位)[^，。]{0,12}(?:剛好|正好|恰好|只有|有)\s*\d+\s*(?:項|條)(?![路線河街])",
        r"how many (?:[\w-]+ ){0,3}(?:items|bureaus|departments|sections|chapters|paragraphs)",
        r"(?:most|fewest|least) (?:[\w-]+ ){0,2}items|exactly \d+ (?:[\w-]+ ){0,2}items",
        r"(?:bao nhiêu|mấy) (?:mục|hạng mục|cơ quan|sở|chương)",
        r"berapa (?:banyak |jumlah )?(?:butir|item|dinas|bab)",
        r"(?:項目|部局|章)(?:は|が|の數は)?[^。？?]{0,8}(?:いくつ|何(?:項目|件|個|章))|何項目|いくつの(?:項目|部局)",
    )
)
# What may be left of a topic where the catalog alone gives the count.
_COUNT_WORDS = re.compile(
    any_of(
        r"淨零|標示|標|註",
        r"最多|最少|剛好|正好|數量|分成|成|整份",
        r"那章|那一章|章節?|一共|恰好|只有|沒有|任何|多|少|還",
        r"前言|幾?段|幾項|幾條",
        r"\b(?:how many|there|are|is|in|all|of|do|does|have|has|with|which|the|each|most|fewest|least|exactly)\b",
        r"\b(?:items?|bureaus?|departments?|sections?|chapters?|paragraphs?|policy|guidelines?|preface|marked|as)\b",
        r"\b(?:kaohsiung|city|government|total|net.?zero|altogether|list|show|me|please|every)\b",
        r"\b(?:có|bao nhiêu|mấy|tất cả|tổng cộng|hạng|mục|cơ quan|sở|chương)\b",
        r"\b(?:trong|cương lĩnh|chính sách|được|đánh dấu)\b",
        r"\b(?:ada|berapa|banyak|jumlah|butir|dinas|bab|semua|dalam|pedoman|kebijakan|di|yang|bertanda)\b",
        r"\b(?:phát thải ròng bằng không|nol emisi|emisi nol)\b",
        r"ネットゼロ|部局|いくつ|何|件|個|あり|ます|です|全部|で|に|は|が|の|と",
        r"\d+|項目?|條|那|關|屬|各|章|か|\s",
    )
)
_COMPARE = re.compile(
    any_of(
        r"比較|差(?:別|異|在哪|多少|很多)|不同|不一樣|一樣嗎|區別",
        r"\bvs\b",
        r"各(?:自)?(?:做|提供|怎麼|是什麼|有什麼|負責)|分別(?:做|提供|是(?!誰)|在)",
        r"做什麼、.{2,10}做什麼",
        r"compare|difference",
    )
)
_SUMMARY = re.compile(
    any_of(
        r"重點|主軸|大方向|(?:施政|主要|發展|的)方向",
        r"濃縮|摘要|總結|亮點|概要|概況|一段話|整理一下|簡單(?:講|說|介紹)",
        r"主要(?:在|做|推)",
        r"(?:在|都)(?:忙|做)(?:些)?什麼|要(?:做|推)(?:些|哪些)?什麼|介紹",
        r"summar|main (?:goals|directions)",
        r"tóm tắt",
        r"ringkas",
    )
)
# What may be left of a topic where a whole bureau is to be summed up.
_PRESENTATION = re.compile(
    any_of(
        _SUMMARY.pattern,
        r"簡報|報告|長官|[兩二三幾]+(?:三)?句話?",
        r"簡單|濃縮|介紹|整理",
        r"用|請|主|做|事|些|說|講|話|方向|推|大|年度?|一下|\s",
    )
)
_LIST = re.compile(
    any_of(
        r"列出|列給|逐項",
        r"(?:全部|所有)(?:的)?(?:.{0,12})(?:項目|要項|措施|計畫|工程|列)|全部列|一次列|找齊|清單",
        r"哪(?:些|幾)(?:個)?(?:施政)?(?:項目|要項|項|條)",
        r"(?:項目|要項)(?:有)?(?:哪些|哪幾)|有哪些(?:項目|要項)",
        r"(?:的)(?:全部|所有)(?:施政)?(?:項目|要項)",
        r"(?:講|提|寫)到.{1,12}的項目|(?:項目|案|工程)有哪些",
        r"list (?:all|every)",
    )
)
_OWNER = re.compile(
    any_of(
        r"(?:哪|那)(?:一)?(?:個|些|幾個|幾)?(?:局處|局|處室|單位|機關|部門|科室)|什麼(?:局|單位|機關|部門)",
        r"歸(?:誰|哪|[^，。？]{1,5}(?:管|嗎))",
        r"誰(?:負責|管|在管|主管|承辦|處理|的業務|的事|來管|要管|在推|在審|去拆|在辦)|是誰(?:在|的)",
        r"負責單位|主管機關|主辦|權責|業務(?:嗎|歸屬)",
        r"要(?:問|找)(?:誰|哪)|(?:找|向|跟)誰(?!一起|合作)|該找|案子嗎|通報(?:誰|哪)|打給誰",
        r"是.{2,6}(?:局|處|會)(?:做|管|的|負責|處理).{0,4}嗎|還是.{0,6}(?:局|處)(?!理)|屬於.{2,6}(?:局|處)",
        r"除了.{2,8}(?:以外|之外).{0,4}還有誰|別的局處|有沒有(?:別|其他)(?:的)?(?:局|單位|機關)",
        r"which (?:bureau|department|office|agency)|who is (?:responsible|in charge)",
        r"cơ quan nào|sở nào",
        r"dinas (?:apa|mana)|instansi",
        r"どの(?:局|部署)|担当",
    )
)

_NET_ZERO_MARKED = re.compile(
    any_of(
        r"(?:標|註).{0,6}淨零|列為淨零",
        r"(?:是|屬於?)淨零(?:的|嗎|項|[?？]|$)",
        r"淨零(?:的)?(?:項目|要項|標記|標示|有關|相關)",
        r"net.?zero items",
    )
)
# In a count of items as such, any mention of net zero is the mark.
_NET_ZERO = re.compile(r"淨零|net.?zero|phát thải ròng bằng không|nol emisi|emisi nol|ネットゼロ")
_LITERAL = re.compile(r"(?:提|講|寫|說)到(?:的|有)?|出現(?:在|過)?|寫有|字樣|mention")
# What clerks say behind a section's own name.
_AFTER_SECTION = any_of(
    r"那章|那一章|總共|裡面|部門",
    r"[各共有的]*(?:幾|多少)項",
    r"(?:和|跟|與|、)[^，。]{2,6}[各共有]*(?:幾|多少)項",
    r"有標",
    r"和.{2,6}在",
    r"明年|今年",
    r"有哪幾項",
)
_EXCLUDED = re.compile(r"(?:除了|不含|不要|扣掉|不算)(?P<names>[^，。？?]{2,14}?)(?:以外|之外|外|，|,|還有|$)")

# What carries no topic. Order matters: what comes first is cut out first.
_FILLER = re.compile(
    any_of(
        # Politeness, and how a question begins.
        r"請問|麻煩|幫我|給我|我想(?:知道|問|查)?|想(?:查|問)",
        r"可以|有沒有|是不是|會不會|要不要|能不能|到底",
        # Time and place.
        r"目前|現在|正在(?:推|辦)?的?|今年|明年|115\s*年?(?:度)?",
        r"高雄市?|本市|市府|市政府",
        # The document and its parts.
        r"施政綱要|施政要項|施政項目|施政|綱要|要項|項目|項次|業務",
        # Lists.
        r"列出來?|列給我|列完|逐項|請列|全部|所有|一次|找齊|相關(?:的)?|有關(?:的)?",
        # Question words.
        r"哪些|哪幾|哪(?:一)?個|哪裡|哪(?:一)?(?:局處|局|處|項|條)",
        r"什麼時候|何時|什麼|怎麼|怎樣|如何|為什麼|誰",
        # Who is in charge.
        r"負責|主管|主辦|承辦|局處|單位|機關|部門|分散在|散在|各自?|分別",
        # Comparisons.
        r"比較(?:一下)?|差(?:別|異|在哪|多少)|有何不同|不同|不一樣|區別",
        # What is written where.
        r"提到|講到|寫到|出現在?|裡面|底下",
        # Matters as such.
        r"這塊|這件事|的事(?:情)?|事情|工作|做法",
        # Counts.
        r"一共|總共|幾項|幾條|幾個|多少",
        # Punctuation.
        r"[，。、？！?!,.;；：:「」『』()（）\s]",
    )
)
# Single characters that say nothing by themselves but are parts of words (管線, 會展): they stay for the match of
# words and go where the question is how much topic there is.
_PARTICLES = re.compile(r"[共嗎呢啊吧啦喔欸了的在是有跟和與及或也都還就要會被把讓這那個我你他們請用管歸只只咧\s]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question understood.

    `folded`: its searchable form. `topic`: what is left without question words and bureau names. `sections`: the
    bureaus it names, `excluded`: those it leaves out. `literal`: it asks for items that hold its very words. `facts`:
    the kinds of fact it asks for. `asked`: as it was typed, where a chat model has put `text` in other words.
    """

    text: str
    folded: str
    topic: str
    language: Language
    kind: Kind
    references: tuple[Reference, ...] = ()
    sections: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    net_zero: bool = False
    literal: bool = False
    facts: tuple[AskedFact, ...] = ()
    turns: tuple[Turn, ...] = ()
    asked: str = ""


def is_bare_topic(folded: str, topic: str) -> bool:
    """Whether a question is but a name (三章一Q, 濕地保育): whose it is and where it stands is what can be said."""
    return (
        len(folded) <= _LONGEST_NAME and topic == folded and not _PARTICLES.search(folded) and not asked_facts(folded)
    )


def has_topic(question: Question) -> bool:
    """Whether a question names something to look for, beside bureaus and question words."""
    return topic_size(question) >= 2


def topic_size(question: Question) -> int:
    """How many characters of a question say what it is about."""
    return len(_PARTICLES.sub("", question.topic))


def counts_structure(question: Question) -> bool:
    """Whether a count is of items and bureaus as such, not of the items on some topic."""
    rest = question.topic
    for section in question.sections:
        rest = rest.replace(fold(section), "")
    return len(_PARTICLES.sub("", _COUNT_WORDS.sub("", rest))) < 2


def check_question(text: str) -> str:
    """The question as it is read. Raises QuestionError where there is nothing to ask, or far too much."""
    # Bytes that are no UTF-8 arrive from a shell as lone surrogates, which nothing further on can write.
    readable = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    clean = unicodedata.normalize("NFC", readable).strip()
    # A zero-width space and its like are seen by nobody.
    if all(unicodedata.category(character) == "Cf" or character.isspace() for character in clean):
        raise QuestionError("the question is empty; ask something about the policy guidelines")
    if len(clean) > LONGEST_QUESTION:
        raise QuestionError(f"the question has {len(clean)} characters; at most {LONGEST_QUESTION} are read")
    return clean


def understand(text: str, catalog: Catalog, turns: Sequence[Turn] = ()) -> Question:
    """Raises QuestionError where there is nothing to ask, or far too much."""
    clean = check_question(text)
    folded = fold(clean)
    references = find_references(folded, catalog)
    excluded = _excluded(folded, catalog)
    sections = tuple(name for name in named_sections(folded, catalog) if name not in excluded)
    question = Question(
        text=clean,
        folded=folded,
        topic=strip_topic(folded, catalog),
        language=detect_language(clean),
        kind=_kind(folded, references, sections, catalog),
        references=references,
        sections=sections,
        excluded=excluded,
        net_zero=bool(_NET_ZERO_MARKED.search(folded)),
        literal=bool(_LITERAL.search(folded)),
        facts=asked_facts(clean),
        turns=tuple(turns),
        asked=clean,
    )
    marked = question.kind == "count" and bool(_NET_ZERO.search(folded)) and counts_structure(question)
    return replace(question, net_zero=question.net_zero or marked)


def _kind(folded: str, references: Sequence[Reference], sections: Sequence[str], catalog: Catalog) -> Kind:
    if find_small_talk(folded):
        return "chat"
    if _COUNT.search(folded):
        return "count"
    if references or is_bare_ordinal(folded):
        return "exact"
    topic = strip_topic(folded, catalog)
    # A comparison wants two sides, a summary one bureau and nothing beside it.
    if _COMPARE.search(folded) and (len(sections) >= 2 or _two_sides(folded)):
        return "compare"
    if _LIST.search(folded):
        return "list"
    if _SUMMARY.search(folded) and len(sections) == 1 and len(_PARTICLES.sub("", _PRESENTATION.sub("", topic))) <= 2:
        return "summary"
    if _OWNER.search(folded) or is_bare_topic(folded, topic):
        return "owner"
    return "fact"


def _two_sides(folded: str) -> bool:
    return len(split_sides(folded)) >= 2


_SIDES = re.compile(r"(?P<a>[^，。？?]{2,20}?)(?:跟|和|與|、|vs)(?P<b>[^，。？?]{2,40})")


def split_sides(folded: str) -> tuple[str, ...]:
    """The two things that a comparison names, each with what is said of both left to it."""
    match = _SIDES.search(folded)
    return (match["a"], match["b"]) if match else ()


def named_sections(folded: str, catalog: Catalog) -> tuple[str, ...]:
    """The sections whose bureau a question names, by any of its names, in order of mention."""
    found: dict[int, str] = {}
    rest = folded
    for name, section in catalog.names:
        place = rest.find(name)
        if place >= 0 and section not in found.values():
            found[place] = section
            rest = rest.replace(name, "＊" * len(name))
    for section in catalog.bureaus:
        # A section's own name is an everyday word (交通, 教育): it names the bureau only in clerks' phrases.
        match = re.search(rf"{re.escape(fold(section))}(?={_AFTER_SECTION})", rest)
        if match and section not in found.values():
            found[match.start()] = section
    compared = re.search(r"比較(?P<a>\S{2,5}?)(?:跟|和|與)(?P<b>\S{2,5}?)(?:在|的|對)", rest)
    if compared:
        for name in ("a", "b"):
            if compared[name] in catalog.bureaus and compared[name] not in found.values():
                found[compared.start(name)] = compared[name]
    return tuple(found[place] for place in sorted(found))


def _excluded(folded: str, catalog: Catalog) -> tuple[str, ...]:
    match = _EXCLUDED.search(folded)
    if match is None:
        return ()
    bare = tuple(section for section in catalog.bureaus if fold(section) in match["names"])
    return tuple(dict.fromkeys((*named_sections(match["names"], catalog), *bare)))


def without_bureaus(text: str, catalog: Catalog) -> str:
    """A question without the bureaus that it names: in an owner question they are guesses."""
    rest = fold(text)
    for name, _ in catalog.names:
        rest = rest.replace(name, " ")
    return rest.strip()


def strip_topic(folded: str, catalog: Catalog) -> str:
    """The words of a question that say what it is about."""
    return _FILLER.sub(" ", without_bureaus(folded, catalog)).strip()
