"""The routes of the API: POST /api/v1/ask, /owners, /feedback; GET /items, /items/{id}; and how the service is."""

from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response

from rag import PolicyAssistant
from rag.answer_format import answer_record, ask_record
from rag.errors import QuestionError
from rag.retrieval.question import check_question
from rag.types import PolicyItem
from ui.api.contract import problems
from ui.api.events import MEDIA_TYPE, accepts_events, answer_events
from ui.api.readiness import Readiness
from ui.api.schemas import (
    AnswerResponse,
    AskRequest,
    FeedbackRequest,
    FeedbackResponse,
    ItemResponse,
    ItemsQuery,
    ItemsResponse,
    OwnersResponse,
    StatusResponse,
    TopicRequest,
    VersionResponse,
    item_response,
    owners_response,
)
from ui.api.unanswered import Note
from ui.records.store import RecordStore

_EVENTS = """event: piece
data: {"text": "交通局：推動 2030 市區公車全面電動化。[1]"}

event: answer
data: {"id": "1", "answer": "交通局：推動 2030 市區公車全面電動化。[1]", "citations": ["11-3"]}

"""
_AS_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EVENTS}},
        "description": "the answer; or, where `Accept` names text/event-stream, the events of it: `piece` with `text` "
        "to add, then `answer`; `error` where it breaks off",
        "headers": {"Vary": {"description": "Accept", "schema": {"type": "string"}}},
    }
}
_PROBLEMS = problems(413, 422, 429, 500, 503)


def _refuse_queries(request: Request) -> None:
    """For the places whose address takes nothing: a misplaced field would be passed over."""
    if request.query_params:
        names = ", ".join(list(request.query_params)[:3])
        raise QuestionError(f"{names}: nothing is read from the address here; see /docs")


_NO_QUERY = [Depends(_refuse_queries)]


def question_routes(assistant: PolicyAssistant, records: RecordStore, note: Note) -> APIRouter:
    """What is asked, and what is thought of the answers."""
    router = APIRouter(prefix="/api/v1", tags=["questions"], responses=_PROBLEMS, dependencies=_NO_QUERY)

    @router.post("/ask", response_model=AnswerResponse, response_model_exclude_none=True, responses=_AS_EVENTS)
    def ask(asked: AskRequest, request: Request, response: Response) -> Any:
        """Answer a question; with `Accept: text/event-stream` as events `piece` while it grows, and `answer`."""
        if accepts_events(", ".join(request.headers.getlist("accept"))):
            return answer_events(assistant, note, asked)
        response.headers["vary"] = "accept"
        answer, question_id, milliseconds = ask_record(assistant, asked)
        note(answer)
        return answer_record(answer, question_id, milliseconds)

    @router.post("/owners")
    def rank_owners(asked: TopicRequest) -> OwnersResponse:
        """The bureaus that a topic belongs to, with their share of the evidence and the items that prove it."""
        answer = assistant.ask_owner(asked.topic)
        note(answer)
        return owners_response(asked.topic, answer)

    @router.post("/feedback", status_code=201)
    def keep_feedback(given: FeedbackRequest) -> FeedbackResponse:
        """Keep an opinion of an answer, for as many days as the page says."""
        kept = given.model_dump() | {
            "question": check_question(given.question),
            "citations": [assistant.item(item_id).id for item_id in given.citations],
        }
        return FeedbackResponse(id=records.add_feedback(**kept, source="api"))

    return router


def item_routes(assistant: PolicyAssistant) -> APIRouter:
    """What the guidelines hold."""
    router = APIRouter(prefix="/api/v1", tags=["items"])

    @router.get("/items", responses=problems(422, 500))
    def find_items(wanted: Annotated[ItemsQuery, Query()]) -> ItemsResponse:
        """Items in document order."""
        section = _section(assistant, wanted.bureau) if wanted.bureau.strip() else ""
        found = assistant.catalog.find(section, wanted.text, wanted.net_zero)
        page = found[wanted.offset : wanted.offset + wanted.limit]
        return ItemsResponse(total=len(found), items=[item_response(item) for item in page])

    @router.get("/items/{item_id}", responses=problems(404, 422, 500), dependencies=_NO_QUERY)
    def show_item(
        item_id: Annotated[str, Path(description="chapter and number, or the label", examples=["11-3", "交通（三）"])],
    ) -> ItemResponse:
        """One item, verbatim."""
        return item_response(_item(assistant, item_id))

    return router


def service_routes(assistant: PolicyAssistant, readiness: Readiness) -> APIRouter:
    """How the service is, for whoever watches it."""
    router = APIRouter(tags=["service"])

    # Without a thread, as the two below: it must answer while all are busy.
    @router.get("/healthz")
    async def tell_health() -> StatusResponse:
        """The process answers."""
        return StatusResponse(status="ok")

    @router.get("/readyz", responses=problems(503))
    async def tell_readiness() -> StatusResponse:
        """The first question has been answered: others will be answered quickly."""
        if readiness.has_failed():
            raise HTTPException(503, "the warm-up failed; see the log")
        if not readiness.is_ready():
            raise HTTPException(503, "still warming up; ask again in a second", {"retry-after": "1"})
        return StatusResponse(status="ready")

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
            f"there is no bureau {name!r}; its section, office, short or English name is expected, such as 交通局"
        )
    return section


def _item(assistant: PolicyAssistant, item_id: str) -> PolicyItem:
    try:
        return assistant.item(item_id)
    except QuestionError as error:
        raise HTTPException(404, str(error)) from error
