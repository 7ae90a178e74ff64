"""Resident questions proposed by a chat model, and the model that settings name."""

import json
from pathlib import Path

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from rag import PolicyAssistant, Settings
from rag.chat.model import load_chat_model
from rag.document.expansion import read_expansions
from rag.document.proposal import propose_expansions
from rag.errors import ConfigurationError

GOOD = '好的：\n{"questions": {"zh": ["公車何時變電動？"], "en": ["When?"]}, "keywords": ["電巴"]}'


def test_a_proposal_is_read_back_as_resident_questions(assistant: PolicyAssistant, tmp_path: Path) -> None:
    items = [assistant.item("11-3"), assistant.item("11-4")]
    model = GenericFakeChatModel(messages=iter([AIMessage(GOOD), AIMessage("我不知道")]))
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(propose_expansions(items, model)), encoding="utf-8")
    first, second = read_expansions(path)
    assert (first.item_id, first.questions, first.keywords) == ("11-3", ("公車何時變電動？", "When?"), ("電巴",))
    assert (second.item_id, second.questions) == ("11-4", ())


def test_a_proposal_shows_the_reviewer_the_item(assistant: PolicyAssistant) -> None:
    item = assistant.item("11-3")
    (line,) = propose_expansions([item], GenericFakeChatModel(messages=iter([AIMessage(GOOD)])))
    assert json.loads(line)["item"] == item.text


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        (None, "POLICYQA_CHAT_MODEL"),
        ("gpt", "provider:model"),
        ("openai:any", "POLICYQA_CHAT_API_KEY|policyqa\\[openai\\]"),
        ("nobody:any", "nobody"),
    ],
)
def test_a_model_that_cannot_be_opened_says_what_to_do(
    name: str | None, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match=remedy):
        load_chat_model(Settings(chat_model=name))
