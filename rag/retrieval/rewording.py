"""A question in other words, by a chat model: a follow-up made to stand alone, another language in Chinese.

Off unless POLICYQA_CHAT_ROLES names it. Where the model fails or writes something else than a question, the question
stays as it is, and the rules for follow-ups and the multilingual index find what they find.
"""

from dataclasses import replace

from prompts import fence
from rag.chat.reply import Chat, whole_reply
from rag.document.catalog import Catalog
from rag.errors import ChatModelError
from rag.retrieval.follow_up import points_back
from rag.retrieval.language import detect_language
from rag.retrieval.question import Question, understand
from rag.types import CHINESE

_LONGEST = 200
_TURNS_SHOWN = 2


def reword(chat: Chat, question: Question, catalog: Catalog, deadline: float) -> Question:
    """The question as the model words it, with what was asked and its language kept."""
    if question.kind == "chat":
        return question
    if "follow-up" in chat.roles and question.turns and points_back(question):
        # Earlier questions only: an answer can be forged by whoever sends the conversation.
        said = "\n".join(turn.question for turn in question.turns[-_TURNS_SHOWN:])
        text = _write(chat, deadline, "rewrite", history=fence(said), question=fence(question.text))
        return _reworded(question, text, catalog, stand_alone=True)
    if "translate" in chat.roles and question.language not in CHINESE:
        text = _write(chat, deadline, "translate", question=fence(question.text))
        return _reworded(question, text, catalog, stand_alone=False)
    return question


def _write(chat: Chat, deadline: float, prompt: str, **values: str) -> str:
    """One line of Chinese, empty where the model gives none."""
    try:
        reply = whole_reply(chat, deadline, prompt, **values)
    except ChatModelError:
        return ""
    fits = reply and "\n" not in reply and len(reply) <= _LONGEST and detect_language(reply) in CHINESE
    return reply if fits else ""


def _reworded(question: Question, text: str, catalog: Catalog, *, stand_alone: bool) -> Question:
    if not text:
        return question
    reworded = understand(text, catalog, () if stand_alone else question.turns)
    return replace(reworded, asked=question.asked, language=question.language)
