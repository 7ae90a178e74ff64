"""The one place that chooses and wires the parts, and the path of one question through them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from embeddings import Embedder, EmbeddingError, load_embedder
from rag.answering import extractive
from rag.answering.citations import resolve_citations
from rag.document.catalog import Catalog, build_catalog, read_document
from rag.errors import ConfigurationError, QuestionError
from rag.index.build import Progress, build_index, no_progress
from rag.index.store import Origin, PolicyIndex, check_origin, load_index, save_index, sha256_text
from rag.retrieval.evidence import judge
from rag.retrieval.owners import rank_owners
from rag.retrieval.question import Question, understand
from rag.retrieval.search import Retriever
from rag.settings import Settings, load_settings
from rag.types import Answer, Passage, PolicyItem, Turn

_SHOWN = 10
_CITED = 1
_RELATED = 3


class PolicyAssistant:
    """Answers questions over one index. Safe to share between threads."""

    def __init__(self, index: PolicyIndex, embedder: Embedder) -> None:
        self.catalog: Catalog = build_catalog(index.items, index.origin.year)
        self._retriever = Retriever(index, embedder)

    def ask(self, question: str, turns: Sequence[Turn] = ()) -> Answer:
        """The whole answer. Raises QuestionError for an empty or endless question."""
        *_, answer = self.stream(question, turns)
        return answer

    def stream(self, question: str, turns: Sequence[Turn] = ()) -> Iterator[Answer]:
        """The answer as it grows; the last one is complete."""
        return self._stream(understand(question, turns))

    def _stream(self, question: Question) -> Iterator[Answer]:
        ranked = self._retriever.search(question.search_text, len(self.catalog.items))
        grounding = judge(question, ranked)
        cited = ranked[:_CITED] if grounding == "cited" else []
        quotes = [extractive.pick_quote(question, passage) for passage in cited]
        pieces = (
            extractive.write_answer(cited, quotes, self.catalog)
            if cited
            else extractive.write_refusal(ranked[:_RELATED], self.catalog)
        )
        answer = Answer(
            question=question.text,
            text="",
            kind="fact",
            language=question.language,
            grounding=grounding,
            citations=(),
            owners=rank_owners(ranked, self.catalog),
            passages=tuple(ranked[:_SHOWN]),
            answerer=extractive.NAME,
        )
        for piece in pieces:
            text = answer.text + piece
            answer = replace(answer, text=text, citations=resolve_citations(text, cited, quotes))
            yield answer

    def ask_owner(self, topic: str) -> Answer:
        """The bureaus that a topic belongs to, main owner first, at least three, however weak the evidence."""
        question = understand(topic)
        ranked = self._retriever.search(question.search_text, len(self.catalog.items))
        owners = rank_owners(ranked, self.catalog)
        proof = [passage for passage in ranked if passage.item in owners[0].items]
        text = "".join(extractive.write_owners(owners))
        return Answer(
            question=question.text,
            text=text,
            kind="owner",
            language=question.language,
            grounding="cited",
            citations=resolve_citations(text, proof),
            owners=owners,
            passages=tuple(ranked[:_SHOWN]),
            answerer=extractive.NAME,
        )

    def search(self, question: str, limit: int = _SHOWN) -> list[Passage]:
        """The `limit` items nearest to a question, best first, answered or not."""
        return self._retriever.search(understand(question).search_text, limit)

    def item(self, item_id: str) -> PolicyItem:
        """One item by its id, 11-3. Raises QuestionError where there is none."""
        item = self.catalog.items.get(item_id.strip())
        if item is None:
            raise QuestionError(f"there is no item {item_id!r}; ids are chapter and number, such as 11-3")
        return item


def make_index(settings: Settings, progress: Progress = no_progress) -> PolicyIndex:
    """Build the index that the settings name and put it in its place.

    Raises ConfigurationError, DocumentError or IndexUnavailableError.
    """
    text = read_document(settings.document)
    index = build_index(text, choose_embedder(settings, verify=True), progress)
    save_index(settings.index_dir, index)
    return index


def open_assistant(settings: Settings | None = None) -> PolicyAssistant:
    """The assistant over the index that the settings name (default: the environment's).

    Raises ConfigurationError, DocumentError or IndexUnavailableError.
    """
    settings = settings or load_settings()
    index = load_index(settings.index_dir)
    embedder = choose_embedder(settings, verify=False)
    document = sha256_text(read_document(settings.document))
    check_origin(settings.index_dir, index.origin, Origin(index.origin.year, document, embedder.identity))
    return PolicyAssistant(index, embedder)


def choose_embedder(settings: Settings, *, verify: bool) -> Embedder:
    """The embedder that the settings name. Raises ConfigurationError."""
    try:
        return load_embedder(settings.embedder, settings.threads, verify=verify)
    except EmbeddingError as error:
        raise ConfigurationError(f"POLICYQA_EMBEDDER: {error}") from error
