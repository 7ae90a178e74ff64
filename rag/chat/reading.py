"""What stands in the reply of a chat model that was asked for JSON."""

import json
from collections.abc import Iterator
from typing import Any


def json_objects(reply: str) -> Iterator[Any]:
    """The JSON objects of a reply, in order."""
    decoder = json.JSONDecoder()
    place = reply.find("{")
    while place >= 0:
        try:
            found, end = decoder.raw_decode(reply, place)
        except ValueError:
            end = place + 1
        else:
            yield found
        place = reply.find("{", end)
