"""Questions to go on with: near to an answer, and answered by the document."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rag.assistant import PolicyAssistant
from rag.retrieval.language import detect_language
from rag.text import fold
from rag.types import CHINESE, Language

_MOST = 3
# Each candidate costs a search (some 30 ms); most are answered.
_MOST_TRIED = 8
# Residents also type bare words; what is offered to others is a sentence that asks.
_ASKS = re.compile(r"嗎|呢|什麼|哪|幾|多少|怎麼|如何|誰|何時|有沒有|是否|能不能|可不可以|[?？]|か$")
_SHORTEST, _LONGEST = 6, 90


def suggest_questions(
    assistant: PolicyAssistant, asked: str, cited: Sequence[str], related: Sequence[str], language: Language
) -> list[str]:
    """Two or three questions in a language, of related items first, then of those that were cited (both by id).

    No chat model is asked. Each one is answered by the item that it was found for; fewer where there are no more.
    """
    bare = assistant.without_model()
    candidates = _candidates(assistant, asked, (*related, *cited), language)
    found = (question for item_id, question in candidates if _answers(bare, question, item_id))
    return list(islice(found, _MOST))


def _candidates(
    assistant: PolicyAssistant, asked: str, item_ids: Iterable[str], language: Language
) -> Iterator[tuple[str, str]]:
    fitting = ((i, _first_fitting(assistant.resident_questions(i), asked, language)) for i in item_ids)
    return islice(((item_id, question) for item_id, question in fitting if question), _MOST_TRIED)


def _first_fitting(questions: Iterable[str], asked: str, language: Language) -> str:
    for question in questions:
        fits = _SHORTEST <= len(question) <= _LONGEST and _ASKS.search(question) and fold(question) != fold(asked)
        if fits and detect_language(question) == language and not (language in CHINESE and re.search(r"\s", question)):
            return f"{question}？" if language in CHINESE and question[-1] not in "？?" else question
    return ""


def _answers(assistant: PolicyAssistant, question: str, item_id: str) -> bool:
    plan = assistant.plan(assistant.understand(question))
    return plan.grounding == "cited" and item_id in {passage.item.id for passage in plan.draft.passages}
