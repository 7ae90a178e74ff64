"""What is sent to the API and what comes back, as JSON."""

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from rag.answer_format import Message
from rag.retrieval.question import LONGEST_QUESTION
from rag.types import Bureau, Grounding, Kind, Language, Ownership, PolicyItem

_QUESTION = "公車什麼時候會全部換成電動的？"
_LONGEST_HISTORY = 50


class Received(BaseModel):
    """What somebody sends. Half a character (a lone surrogate) is JSON, but no text that could be sent back."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _is_text(cls, sent: Any) -> Any:
        if isinstance(sent, dict):
            try:
                json.dumps(sent, ensure_ascii=False).encode("utf-8")
            except UnicodeEncodeError as error:
                raise PydanticCustomError("half", "a text holds half a character (a lone surrogate)") from error
        return sent


class AskRequest(Received):
    """A question, and what was said before it."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    question: str = Field(description=f"1 to {LONGEST_QUESTION} characters, in any language", examples=[_QUESTION])
    history: list[Message] = Field(
        default=[], max_length=_LONGEST_HISTORY, description="earlier messages, oldest first"
    )
    mode: Literal["answer", "owner"] = Field(default="answer", description="`owner`: the ranked bureaus only")
    id: str = Field(default="1", max_length=200, description="comes back with the answer")


class WritingReport(BaseModel):
    """What a chat model wrote and what became of it."""

    sentences: int
    dropped: int
    failure: str


class AnswerResponse(BaseModel):
    """An answer with all that it rests on."""

    id: str
    question: str
    answer: str = Field(description="the text as shown; [n] points at the n-th of the items cited")
    kind: Kind
    language: Language
    grounding: Grounding = Field(
        description="`cited`: the items answer; `partial`: related items, and the answer says what they do not state; "
        "`no_evidence`: refused"
    )
    citations: list[str] = Field(description="item ids in order of their markers", examples=[["11-3"]])
    bureaus: list[str] = Field(description="sections, main owner first", examples=[["交通"]])
    retrieved: list[str] = Field(description="the ten nearest items, best first")
    answerer: str = Field(description="`extractive` or the chat model's name")
    latency_ms: float
    note: str | None = Field(default=None, description="where a chat model was asked: what a reader should know")
    writing: WritingReport | None = None


class TopicRequest(Received):
    topic: str = Field(description=f"1 to {LONGEST_QUESTION} characters", examples=["路燈不亮"])


class ItemResponse(BaseModel):
    """A numbered item of the guidelines, verbatim."""

    id: str = Field(description="chapter and number; the preface is chapter 0", examples=["11-3"])
    section: str
    office: str
    number: int
    label: str = Field(examples=["交通（三）"])
    text: str
    net_zero: bool
    theme: str = Field(description="of a paragraph of the preface, else empty")


class OwnerResponse(BaseModel):
    section: str
    office: str
    english: str
    share: float = Field(ge=0, le=1, description="of the evidence")
    items: list[ItemResponse]


class OwnersResponse(BaseModel):
    """The bureaus that a topic belongs to, at least three where there are, main owner first."""

    topic: str
    grounding: Grounding
    answer: str
    owners: list[OwnerResponse]


class ItemsResponse(BaseModel):
    total: int = Field(description="how many fit, on all pages")
    items: list[ItemResponse]


class FeedbackRequest(Received):
    """What somebody thought of an answer. Personal numbers are masked before it is kept."""

    useful: bool
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    reason: str = Field(default="", max_length=2000)
    answer: str = Field(default="", max_length=20_000)
    grounding: Grounding | Literal[""] = ""
    citations: list[str] = Field(default=[], max_length=100)
    language: Language = "zh-TW"


class FeedbackResponse(BaseModel):
    id: int


class VersionResponse(BaseModel):
    version: str
    year: int = Field(description="of the Republic of China")
    document_sha256: str
    embedder: str
    answerer: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="what happened and what to do")


def item_response(item: PolicyItem) -> ItemResponse:
    return ItemResponse(
        id=item.id,
        section=item.section,
        office=item.office,
        number=item.number,
        label=item.label,
        text=item.text,
        net_zero=item.net_zero,
        theme=item.theme,
    )


def owner_response(owner: Ownership) -> OwnerResponse:
    bureau: Bureau = owner.bureau
    items = [item_response(item) for item in owner.items]
    return OwnerResponse(
        section=bureau.section, office=bureau.office, english=bureau.english, share=round(owner.share, 4), items=items
    )


# What each route can answer besides what it is for.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}, "description": description}
    for status, description in {
        413: "the body is too large",
        422: "something in the request does not fit",
        429: "too many questions in a minute; wait as `Retry-After` says",
        503: "too many questions at once; wait as `Retry-After` says",
    }.items()
}
