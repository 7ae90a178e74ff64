"""The same three things as tools of the Model Context Protocol, over HTTP at /mcp; all of them only read.

https://modelcontextprotocol.io/specification
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from starlette.applications import Starlette
from starlette.routing import Route

from rag import PolicyAssistant
from rag.answer_format import QuestionRecord, answer_record, ask_record
from rag.errors import QuestionError
from rag.retrieval.question import check_question
from ui.api.events import note_unanswered
from ui.api.limits import AT_ONCE
from ui.api.schemas import (
    AnswerResponse,
    ItemResponse,
    OwnersResponse,
    item_response,
    owner_response,
)
from ui.records.store import RecordStore

Asked = TypeVar("Asked")
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_TOLD = (
    "Answers from Kaohsiung City's policy guidelines (高雄市政府施政綱要). Cite items by their id and label; what has "
    "the grounding no_evidence is not in the guidelines."
)


class AnsweredQuestion(AnswerResponse):
    """An answer, and the items that it cites, verbatim."""

    items: list[ItemResponse]


def build_tools(assistant: PolicyAssistant, records: RecordStore) -> Starlette:
    """The ASGI application that serves them at /mcp; its lifespan must be entered."""
    server = MCPServer("policyqa", instructions=_TOLD, log_level="WARNING")
    turns = CapacityLimiter(AT_ONCE)

    @server.tool(annotations=_READS)
    async def ask(question: str) -> AnsweredQuestion:
        """Answer a question about the guidelines, in any language, with the items that it rests on."""
        return await _asked(partial(_answer, records), assistant, question, turns)

    @server.tool(annotations=_READS)
    async def owner(topic: str) -> OwnersResponse:
        """Name the bureaus that a topic belongs to, with their share of the evidence."""
        return await _asked(_owners, assistant, topic, turns)

    @server.tool(annotations=_READS)
    async def item(item_id: str) -> ItemResponse:
        """One item verbatim, by chapter and number, such as 11-3."""
        return await _asked(_item, assistant, item_id, turns)

    tools = server.streamable_http_app(
        streamable_http_path="/mcp",
        stateless_http=True,
        json_response=True,
        # Nothing here is secret or can be changed: a page that reaches it through another name learns what is public.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    for route in tools.routes:
        # Without sessions there is nothing to tell unasked: a GET would wait for ever.
        if isinstance(route, Route):
            route.methods = {"POST"}
    return tools


async def _asked(
    work: Callable[[PolicyAssistant, str], Asked], assistant: PolicyAssistant, text: str, turns: CapacityLimiter
) -> Asked:
    """In a thread: a search would hold up everybody else."""
    try:
        return await to_thread.run_sync(work, assistant, text, limiter=turns)
    except QuestionError as error:
        raise ToolError(str(error)) from error


def _answer(records: RecordStore, assistant: PolicyAssistant, question: str) -> AnsweredQuestion:
    check_question(question)
    answer, question_id, milliseconds = ask_record(assistant, QuestionRecord(id="1", question=question))
    note_unanswered(records, answer)
    items = [item_response(citation.item) for citation in answer.citations]
    return AnsweredQuestion(**answer_record(answer, question_id, milliseconds), items=items)


def _owners(assistant: PolicyAssistant, topic: str) -> OwnersResponse:
    answer = assistant.ask_owner(topic)
    ranked = [owner_response(owner) for owner in answer.owners]
    return OwnersResponse(topic=topic, grounding=answer.grounding, answer=answer.text, owners=ranked)


def _item(assistant: PolicyAssistant, item_id: str) -> ItemResponse:
    return item_response(assistant.item(item_id))
