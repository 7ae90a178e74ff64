"""Bodies of requests: read whole before anybody answers them, within a size and a time, and given on as they came."""

from anyio import fail_after
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

# Seconds for a whole body; a phone on a bad line sends a megabyte in less.
PATIENCE = 20.0


async def read_body(scope: Scope, receive: Receive, largest: int, patience: float = PATIENCE) -> bytes | None:
    """The whole body; None where it is larger than `largest` bytes, of which no more is read.

    Raises TimeoutError where it has not come after `patience` seconds.
    """
    length = Headers(scope=scope).get("content-length", "0")
    if length.isascii() and length.isdigit() and int(length) > largest:
        return None
    body = bytearray()
    with fail_after(patience):
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > largest:
                return None
            if not message.get("more_body"):
                return bytes(body)


def given_again(body: bytes, receive: Receive) -> Receive:
    """What has been read, to be read once more; then what comes behind it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
