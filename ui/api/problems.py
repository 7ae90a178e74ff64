"""Errors as application/problem+json (RFC 9457): what happened and what to do, and nothing of the inside."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag.errors import QuestionError, RagError

_log = logging.getLogger(__name__)
# The place of OpenAI's format, whose clients read errors of its shape only.
OPENAI_PREFIX = "/v1/"


def problem(status: int, detail: str, path: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response; below /v1/ in OpenAI's shape."""
    if path.startswith(OPENAI_PREFIX):
        kind = "server_error" if status >= 500 else "invalid_request_error"
        error = {"message": detail, "type": kind, "param": None, "code": str(status)}
        return JSONResponse({"error": error}, status, headers=dict(headers or {}))
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(body, status, headers=dict(headers or {}), media_type="application/problem+json")


def answer_errors_as_problems(app: FastAPI) -> None:
    """Install the handlers."""

    async def misfit(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if part != "body")
        return problem(422, f"{place or 'body'}: {first['msg']}; see /docs", request.url.path)

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
        return problem(500, "something went wrong in the service; it has been noted", request.url.path)

    app.add_exception_handler(RequestValidationError, misfit)
    app.add_exception_handler(HTTPException, declined)
    app.add_exception_handler(QuestionError, question)
    app.add_exception_handler(RagError, failure)
    app.add_exception_handler(Exception, mistake)
