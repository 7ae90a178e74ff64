"""The same three things as tools of the Model Context Protocol, over HTTP at /mcp; all of them only read.

https://modelcontextprotocol.io/specification
"""

from collections.abc import Callable
from importlib.metadata import version
from typing import TypeVar

from anyio import to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import Field
from starlette.applications import Starlette
from starlette.routing import Route

from rag import PolicyAssistant
from rag.answer_format import QuestionRecord, answer_record, ask_record
from rag.errors import QuestionError
from ui.api.schemas import (
    AnswerResponse,
    AskedQuestion,
    AskedTopic,
    ItemId,
    ItemResponse,
    OwnersResponse,
    item_response,
    owners_response,
)
from ui.api.unanswered import Note

Asked = TypeVar("Asked")
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_TOLD = (
    "Answers from Kaohsiung City's policy guidelines (高雄市政府施政綱要). Cite items by their id and label; what has "
    "the grounding no_evidence is not in the guidelines."
)


class AnsweredQuestion(AnswerResponse):
    """An answer, and the items that it cites, verbatim."""

    items: list[ItemResponse] = Field(description="in order of their markers")


def build_tools(assistant: PolicyAssistant, note: Note) -> Starlette:
    """The ASGI application that serves them at /mcp and /mcp/; its lifespan must be entered."""
    server = MCPServer("policyqa", instructions=_TOLD, version=version("policyqa"), log_level="WARNING")

    @server.tool(annotations=_READS)
    async def ask(question: AskedQuestion) -> AnsweredQuestion:
        """Answer a question about the guidelines, in any language, with the items that it rests on."""
        return await _asked(_answer, assistant, question, note)

    @server.tool(annotations=_READS)
    async def owner(topic: AskedTopic) -> OwnersResponse:
        """Name the bureaus that a topic belongs to, with their share of the evidence."""
        return await _asked(_owners, assistant, topic, note)

    @server.tool(annotations=_READS)
    async def item(item_id: ItemId) -> ItemResponse:
        """One item verbatim, by chapter and number, such as 11-3."""
        return await _asked(_item, assistant, item_id, note)

    tools = server.streamable_http_app(
        streamable_http_path="/mcp",
        stateless_http=True,
        json_response=True,
        # Nothing here is secret or can be changed: a page that reaches it through another name learns what is public.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    routes = [route for route in tools.routes if isinstance(route, Route)]
    # Not as a redirection, which not all clients follow with their body.
    with_slash = [Route(f"{route.path}/", route.endpoint) for route in routes]
    tools.router.routes.extend(with_slash)
    for route in (*routes, *with_slash):
        # Without sessions there is nothing to tell unasked: a GET would wait for ever.
        route.methods = {"POST"}
    return tools


async def _asked(
    work: Callable[[PolicyAssistant, str, Note], Asked], assistant: PolicyAssistant, text: str, note: Note
) -> Asked:
    """In a thread: a search would hold up everybody else. How many at a time is up to `Limits`."""
    try:
        return await to_thread.run_sync(work, assistant, text, note)
    except QuestionError as error:
        raise ToolError(str(error)) from error


def _answer(assistant: PolicyAssistant, question: str, note: Note) -> AnsweredQuestion:
    answer, question_id, milliseconds = ask_record(assistant, QuestionRecord(id="1", question=question))
    note(answer)
    items = [item_response(citation.item) for citation in answer.citations]
    return AnsweredQuestion(**answer_record(answer, question_id, milliseconds), items=items)


def _owners(assistant: PolicyAssistant, topic: str, note: Note) -> OwnersResponse:
    answer = assistant.ask_owner(topic)
    note(answer)
    return owners_response(topic, answer)


def _item(assistant: PolicyAssistant, item_id: str, _: Note) -> ItemResponse:
    return item_response(assistant.item(item_id))
