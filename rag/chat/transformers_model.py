"""A chat model of transformers, in this process, on CPU or GPU."""

from collections.abc import Iterator
from threading import Event, Lock, Thread
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.outputs.chat_generation import ChatGeneration
from pydantic import ConfigDict, PrivateAttr

from rag.errors import ConfigurationError

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class TransformersChat(BaseChatModel):
    """One reply at a time; a stream that is closed stops the model at its next token."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    name_or_folder: str
    model: Any
    tokenizer: Any
    max_tokens: int
    timeout: float
    _busy: Lock = PrivateAttr(default_factory=Lock)

    @property
    def _llm_type(self) -> str:
        return "transformers"

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
        from transformers import TextIteratorStreamer

        if not self._busy.acquire(timeout=self.timeout):
            raise TimeoutError("the model is busy")
        left = Event()
        try:
            turns = [{"role": _ROLES.get(message.type, "user"), "content": message.text} for message in messages]
            inputs = self.tokenizer.apply_chat_template(
                turns, add_generation_prompt=True, return_tensors="pt", return_dict=True
            ).to(self.model.device)
            streamer = TextIteratorStreamer(
                self.tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=self.timeout
            )
            worker = Thread(target=self._run, args=(inputs, streamer, left), daemon=True)
            worker.start()
            for piece in streamer:
                if piece:
                    yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
            worker.join()
        finally:
            left.set()
            self._busy.release()

    def _run(self, inputs: Any, streamer: Any, left: Event) -> None:
        try:
            self.model.generate(
                **inputs,
                streamer=streamer,
                max_new_tokens=self.max_tokens,
                do_sample=False,
                stopping_criteria=[lambda ids, scores, **options: left.is_set()],
            )
        finally:
            # Whoever listens must not wait for a model that has failed.
            streamer.end()


def load_transformers(name_or_folder: str, timeout: float, max_tokens: int) -> TransformersChat:
    """Raises ConfigurationError."""
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as error:
        raise ConfigurationError(
            "a local model needs transformers and torch; pip install 'policyqa[models]'"
        ) from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(name_or_folder)
        model = AutoModelForCausalLM.from_pretrained(name_or_folder)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"cannot open the model {name_or_folder!r}: {error}; give a folder or a hub name that can be reached"
        ) from error
    if tokenizer.chat_template is None:
        raise ConfigurationError(f"the model {name_or_folder!r} has no chat template; choose one that is made for chat")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return TransformersChat(
        name_or_folder=name_or_folder,
        model=model.to(device).eval(),
        tokenizer=tokenizer,
        max_tokens=max_tokens,
        timeout=timeout,
    )
