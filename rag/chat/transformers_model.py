"""A chat model of transformers, in this process, on CPU or GPU."""

from collections.abc import Generator
from threading import Event, Thread
from typing import Any

from rag.chat.local_model import LocalChat
from rag.errors import ConfigurationError


class TransformersChat(LocalChat):
    """A model that torch runs."""

    name_or_folder: str
    model: Any
    tokenizer: Any

    @property
    def _llm_type(self) -> str:
        return "transformers"

    def _speak(self, turns: list[dict[str, str]], left: Event) -> Generator[str, None, None]:
        from transformers import TextIteratorStreamer

        inputs = self.tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_tensors="pt", return_dict=True
        ).to(self.model.device)
        streamer = TextIteratorStreamer(
            self.tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=self.timeout
        )
        worker = Thread(target=self._run, args=(inputs, streamer, left), daemon=True)
        worker.start()
        try:
            yield from streamer
        finally:
            left.set()
            worker.join(timeout=self.timeout)

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
