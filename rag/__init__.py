"""Answers questions about a city's policy guidelines, each with its source."""

from rag.assistant import PolicyAssistant, open_assistant
from rag.errors import RagError
from rag.index.build import build_index
from rag.settings import Settings, load_settings
from rag.types import Answer, Citation, Passage, PolicyItem, Turn

__all__ = [
    "Answer",
    "Citation",
    "Passage",
    "PolicyAssistant",
    "PolicyItem",
    "RagError",
    "Settings",
    "Turn",
    "build_index",
    "load_settings",
    "open_assistant",
]
