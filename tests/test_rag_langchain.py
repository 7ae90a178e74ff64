from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from rag import Answer, PolicyAssistant
from rag.langchain import PolicyRetriever, as_runnable

QUESTION = "公車什麼時候會全部換成電動的？"


def _ids(documents: list[Document]) -> list[str | None]:
    return [document.id for document in documents]


def test_the_retriever_finds_items_as_documents(assistant: PolicyAssistant) -> None:
    retriever = PolicyRetriever(assistant=assistant)
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke(QUESTION)
    assert len(documents) == 5
    found = next(document for document in documents if document.id == "11-3")
    assert found.page_content == assistant.item("11-3").text
    assert found.metadata["bureau"] == "高雄市政府交通局"
    assert found.metadata["net_zero"] is True


def test_the_retriever_finds_what_the_assistant_finds(assistant: PolicyAssistant) -> None:
    documents = PolicyRetriever(assistant=assistant, limit=7).invoke(QUESTION)
    assert _ids(documents) == [passage.item.id for passage in assistant.search(QUESTION, 7)]


def test_the_retriever_works_in_a_pipe(assistant: PolicyAssistant) -> None:
    chain = PolicyRetriever(assistant=assistant, limit=3) | RunnableLambda(_ids)
    assert len(chain.invoke(QUESTION)) == 3


def test_the_assistant_is_a_step_of_a_chain(assistant: PolicyAssistant) -> None:
    def text(answer: Answer) -> str:
        return answer.text

    chain = as_runnable(assistant) | RunnableLambda(text)
    assert chain.invoke(QUESTION) == assistant.ask(QUESTION).text


def test_a_chain_answers_several_questions_at_once(assistant: PolicyAssistant) -> None:
    questions = [QUESTION, "捷運黃線現在做到哪裡？", "登革熱防治是哪個局負責？"]
    answers = as_runnable(assistant).batch(questions)
    assert [answer.question for answer in answers] == questions
