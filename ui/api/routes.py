"""The routes of the API: POST /api/v1/ask, /owners, /feedback; GET /items, /items/{id}; and how the service is."""

from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Query

from rag import PolicyAssistant
from rag.answer_format import QuestionRecord, answer_record, ask_record
from rag.errors import QuestionError
from rag.retrieval.question import check_question
from rag.types import PolicyItem
from ui.api.events import MEDIA_TYPE, answer_events, note_unanswered
from ui.api.readiness import Readiness
from ui.api.schemas import (
    PROBLEMS,
    AnswerResponse,
    AskRequest,
    FeedbackRequest,
    FeedbackResponse,
    ItemResponse,
    ItemsResponse,
    OwnersResponse,
    TopicRequest,
    VersionResponse,
    item_response,
    owner_response,
)
from ui.records.store import RecordStore

_AS_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "the answer, or the events of it"}
}


def question_routes(assistant: PolicyAssistant, records: RecordStore) -> APIRouter:
    """What is asked, and what is thought of the answers."""
    router = APIRouter(prefix="/api/v1", tags=["questions"], responses=PROBLEMS)

    @router.post("/ask", response_model=AnswerResponse, response_model_exclude_none=True, responses=_AS_EVENTS)
    def ask(asked: AskRequest, accept: Annotated[str, Header()] = "") -> Any:
        """Answer a question; with `Accept: text/event-stream` as events `piece` while it grows, and `answer`."""
        if MEDIA_TYPE in accept:
            return answer_events(assistant, records, asked)
        check_question(asked.question)
        answer, question_id, milliseconds = ask_record(assistant, QuestionRecord(**asked.model_dump()))
        note_unanswered(records, answer)
        return answer_record(answer, question_id, milliseconds)

    @router.post("/owners")
    def owners(asked: TopicRequest) -> OwnersResponse:
        """The bureaus that a topic belongs to, with their share of the evidence and the items that prove it."""
        answer = assistant.ask_owner(asked.topic)
        ranked = [owner_response(owner) for owner in answer.owners]
        return OwnersResponse(topic=asked.topic, grounding=answer.grounding, answer=answer.text, owners=ranked)

    @router.post("/feedback", status_code=201)
    def feedback(given: FeedbackRequest) -> FeedbackResponse:
        """Keep an opinion of an answer, for as many days as the page says."""
        return FeedbackResponse(id=records.add_feedback(**given.model_dump(), source="api"))

    return router


def item_routes(assistant: PolicyAssistant) -> APIRouter:
    """What the guidelines hold."""
    router = APIRouter(prefix="/api/v1", tags=["items"], responses={422: PROBLEMS[422]})

    @router.get("/items")
    def find_items(
        bureau: Annotated[str, Query(max_length=50, description="a section, an office or a short name")] = "",
        net_zero: Annotated[bool | None, Query(description="only items with that mark, or only those without")] = None,
        text: Annotated[str, Query(max_length=200, description="words that all stand in the item")] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> ItemsResponse:
        """Items in document order."""
        section = _section(assistant, bureau) if bureau.strip() else ""
        found = assistant.catalog.find(section, text, net_zero)
        return ItemsResponse(total=len(found), items=[item_response(item) for item in found[offset : offset + limit]])

    @router.get("/items/{item_id}", responses={404: {**PROBLEMS[422], "description": "no such item"}})
    def show_item(item_id: str) -> ItemResponse:
        """One item, verbatim."""
        return item_response(_item(assistant, item_id))

    return router


def service_routes(assistant: PolicyAssistant, readiness: Readiness) -> APIRouter:
    """How the service is, for whoever watches it."""
    router = APIRouter(tags=["service"])

    # Without a thread, as the two below: it must answer while all are busy.
    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz")
    async def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz", responses={503: {**PROBLEMS[422], "description": "still warming up"}})
    async def ready() -> dict[str, str]:
        """The first question has been answered: others will be answered quickly."""
        if not readiness.is_ready():
            raise HTTPException(503, "still warming up; ask again in a second", {"retry-after": "1"})
        return {"status": "ready"}

    @router.get("/version")
    async def tell_version() -> VersionResponse:
        """What runs, and over which document."""
        origin = assistant.origin
        return VersionResponse(
            version=version("policyqa"),
            year=origin.year,
            document_sha256=origin.document_sha256,
            embedder=origin.embedder,
            answerer=assistant.answerer,
        )

    return router


def _section(assistant: PolicyAssistant, name: str) -> str:
    section = assistant.catalog.section_named(name)
    if section is None:
        raise QuestionError(
            f"there is no bureau {name!r}; its section, office or short name is expected, such as 交通局"
        )
    return section


def _item(assistant: PolicyAssistant, item_id: str) -> PolicyItem:
    try:
        return assistant.item(item_id)
    except QuestionError as error:
        raise HTTPException(404, str(error)) from error
