"""What stands in /openapi.json beside what the routes say of themselves."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from ui.api.problems import PROBLEM_TYPE, OpenAIError, Problem

_DESCRIPTION = """Answers from Kaohsiung City's policy guidelines, each with its source.

Agents find the tools `ask`, `owner` and `item` of the Model Context Protocol at `/mcp` (streamable HTTP, no sessions;
POST only). They answer as `/api/v1/ask`, `/api/v1/owners` and `/api/v1/items/{item_id}` do, and count as questions.

HEAD is answered wherever GET is. Null for a field that may be left out means its default.
"""
_TAGS = [
    {"name": "questions", "description": "What is asked, and what is thought of the answers. Each POST is counted."},
    {"name": "items", "description": "What the guidelines hold, verbatim."},
    {"name": "OpenAI format", "description": "The same answers for clients of OpenAI's chat completions."},
    {"name": "service", "description": "How the service is, for whoever watches it."},
]
ABOUT: dict[str, Any] = {
    "title": "施政問答",
    "description": _DESCRIPTION,
    "license_info": {"name": "MIT", "identifier": "MIT"},
    "openapi_tags": _TAGS,
}
_WHEN = {
    400: "asks for what is not offered here; `param` names the field",
    404: "there is no such thing",
    413: "the body is too large",
    422: "something in the request does not fit",
    429: "too many questions in a minute; wait as `Retry-After` says",
    500: "a mistake in the service",
    503: "too many questions at once: wait as `Retry-After` says; or something is out of order",
}
_RETRY_AFTER = {"Retry-After": {"description": "seconds to wait", "schema": {"type": "integer", "minimum": 1}}}
_LATER = frozenset({429, 503})
_REF = "#/components/schemas/{model}"


def operation_id(route: APIRoute) -> str:
    """What generated clients call the route: its function's name."""
    return route.name


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route, as FastAPI's `responses`."""
    return _errors(statuses, PROBLEM_TYPE, Problem.__name__)


def openai_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route of OpenAI's format."""
    return _errors(statuses, "application/json", OpenAIError.__name__)


def _errors(statuses: tuple[int, ...], media_type: str, model: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"$ref": _REF.format(model=model)}}}
    return {
        status: {
            "description": _WHEN[status],
            "content": content,
            **({"headers": _RETRY_AFTER} if status in _LATER else {}),
        }
        for status in statuses
    }


def complete_contract(app: FastAPI) -> None:
    """Add the shapes of errors: FastAPI would list a model under the media type of answers only."""
    write = app.openapi

    def with_errors() -> dict[str, Any]:
        contract = write()
        shapes = models_json_schema([(Problem, "serialization"), (OpenAIError, "serialization")], ref_template=_REF)[1]
        contract["components"]["schemas"] |= shapes["$defs"]
        return contract

    # As FastAPI's documentation has it: https://fastapi.tiangolo.com/how-to/extending-openapi/
    app.openapi = with_errors  # type: ignore[method-assign]
