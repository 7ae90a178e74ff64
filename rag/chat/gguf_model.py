"""A chat model from a GGUF file, run by llama.cpp in this process."""

import json
import os
from collections.abc import Generator
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from rag.chat.local_model import LocalChat
from rag.errors import ConfigurationError

_MAGIC = b"GGUF"
_CONTEXT = 4096


class GgufChat(LocalChat):
    """A model that llama.cpp runs."""

    file: str
    server: Any

    @property
    def _llm_type(self) -> str:
        return "gguf"

    def _speak(self, turns: list[dict[str, str]], left: Event) -> Generator[str, None, None]:
        events = SimpleQueue[str | None]()
        worker = Thread(target=self._run, args=(turns, events, left), daemon=True)
        worker.start()
        try:
            while (event := events.get(timeout=self.timeout)) is not None:
                yield _content(event)
        finally:
            left.set()
            worker.join(timeout=self.timeout)

    def _run(self, turns: list[dict[str, str]], events: "SimpleQueue[str | None]", left: Event) -> None:
        def hear(event: str) -> bool:
            events.put(event)
            return left.is_set()

        asked = {"messages": turns, "max_tokens": self.max_tokens, "temperature": 0, "stream": True}
        try:
            self.server.handle_chat_completions(json.dumps(asked), hear)
        finally:
            # Whoever listens must not wait for a model that has failed.
            events.put(None)


def _content(event: str) -> str:
    """The text of one event of a streamed reply. Raises ValueError where the event is an error."""
    read = json.loads(event)
    if "error" in read:
        raise ValueError(str(read["error"].get("message", read["error"])))
    choices = read.get("choices") or [{}]
    return choices[0].get("delta", {}).get("content") or ""


def load_gguf(file: str, timeout: float, max_tokens: int, threads: int) -> GgufChat:
    """`threads`: 0 means as many as the machine has cores. Raises ConfigurationError."""
    path = Path(file).expanduser()
    try:
        with path.open("rb") as opened:
            magic = opened.read(len(_MAGIC))
    except OSError as error:
        raise ConfigurationError(f"cannot read the model {path}: {error.strerror}; name a GGUF file") from error
    if magic != _MAGIC:
        raise ConfigurationError(f"{path} is not a GGUF file; name one, such as qwen2.5-7b-instruct-q4_k_m.gguf")
    # Waiting threads that spin make everything else on the machine wait; read when the library is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    try:
        import xllamacpp
    except ImportError as error:
        raise ConfigurationError("a GGUF model needs llama.cpp; pip install 'policyqa[llama]'") from error
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx = _CONTEXT
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads or os.cpu_count() or 1
    parameters.use_jinja = True
    parameters.verbosity = -1
    try:
        server = xllamacpp.Server(parameters)
    except (RuntimeError, ValueError) as error:
        raise ConfigurationError(f"cannot open the model {path}: {error}; is the file whole?") from error
    return GgufChat(file=str(path), server=server, max_tokens=max_tokens, timeout=timeout)
