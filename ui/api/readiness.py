"""Whether the first question, which loads what is read late, has been answered."""

import logging
from threading import Event, Thread

from rag import PolicyAssistant

# Of the kinds that read different files: a fact, an owner.
_WARMING = ("公車什麼時候會全部換成電動的？", "登革熱防治是哪個局負責？")
_log = logging.getLogger(__name__)


class Readiness:
    """Answers two questions in a thread of its own, and then is ready."""

    def __init__(self, assistant: PolicyAssistant) -> None:
        # A chat model may take minutes, and costs money.
        self._assistant = assistant.without_model()
        self._ready = Event()
        self._failed = Event()

    def warm_up(self) -> None:
        """Begin; returns at once."""
        Thread(target=self._answer, name="warm-up", daemon=True).start()

    def is_ready(self) -> bool:
        return self._ready.is_set()

    def has_failed(self) -> bool:
        """Whether it will never be ready; why stands in the log."""
        return self._failed.is_set()

    def _answer(self) -> None:
        try:
            for question in _WARMING:
                self._assistant.ask(question)
            self._assistant.ask_owner(_WARMING[-1])
        except Exception as error:  # noqa: BLE001 - in one line: the first who asks gets the whole story logged
            _log.error("the warm-up failed: %s: %s", type(error).__name__, error)
            self._failed.set()
        else:
            self._ready.set()
