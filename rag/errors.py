"""Every failure a caller can do something about; the message says what to do.

RagError
  ConfigurationError     a setting is unknown or wrong, or names something that is not installed
  DocumentError          the policy text has another shape than the parser reads; names the line
  IndexUnavailableError  no index at that place, or an unfinished, altered or foreign one
  ChatModelError         a chat model failed, was late or went on without end; the answer then does without it
  QuestionError          the question is empty or too long to be one
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError


class RagError(Exception):
    """Base of all errors raised by this program."""


class ConfigurationError(RagError):
    """A setting is unknown or wrong, or names something that is not installed."""


class DocumentError(RagError):
    """The policy text does not have the shape that the parser reads."""


class IndexUnavailableError(RagError):
    """No index at that place, or one that these settings did not make."""


class ChatModelError(RagError):
    """A chat model gave no usable reply."""


class QuestionError(RagError):
    """The question is empty or too long to be one."""


def describe_misfit(error: "ValidationError") -> str:
    """The first thing that does not fit in what was read, behind the name of its field."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{field}: {first['msg']}" if field else str(first["msg"])
