"""Our parts as LangChain parts, for use in other people's chains."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from rag.assistant import Plan, PolicyAssistant
from rag.retrieval.question import Question
from rag.types import Answer, Passage


class PolicyRetriever(BaseRetriever):
    """The items nearest to a question, as documents; `id` is the item's."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: PolicyAssistant
    limit: int = 5

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(passage) for passage in self.assistant.search(query, self.limit)]


def as_runnable(assistant: PolicyAssistant) -> Runnable[str, Answer]:
    """The whole assistant as a chain, understand | plan | write: a question in, an Answer out, growing in `stream`."""
    understand: Runnable[str, Question] = RunnableLambda(assistant.understand)
    plan: Runnable[Question, Plan] = RunnableLambda(assistant.plan)
    write: Runnable[Plan, Answer] = RunnableLambda(assistant.write)
    return understand | plan | write


def _document(passage: Passage) -> Document:
    item = passage.item
    return Document(
        id=item.id,
        page_content=item.text,
        metadata={
            "label": item.label,
            "bureau": item.office,
            "section": item.section,
            "number": item.number,
            "net_zero": item.net_zero,
            "score": passage.score,
        },
    )
