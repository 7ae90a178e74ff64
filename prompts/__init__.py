"""Prompt files, filled in by name. Edit the .md files, not this one."""

import re
import string
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

# Longer runs of quotes than two would close the fence that a value stands in.
_FENCE = re.compile(r'"{3,}')
_TURN = re.compile(r"^# (system|human|ai)$\n", re.MULTILINE)


@cache
def _template(name: str) -> string.Template:
    return string.Template(files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8"))


def render(name: str, /, **values: str) -> str:
    """Fill prompts/<name>.md. A missing or an unused value raises ValueError."""
    return _fitting(name, values).substitute(values).strip()


def render_messages(name: str, /, **values: str) -> list[tuple[str, str]]:
    """Fill a prompt of several messages: (role, text), a role being system, human or ai.

    Only headings of the file itself begin a message, never those in a value. ValueError as `render`.
    """
    _, *parts = _TURN.split(_fitting(name, values).template)
    return [
        (role, string.Template(text).safe_substitute(values).strip())
        for role, text in zip(parts[::2], parts[1::2], strict=True)
    ]


def _fitting(name: str, values: Mapping[str, str]) -> string.Template:
    template = _template(name)
    wanted = set(template.get_identifiers())
    if wanted != values.keys():
        raise ValueError(f"prompt {name!r} takes {sorted(wanted)}, was given {sorted(values)}")
    return template


def fence(text: str) -> str:
    """The text without what would close the fence that it stands in."""
    return _FENCE.sub("”", text)
