"""What a chat model replies to a prompt: in pieces or whole, before a deadline, one error for all that goes wrong."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING

from prompts import render_messages
from rag.chat.failures import describe_failure
from rag.errors import ChatModelError
from rag.settings import ChatRole

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

# A reply of more characters is no answer to a citizen's question; some models never stop.
LONGEST_REPLY = 2_000


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat model, the name it is shown by, what it is used for, and the seconds it has for a whole answer."""

    model: "BaseChatModel"
    name: str
    roles: frozenset[ChatRole] = frozenset({"answer"})
    timeout: float = 60


def stream_reply(chat: Chat, deadline: float, prompt: str, /, **values: str) -> Generator[str, None, None]:
    """The reply as it comes. Closing the iterator stops the model at its next piece.

    `deadline`: of the clock `monotonic`. Raises ChatModelError where the model fails, is late or goes on without end.
    """
    from langchain_core.runnables import Runnable, RunnableLambda

    messages: Runnable[dict[str, str], list[tuple[str, str]]] = RunnableLambda(
        lambda given: render_messages(prompt, **given)
    )
    # No output parser behind the model: one that is left early hears the model out before it lets go.
    chain = messages | chat.model
    channel = _Channel()
    Thread(target=_speak, args=(chain.stream(values), channel), daemon=True, name="chat-model").start()
    length = 0
    try:
        while (piece := channel.next(deadline, chat.timeout)) is not None:
            yield piece
            length += len(piece)
            if length > LONGEST_REPLY:
                raise ChatModelError("the reply has no end")
    finally:
        channel.abandoned.set()


def whole_reply(chat: Chat, deadline: float, prompt: str, /, **values: str) -> str:
    """The whole reply. Raises ChatModelError as `stream_reply`."""
    with closing(stream_reply(chat, deadline, prompt, **values)) as pieces:
        return "".join(pieces).strip()


@dataclass(frozen=True, slots=True)
class _Channel:
    """From the thread in which a model speaks to the one that listens; errors of any kind pass through it."""

    pieces: "SimpleQueue[str | BaseException | None]" = field(default_factory=SimpleQueue)
    abandoned: Event = field(default_factory=Event)

    def next(self, deadline: float, seconds: float) -> str | None:
        try:
            piece = self.pieces.get(timeout=max(0.0, deadline - monotonic()))
        except Empty:
            raise ChatModelError(f"no whole reply within {seconds:g} seconds") from None
        if isinstance(piece, BaseException):
            raise ChatModelError(describe_failure(piece)) from piece
        return piece

    def __enter__(self) -> "_Channel":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        # None at the end; each provider has errors of its own, which the listener turns into one.
        self.pieces.put(error)
        return True


def _speak(reply: "Iterator[BaseMessage]", channel: _Channel) -> None:
    with channel:
        for piece in reply:
            if channel.abandoned.is_set():
                break
            channel.pieces.put(piece.text)
