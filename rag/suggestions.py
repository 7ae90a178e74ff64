"""Questions to go on with: near to an answer, and answered by the document."""

import re
from collections.abc import Iterable, Iterator

from rag.assistant import PolicyAssistant
from rag.retrieval.question import detect_language
from rag.text import fold
from rag.types import CHINESE, Answer, Language

# Each candidate costs a search (some 30 ms); most are answered.
_MOST_TRIED = 8
# Residents also type bare words; what is offered to others is a sentence that asks.
_ASKS = re.compile(r"嗎|呢|什麼|哪|幾|多少|怎麼|如何|誰|何時|有沒有|是否|能不能|可不可以|[?？]|か$")
_SHORTEST, _LONGEST = 6, 90


def suggest_questions(assistant: PolicyAssistant, answer: Answer, language: Language, limit: int = 3) -> list[str]:
    """Up to `limit` questions in a language, of items that the answer does not cite first, then of those it does.

    No chat model is asked. Each one is answered by the item that it was found for.
    """
    bare = assistant.without_model()
    found: list[str] = []
    for item_id, question in _candidates(assistant, answer, language):
        if _answers(bare, question, item_id):
            found.append(question)
        if len(found) == limit:
            break
    return found


def _candidates(assistant: PolicyAssistant, answer: Answer, language: Language) -> Iterator[tuple[str, str]]:
    cited = [citation.item.id for citation in answer.citations]
    related = [passage.item.id for passage in answer.passages if passage.item.id not in cited]
    tried = 0
    for item_id in (*related[:_MOST_TRIED], *cited):
        question = _first_fitting(assistant.resident_questions(item_id), answer.question, language)
        if question and tried < _MOST_TRIED:
            tried += 1
            yield item_id, question


def _first_fitting(questions: Iterable[str], asked: str, language: Language) -> str:
    for question in questions:
        fits = _SHORTEST <= len(question) <= _LONGEST and _ASKS.search(question) and fold(question) != fold(asked)
        if fits and detect_language(question) == language and not (language in CHINESE and re.search(r"\s", question)):
            return f"{question}？" if language in CHINESE and question[-1] not in "？?" else question
    return ""


def _answers(assistant: PolicyAssistant, question: str, item_id: str) -> bool:
    plan = assistant.plan(assistant.understand(question))
    return plan.grounding == "cited" and item_id in {passage.item.id for passage in plan.draft.passages}
