"""Errors as application/problem+json (RFC 9457): what happened and what to do, and nothing of the inside."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag.errors import QuestionError, RagError
from ui.api.headers import SAFE_HEADERS

_log = logging.getLogger(__name__)
# The place of OpenAI's format, whose clients read errors of its shape only.
OPENAI_PREFIX = "/v1/"


def problem(status: int, detail: str, path: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response; below /v1/ in OpenAI's shape."""
    if path.startswith(OPENAI_PREFIX):
        return JSONResponse(openai_error(status, detail), status, headers=dict(headers or {}))
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(body, status, headers=dict(headers or {}), media_type="application/problem+json")


def openai_error(status: int, detail: str) -> dict[str, Any]:
    """The body of an error in OpenAI's shape."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {"error": {"message": detail, "type": kind, "param": None, "code": str(status)}}


def answer_errors_as_problems(app: FastAPI) -> None:
    """Install the handlers."""

    async def misfit(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return problem(422, _describe(error, request.headers.get("content-type", "")), request.url.path)

    async def declined(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        detail = str(error.detail)
        if error.status_code == 404 and detail == HTTPStatus.NOT_FOUND.phrase:
            detail = f"there is nothing at {request.url.path}; see /docs"
        return problem(error.status_code, detail, request.url.path, error.headers)

    async def question(request: Request, error: Exception) -> JSONResponse:
        return problem(422, str(error), request.url.path)

    async def failure(request: Request, error: Exception) -> JSONResponse:
        # What it says may name a file of this machine.
        _log.error("%s", error)
        return problem(503, "this cannot be done at the moment; try again later", request.url.path)

    async def mistake(request: Request, _: Exception) -> JSONResponse:
        # Answered outside of all middleware: nobody else would add them.
        detail = "something went wrong in the service; it has been noted"
        return problem(500, detail, request.url.path, SAFE_HEADERS)

    app.add_exception_handler(RequestValidationError, misfit)
    app.add_exception_handler(HTTPException, declined)
    app.add_exception_handler(QuestionError, question)
    app.add_exception_handler(RagError, failure)
    app.add_exception_handler(Exception, mistake)


def _describe(error: RequestValidationError, content_type: str) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    if first["type"] == "json_invalid":
        return f"the body is no JSON: {first['ctx']['error']} at character {place}"
    if first["loc"] == ("body",) and "json" not in content_type:
        return "the body must be a JSON object, sent with the header `content-type: application/json`; see /docs"
    return f"{place or 'body'}: {first['msg']}; see /docs"
