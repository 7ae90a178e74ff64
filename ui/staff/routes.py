"""The staff pages. Without a session every one of them, known or not, shows the login and nothing else."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from rag import PolicyAssistant, Settings
from rag.errors import ConfigurationError, QuestionError
from rag.types import Language
from ui.rates import RateLimit, caller
from ui.records.store import RecordStore
from ui.rendering.conversation import notice_html
from ui.rendering.sheet import write_sheet
from ui.rendering.staff import (
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
from ui.staff.sessions import LIFETIME, Sessions
from ui.wording import choose_language, say

_COOKIE = "policyqa_staff"
# Wrong passwords that one address may try in a minute.
_TRIES = 5
# On the page; the export holds all.
_SHOWN, _EXPORTED = 200, 100_000


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
    app.include_router(_doors(sessions))
    app.include_router(_rooms(sessions, assistant, records))


def _doors(sessions: Sessions) -> APIRouter:
    router = APIRouter(prefix="/staff", include_in_schema=False)
    wrong = RateLimit(_TRIES)

    @router.post("/login")
    def log_in(request: Request, user: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "") -> Response:
        _refuse_strangers(request)
        language = _language(request)
        address = caller(request.scope) or "here"
        # A right password does not help either: it would tell that it was right.
        if wrong.wait(address):
            return _page(login_html(language, "too_often"), language, status=429)
        token = sessions.open(user[:200], password[:200])
        if token is None:
            wrong.count(address)
            return _page(login_html(language, "wrong"), language, status=401)
        response = RedirectResponse("/staff/feedback", 303)
        secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
        response.set_cookie(
            _COOKIE, token, max_age=LIFETIME, path="/staff", httponly=True, samesite="strict", secure=secure
        )
        return response

    @router.post("/logout")
    def log_out(request: Request) -> Response:
        _refuse_strangers(request)
        sessions.close(request.cookies.get(_COOKIE, ""))
        response = RedirectResponse("/staff", 303)
        response.delete_cookie(_COOKIE, path="/staff")
        return response

    return router


def _rooms(sessions: Sessions, assistant: PolicyAssistant, records: RecordStore) -> APIRouter:
    def check(request: Request) -> None:
        if sessions.holds(request.cookies.get(_COOKIE, "")):
            return
        if "text/html" in request.headers.get("accept", ""):
            raise HTTPException(303, "log in first", {"location": "/staff"})
        raise HTTPException(401, "log in at /staff first")

    inside = [Depends(check)]
    router = APIRouter(prefix="/staff", include_in_schema=False)

    @router.get("")
    def enter(request: Request) -> Response:
        if sessions.holds(request.cookies.get(_COOKIE, "")):
            return RedirectResponse("/staff/feedback", 303)
        language = _language(request)
        return _page(login_html(language), language)

    @router.get("/feedback", dependencies=inside)
    def feedback(request: Request, only: str = "") -> Response:
        language = _language(request)
        kept = records.feedback(_EXPORTED)
        wanted = [row for row in kept if not only or row.useful == (only == "useful")][:_SHOWN]
        useful = sum(row.useful for row in kept)
        counted = say("staff.counted", language, useful=useful, useless=len(kept) - useful, days=records.feedback_days)
        rows = [feedback_row(row, language) for row in wanted]
        title = say("staff.feedback", language)
        told = f"<p>{counted}</p>{_choice(language)}"
        header = feedback_header(language)
        body = records_html(title, header, rows, language, "/staff/feedback.csv", told)
        return _page(body, language, logged_in=True)

    @router.get("/feedback.csv", dependencies=inside)
    def feedback_sheet(request: Request) -> Response:
        language = _language(request)
        rows = (feedback_row(row, language) for row in records.feedback(_EXPORTED))
        return _sheet(write_sheet(feedback_header(language), rows), "feedback")

    @router.get("/unanswered", dependencies=inside)
    def unanswered(request: Request) -> Response:
        language = _language(request)
        told = "" if records.keeps_unanswered else f"<p>{say('staff.log_off', language)}</p>"
        rows = [unanswered_row(row) for row in records.unanswered(_SHOWN)]
        title, header = say("staff.unanswered", language), unanswered_header(language)
        body = records_html(title, header, rows, language, "/staff/unanswered.csv", told)
        return _page(body, language, logged_in=True)

    @router.get("/unanswered.csv", dependencies=inside)
    def unanswered_sheet(request: Request) -> Response:
        rows = map(unanswered_row, records.unanswered(_EXPORTED))
        return _sheet(write_sheet(unanswered_header(_language(request)), rows), "unanswered")

    @router.get("/explain", dependencies=inside)
    def explain(request: Request, q: str = "") -> Response:
        language = _language(request)
        body = question_form(q, language)
        if q:
            try:
                understood, findings = assistant.findings(q)
                answer = assistant.without_model().ask(q)
                body += explanation_html(understood, answer, findings.passages, language)
            except QuestionError:
                body += notice_html(say("ask.unreadable", language))
        return _page(body, language, logged_in=True)

    @router.get("/{rest:path}")
    def elsewhere(request: Request, rest: str) -> Response:
        """Whoever is not logged in does not learn what there is."""
        if sessions.holds(request.cookies.get(_COOKIE, "")):
            raise HTTPException(404, f"there is no staff page {rest!r}")
        raise HTTPException(401, "log in at /staff first")

    return router


def _refuse_strangers(request: Request) -> None:
    """A form that another site sends is no wish of whoever is logged in."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise HTTPException(403, "this form was sent by another site; open /staff and try there")


def _language(request: Request) -> Language:
    wished = choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
    return "zh-TW" if wished == "zh-TW" else "en"


def _page(body: str, language: Language, *, logged_in: bool = False, status: int = 200) -> HTMLResponse:
    headers = {"cache-control": "no-store"}
    return HTMLResponse(staff_page(language, body, logged_in=logged_in), status, headers=headers)


def _sheet(text: str, name: str) -> Response:
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _choice(language: Language) -> str:
    links = " ".join(
        f'<a href="/staff/feedback?only={only}">{say(f"staff.{name}", language)}</a>'
        for only, name in (("", "all"), ("useful", "useful"), ("useless", "not_useful"))
    )
    return f"<p>{say('staff.only', language)} {links}</p>"
