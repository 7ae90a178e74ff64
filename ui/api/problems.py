"""Errors as application/problem+json (RFC 9457): what happened and what to do, and nothing of the inside."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException

from rag.errors import QuestionError, RagError
from ui.api.headers import SAFE_HEADERS

_log = logging.getLogger(__name__)
# The place of OpenAI's format, whose clients read errors of its shape only.
OPENAI_PREFIX = "/v1/"
PROBLEM_TYPE = "application/problem+json"
_NOT_OFFERED = "not_offered"
# Misfits of one request that are told at once.
_MOST_MISFITS = 3


class Problem(BaseModel):
    """RFC 9457."""

    type: str = Field(default="about:blank", description="no kind of its own", examples=["about:blank"])
    title: str = Field(description="the status in words", examples=["Not Found"])
    status: int = Field(description="of the response", examples=[404])
    detail: str = Field(description="what happened and what to do", examples=["there is no item '99-9'"])


class OpenAIErrorBody(BaseModel):
    """What OpenAI's clients read of an error."""

    message: str = Field(description="what happened and what to do", examples=["n: only 1 answer is given"])
    type: str = Field(description="whose mistake it is", examples=["invalid_request_error", "server_error"])
    param: str | None = Field(description="the field that does not fit, where it is one", examples=["n"])
    code: str = Field(description="the status", examples=["400"])


class OpenAIError(BaseModel):
    """An error in OpenAI's shape."""

    error: OpenAIErrorBody = Field(description="the one error that there is")


def problem(
    status: int, detail: str, path: str = "", headers: Mapping[str, str] | None = None, param: str | None = None
) -> JSONResponse:
    """The response; below /v1/ in OpenAI's shape, which names the field `param`."""
    if path.startswith(OPENAI_PREFIX):
        return JSONResponse(openai_error(status, detail, param), status, headers=dict(headers or {}))
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(body.model_dump(), status, headers=dict(headers or {}), media_type=PROBLEM_TYPE)


def openai_error(status: int, detail: str, param: str | None = None) -> dict[str, Any]:
    """The body of an error in OpenAI's shape."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return OpenAIError(error=OpenAIErrorBody(message=detail, type=kind, param=param, code=str(status))).model_dump()


def not_offered(detail: str) -> PydanticCustomError:
    """For a validator: the field is right in OpenAI's format and asks for what there is not; becomes a 400."""
    return PydanticCustomError(_NOT_OFFERED, "{detail}", {"detail": detail})


def answer_errors_as_problems(app: FastAPI) -> None:
    """Install the handlers."""

    async def misfit(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return _misfit(error, request)

    async def declined(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return _declined(error, request.url.path)

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


def _declined(error: HTTPException, path: str) -> JSONResponse:
    # FastAPI's word for all that the JSON parser throws at it but for a wrong letter.
    if error.status_code == 400 and isinstance(error.__cause__, (ValueError, RecursionError)):
        detail = "the body is no JSON in UTF-8, or has numbers too long or lists too deep to be read; see /docs"
        return problem(422, detail, path)
    detail = str(error.detail)
    if error.status_code == 404 and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = f"there is nothing at {path}; see /docs"
    return problem(error.status_code, detail, path, error.headers)


def _misfit(error: RequestValidationError, request: Request) -> JSONResponse:
    path = request.url.path
    for one in error.errors():
        if one["type"] == _NOT_OFFERED:
            return problem(400, _describe([one]), path, param=_place(one))
    first, content_type = error.errors()[0], request.headers.get("content-type", "")
    if first["type"] == "json_invalid":
        detail = f"the body is no JSON in UTF-8: {first['ctx']['error']} at character {_place(first)}"
        return problem(422, detail, path)
    if first["loc"] == ("body",) and "json" not in content_type:
        detail = "the body must be a JSON object, sent with the header `content-type: application/json`; see /docs"
        return problem(422, detail, path)
    return problem(422, f"{_describe(error.errors())}; see /docs", path, param=_place(first) or None)


def _describe(misfits: Sequence[Mapping[str, Any]]) -> str:
    told = (
        f"{_place(one) or 'body'}: {'nothing of that name is read' if one['type'] == 'extra_forbidden' else one['msg']}"
        for one in misfits[:_MOST_MISFITS]
    )
    return "; ".join(told)


def _place(misfit: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in misfit["loc"] if part not in {"body", "query"})
