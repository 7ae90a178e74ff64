"""The log of unanswered questions: written beside the answers, none of which waits for it."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from rag.types import Answer
from ui.records.errors import RecordsError
from ui.records.store import RecordStore

_log = logging.getLogger(__name__)
Note = Callable[[Answer], None]


def note_beside(records: RecordStore) -> Note:
    """What notes an answer where staff want it, and returns at once.

    All ways of asking share one: a thread of its own, since a busy file makes a writer wait for seconds. An owner that
    was looked up without evidence is an unanswered question, too: staff read there what the guidelines do not speak of.
    """
    writer = ThreadPoolExecutor(1, thread_name_prefix="unanswered")

    def note(answer: Answer) -> None:
        writer.submit(_note, records, answer)

    return note


def _note(records: RecordStore, answer: Answer) -> None:
    try:
        records.note_unanswered(answer)
    except RecordsError as error:
        # A failing store does not cost anybody the answer.
        _log.warning("%s", error)
