"""What is sent and what comes back in OpenAI's format.

https://platform.openai.com/docs/api-reference/chat: parameters that steer a model's chance (temperature and so on) mean
nothing here and are passed over, as are fields that are not known.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict

from rag.types import Grounding
from ui.api.problems import not_offered
from ui.api.schemas import Received

MODEL = "policyqa"
_EXAMPLE = "捷運黃線現在做到哪裡？"
_PLAIN: JsonDict = {"type": "object", "properties": {"type": {"const": "text"}}, "required": ["type"]}


class ContentPart(Received):
    """A piece of a message."""

    model_config = ConfigDict(extra="ignore")

    type: str = Field(description="only `text` is read", examples=["text"])
    text: str = Field(default="", description="what is said", examples=[_EXAMPLE])


class ChatMessage(Received):
    """`system` and `developer` messages are read by nobody: nothing that is sent gives instructions."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool"] = Field(
        description="who says it; `user` and `assistant` are read", examples=["user"]
    )
    content: str | list[ContentPart] = Field(default="", description="what is said", examples=[_EXAMPLE])

    @field_validator("content", mode="before")
    @classmethod
    def _is_text(cls, content: Any) -> Any:
        parts = content if isinstance(content, list) else []
        for part in parts:
            kind = part.get("type") if isinstance(part, dict) else None
            if isinstance(kind, str) and kind != "text":
                raise not_offered(f"only parts of the type text are read, not {kind[:50]}")
        return content

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content


class StreamOptions(Received):
    """What a stream holds besides."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool = Field(default=False, description="a last chunk with `usage`", examples=[True])


class ChatRequest(Received):
    """A conversation whose last message is answered."""

    model_config = ConfigDict(extra="ignore")

    messages: list[ChatMessage] = Field(min_length=1, max_length=100, description="the last is the user's question")
    model: str = Field(default=MODEL, max_length=200, description="whatever it is, the one model answers")
    stream: bool = Field(default=False, description="as events while it grows", examples=[False])
    stream_options: StreamOptions = Field(default=StreamOptions(), description="where `stream` is true")
    n: int = Field(default=1, description="only 1", examples=[1], json_schema_extra={"const": 1})
    response_format: Any = Field(
        default=None, description="only of type `text`", examples=[{"type": "text"}], json_schema_extra=_PLAIN
    )
    tool_choice: Any = Field(
        default=None,
        description="only `auto` or `none`: no tool is called",
        examples=["auto"],
        json_schema_extra={"enum": ["auto", "none"]},
    )

    @field_validator("n")
    @classmethod
    def _is_one(cls, n: int) -> int:
        if n != 1:
            raise not_offered("only 1 answer is given to a question")
        return n

    @field_validator("response_format")
    @classmethod
    def _is_plain(cls, wanted: Any) -> Any:
        if wanted is not None and (not isinstance(wanted, dict) or wanted.get("type") != "text"):
            raise not_offered("answers are text, never JSON; ask /api/v1/ask for an answer with fields")
        return wanted

    @field_validator("tool_choice")
    @classmethod
    def _calls_nothing(cls, wanted: Any) -> Any:
        if wanted not in (None, "auto", "none"):
            raise not_offered("no tool is ever called; leave it out, or send auto or none")
        return wanted


class CitedItem(BaseModel):
    """An item that the answer rests on."""

    marker: int = Field(ge=1, description="[n] of the text", examples=[1])
    id: str = Field(description="chapter and number", examples=["17-6"])
    label: str = Field(description="as people cite it", examples=["捷運（六）"])
    office: str = Field(description="the bureau as the city names it", examples=["高雄市政府捷運工程局"])
    text: str = Field(description="verbatim", examples=["推動捷運紫線……"])


class Usage(BaseModel):
    """An estimate in characters, one counted as one token: without a model there are no tokens."""

    prompt_tokens: int = Field(ge=0, description="characters of the messages that are read", examples=[11])
    completion_tokens: int = Field(ge=0, description="characters of the answer and its sources", examples=[120])
    total_tokens: int = Field(ge=0, description="both", examples=[131])


class ChatReply(BaseModel):
    """The message that answers."""

    role: Literal["assistant"] = Field(default="assistant", description="always the same", examples=["assistant"])
    content: str = Field(description="the answer, and below it the items cited", examples=["捷運局：……[1]"])


class ChatChoice(BaseModel):
    """The one answer."""

    index: int = Field(default=0, description="always 0", examples=[0])
    message: ChatReply = Field(description="the answer")
    finish_reason: Literal["stop"] = Field(default="stop", description="always whole", examples=["stop"])


class ChatCompletion(BaseModel):
    """An answer; `grounding` and `citations` are ours, and clients keep fields that they do not know."""

    id: str = Field(description="of this answer", examples=["chatcmpl-5f0c"])
    object: Literal["chat.completion"] = Field(
        default="chat.completion", description="what this is", examples=["chat.completion"]
    )
    created: int = Field(description="seconds since 1970", examples=[1767225600])
    model: str = Field(default=MODEL, description="the one that there is", examples=[MODEL])
    choices: list[ChatChoice] = Field(description="one")
    usage: Usage = Field(description="characters, as an estimate of tokens")
    grounding: Grounding = Field(description="as of /api/v1/ask", examples=["cited"])
    citations: list[CitedItem] = Field(description="in order of their markers")


class Model(BaseModel):
    """What answers."""

    id: str = Field(default=MODEL, description="its name", examples=[MODEL])
    object: Literal["model"] = Field(default="model", description="what this is", examples=["model"])
    created: int = Field(description="when the service began, in seconds since 1970", examples=[1767225600])
    owned_by: str = Field(default=MODEL, description="who made it", examples=[MODEL])


class ModelList(BaseModel):
    """The one model that there is."""

    object: Literal["list"] = Field(default="list", description="what this is", examples=["list"])
    data: list[Model] = Field(description="one")
