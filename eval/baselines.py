"""Plain systems to stand beside ours. None refuses, follows a conversation or knows a kind of question.

Vectors are compared with numpy, an exact inner product over unit vectors: what a flat FAISS index computes, and
FAISS lives in one file of `embeddings`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.chunked import Span, ranked_items, split_for_langchain, split_for_llama_index
from eval.errors import SystemFailedError
from eval.systems import System, code_identity
from rag.answer_format import QuestionRecord
from rag.assistant import choose_embedder
from rag.document.catalog import load_bureaus, load_guidelines, read_document
from rag.index.lexical import LexicalIndex
from rag.settings import Settings
from rag.text import tokenize
from rag.types import PolicyItem

_RETRIEVED = 10
_OWNERS = 3
# LangChain's FAISS returns four documents unless told otherwise, LlamaIndex's retriever two.
_LANGCHAIN_TOP, _LLAMA_INDEX_TOP = 4, 2

Vectors = NDArray[np.float32]
Embed = Callable[[list[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Materials:
    """What all baselines share with ours: the document, its items, and the embedder."""

    text: str
    items: tuple[PolicyItem, ...]
    embed_documents: Embed
    embed_query: Callable[[str], Vectors]


def load_baselines(settings: Settings, skipped: Callable[[str], None]) -> list[System]:
    """The textbook chain, LlamaIndex, and each search alone; `skipped` hears of those that cannot run, and why."""
    materials = load_materials(settings)
    systems: list[System] = []
    for make in (textbook_langchain, bm25_alone, dense_alone, textbook_llama_index):
        try:
            systems.append(make(materials))
        except SystemFailedError as error:
            skipped(str(error))
    return systems


def load_materials(settings: Settings) -> Materials:
    """The document and the embedder that the settings name. Raises ConfigurationError or DocumentError."""
    model = choose_embedder(settings, verify=False).model
    return Materials(
        read_document(settings.document),
        load_guidelines(settings.document).items,
        lambda texts: np.asarray(model.embed_documents(texts), dtype=np.float32),
        lambda text: np.asarray(model.embed_query(text), dtype=np.float32),
    )


def textbook_langchain(materials: Materials) -> System:
    """LangChain's tutorial: the raw text in pieces of 500 characters, 50 shared; the four nearest are the answer."""
    return _chunk_system("textbook-langchain", split_for_langchain(materials.text), _LANGCHAIN_TOP, materials)


def textbook_llama_index(materials: Materials) -> System:
    """LlamaIndex's defaults: its sentence splitter, and the two nearest pieces."""
    return _chunk_system("textbook-llama-index", split_for_llama_index(materials.text), _LLAMA_INDEX_TOP, materials)


def bm25_alone(materials: Materials) -> System:
    """BM25 over the items' text, in characters and bigrams."""
    index = LexicalIndex([tokenize(item.text) for item in materials.items])
    return _item_system("bm25", index.scores, materials.items)


def dense_alone(materials: Materials) -> System:
    """Inner products of the embedder's vectors over the items' text."""
    vectors = materials.embed_documents([item.text for item in materials.items])
    return _item_system("dense", lambda question: vectors @ materials.embed_query(question), materials.items)


def _item_system(name: str, score: Callable[[str], Vectors], items: Sequence[PolicyItem]) -> System:
    """Quotes the best item behind the bureaus of the three best, by all that they are called."""
    bureaus = load_bureaus()

    def named(section: str) -> str:
        return f"{section}（{bureaus[section].short}）" if section in bureaus else section

    def answer(record: QuestionRecord) -> dict[str, Any]:
        found = [items[row] for row in np.argsort(-score(record.question), kind="stable")[:_RETRIEVED]]
        sections = list(dict.fromkeys(item.section for item in found[:_OWNERS]))
        text = f"{'、'.join(map(named, sections))}\n「{found[0].text}」[1]"
        return _record(record, text, found[:1], found, sections)

    return System(name, code_identity(), answer)


def _chunk_system(name: str, spans: Sequence[Span], top: int, materials: Materials) -> System:
    """Shows the nearest pieces; cites the items of which most characters stand in them."""
    pieces = [materials.text[start:end] for start, end in spans]
    vectors = materials.embed_documents(pieces)

    def answer(record: QuestionRecord) -> dict[str, Any]:
        ranked = np.argsort(-(vectors @ materials.embed_query(record.question)), kind="stable")[:top]
        found = ranked_items([spans[row] for row in ranked], materials.text, materials.items)
        shown = "\n\n".join(pieces[row] for row in ranked)
        return _record(record, shown, found, found[:_RETRIEVED], [item.section for item in found])

    return System(name, code_identity(), answer)


def _record(
    question: QuestionRecord,
    answer: str,
    cited: Sequence[PolicyItem],
    retrieved: Sequence[PolicyItem],
    sections: Sequence[str],
) -> dict[str, Any]:
    return {
        "id": question.id,
        "question": question.question,
        "answer": answer,
        "grounding": "cited",
        "citations": [item.id for item in cited],
        "bureaus": list(dict.fromkeys(sections))[:_OWNERS],
        "retrieved": [item.id for item in retrieved],
    }
