"""The staff pages. Without a session every one of them, known or not, shows the login and nothing else."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from rag import PolicyAssistant, Settings
from rag.errors import ConfigurationError, QuestionError
from ui.callers import caller, is_secure
from ui.rates import RateLimit
from ui.records.store import RecordStore
from ui.rendering.conversation import notice_html
from ui.rendering.sheet import sheet_parts
from ui.rendering.staff import (
    Reader,
    choice_html,
    explanation_html,
    feedback_header,
    feedback_row,
    login_html,
    question_form,
    records_html,
    staff_page,
    unanswered_header,
    unanswered_row,
)
from ui.staff.headers import StaffHeaders
from ui.staff.sessions import LIFETIME, Sessions
from ui.staff.visit import reader_of, refuse_strangers
from ui.wording import say

_COOKIE = "policyqa_staff"
# Wrong passwords a minute: of one address, and of all, who may have many addresses.
_TRIES, _TRIES_OF_ALL = 5, 60
_ALL = ""
# On the page; the export holds all.
_SHOWN = 200
_OPINIONS = {"useful": True, "useless": False}


def add_staff_pages(app: FastAPI, assistant: PolicyAssistant, records: RecordStore, settings: Settings) -> None:
    """Serve them below /staff where name and password are set; else nothing is there.

    Raises ConfigurationError where only one of the two is set.
    """
    user, password = settings.staff_user, settings.staff_password
    if user is None and password is None:
        return
    if user is None or password is None:
        missing = "POLICYQA_STAFF_USER" if user is None else "POLICYQA_STAFF_PASSWORD"
        raise ConfigurationError(f"{missing} is not set; staff pages need both a user name and a password")
    sessions = Sessions(user, password.get_secret_value())
    app.add_middleware(StaffHeaders)
    app.include_router(_login_routes(sessions))
    app.include_router(_staff_routes(sessions, assistant, records))
    app.include_router(_remaining_routes(sessions))


def _login_routes(sessions: Sessions) -> APIRouter:
    router = APIRouter(prefix="/staff", include_in_schema=False)
    tries, tries_of_all = RateLimit(_TRIES), RateLimit(_TRIES_OF_ALL)

    @router.post("/login", dependencies=[Depends(refuse_strangers)])
    def log_in(request: Request, user: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "") -> Response:
        reader = reader_of(request)
        address = caller(request.scope) or "here"
        # Counted before it is known to be wrong, so that many at a time are not more. A right password does not help
        # who has tried too often: it would tell that it was right.
        wait = tries.take(address) or tries_of_all.take(_ALL)
        if wait:
            return _login_page(reader, "too_often", 429, {"retry-after": str(int(wait) + 1)})
        token = sessions.open(user[:200], password[:200])
        if token is None:
            return _login_page(reader, "wrong", 401)
        tries.give_back(address)
        tries_of_all.give_back(_ALL)
        response = RedirectResponse(reader.address("feedback"), 303)
        secure = is_secure(request.scope)
        response.set_cookie(
            _COOKIE, token, max_age=LIFETIME, path="/staff", httponly=True, samesite="strict", secure=secure
        )
        return response

    @router.post("/logout", dependencies=[Depends(refuse_strangers)])
    def log_out(request: Request) -> Response:
        sessions.close(request.cookies.get(_COOKIE, ""))
        response = RedirectResponse(reader_of(request).address(""), 303)
        response.delete_cookie(_COOKIE, path="/staff")
        return response

    return router


def _staff_routes(sessions: Sessions, assistant: PolicyAssistant, records: RecordStore) -> APIRouter:
    """What only those see who are logged in."""

    def check(request: Request) -> None:
        if _is_inside(sessions, request):
            return
        if "text/html" in request.headers.get("accept", ""):
            raise HTTPException(303, "log in first", {"location": reader_of(request).address("")})
        raise HTTPException(401, "log in at /staff first")

    router = APIRouter(prefix="/staff", include_in_schema=False, dependencies=[Depends(check)])
    _add_records(router, records)
    _add_sheets(router, records)
    _add_explanation(router, assistant)
    return router


def _add_records(router: APIRouter, records: RecordStore) -> None:
    @router.get("/feedback")
    def feedback(request: Request, only: str = "") -> Response:
        reader = reader_of(request)
        useful, useless = records.count_feedback(useful=True), records.count_feedback(useful=False)
        days = records.feedback_days
        counted = say("staff.counted", reader.language, useful=useful, useless=useless, days=days)
        opinion = _OPINIONS.get(only)
        total = {None: useful + useless, True: useful, False: useless}[opinion]
        rows = [feedback_row(row, reader.language) for row in records.feedback(_SHOWN, useful=opinion)]
        told = f"<p>{counted}</p>{choice_html(reader, only if only in _OPINIONS else '')}"
        header = feedback_header(reader.language)
        return _page(reader, "feedback", records_html("feedback", header, rows, reader, told, total))

    @router.get("/unanswered")
    def unanswered(request: Request) -> Response:
        reader = reader_of(request)
        told = "" if records.keeps_unanswered else f"<p>{say('staff.log_off', reader.language)}</p>"
        rows = [unanswered_row(row) for row in records.unanswered(_SHOWN)]
        header, total = unanswered_header(reader.language), records.count_unanswered()
        return _page(reader, "unanswered", records_html("unanswered", header, rows, reader, told, total))


def _add_sheets(router: APIRouter, records: RecordStore) -> None:
    @router.get("/feedback.csv")
    def feedback_sheet(request: Request) -> Response:
        language = reader_of(request).language
        rows = (feedback_row(row, language) for row in records.all_feedback())
        return _sheet(sheet_parts(feedback_header(language), rows), "feedback")

    @router.get("/unanswered.csv")
    def unanswered_sheet(request: Request) -> Response:
        header = unanswered_header(reader_of(request).language)
        return _sheet(sheet_parts(header, map(unanswered_row, records.all_unanswered())), "unanswered")


def _add_explanation(router: APIRouter, assistant: PolicyAssistant) -> None:
    # Not in the address: a proxy on the way keeps addresses in its log.
    @router.post("/explain", dependencies=[Depends(refuse_strangers)])
    def explain(request: Request, q: Annotated[str, Form()] = "") -> Response:
        reader = reader_of(request)
        body = question_form(q, reader)
        try:
            bare = assistant.without_model()
            plan = bare.plan(bare.understand(q))
            *_, answer = bare.write(plan)
            body += explanation_html(plan.question, answer, plan.passages, reader.language)
        except QuestionError:
            body += notice_html(say("ask.unreadable", reader.language))
        return _page(reader, "explain", body)

    @router.get("/explain")
    def ask(request: Request) -> Response:
        reader = reader_of(request)
        return _page(reader, "explain", question_form("", reader))


def _remaining_routes(sessions: Sessions) -> APIRouter:
    """The door, and every place where nothing is: whoever is not logged in does not learn what there is."""
    router = APIRouter(prefix="/staff", include_in_schema=False)

    @router.get("")
    def enter(request: Request) -> Response:
        reader = reader_of(request)
        if _is_inside(sessions, request):
            return RedirectResponse(reader.address("feedback"), 303)
        return _login_page(reader)

    @router.get("/")
    @router.get("/login")
    def find_door(request: Request) -> Response:
        return RedirectResponse(reader_of(request).address(""), 303)

    @router.get("/{rest:path}")
    def elsewhere(request: Request, rest: str) -> Response:
        if _is_inside(sessions, request):
            raise HTTPException(404, f"there is no staff page {rest!r}")
        raise HTTPException(401, "log in at /staff first")

    return router


def _is_inside(sessions: Sessions, request: Request) -> bool:
    return sessions.holds(request.cookies.get(_COOKIE, ""))


def _login_page(
    reader: Reader, problem: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> HTMLResponse:
    return HTMLResponse(staff_page(reader, "", login_html(reader, problem)), status, headers)


def _page(reader: Reader, place: str, body: str) -> HTMLResponse:
    return HTMLResponse(staff_page(reader, place, body))


def _sheet(parts: Iterator[str], name: str) -> Response:
    # The first part is read before anything is sent: records that cannot be read are an error, not half a file.
    first = next(parts)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(chain([first], parts), media_type="text/csv; charset=utf-8", headers=headers)
