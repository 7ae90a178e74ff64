"""What chat models in this process have in common: one reply at a time, in pieces, given up as soon as it is left."""

from abc import abstractmethod
from collections.abc import Generator, Iterator
from contextlib import closing
from threading import Event, Lock
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.outputs.chat_generation import ChatGeneration
from pydantic import ConfigDict, PrivateAttr

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class LocalChat(BaseChatModel):
    """`timeout`: seconds to wait for the model to be free, and for its next piece."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    max_tokens: int
    timeout: float
    _busy: Lock = PrivateAttr(default_factory=Lock)

    @abstractmethod
    def _speak(self, turns: list[dict[str, str]], left: Event) -> Generator[str, None, None]:
        """The reply in pieces; the model stops at its next token once `left` is set."""

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(chunk.message.content) for chunk in self._stream(messages, stop, run_manager, **kwargs))
        return ChatResult(generations=[ChatGeneration(message=AIMessageChunk(content=text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        if not self._busy.acquire(timeout=self.timeout):
            raise TimeoutError("the model is busy")
        left = Event()
        turns = [{"role": _ROLES.get(message.type, "user"), "content": str(message.text)} for message in messages]
        try:
            # Closed before the model is free again: what was left may still be at its last token.
            with closing(self._speak(turns, left)) as pieces:
                for piece in pieces:
                    if piece:
                        yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        finally:
            self._busy.release()
