"""Prompt files, filled in by name. Edit the .md files, not this one."""

import string
from functools import cache
from importlib.resources import files


@cache
def _template(name: str) -> string.Template:
    return string.Template(files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8"))


def render(name: str, /, **values: str) -> str:
    """Fill prompts/<name>.md. A missing or an unused value raises ValueError."""
    template = _template(name)
    wanted = set(template.get_identifiers())
    if wanted != values.keys():
        raise ValueError(f"prompt {name!r} takes {sorted(wanted)}, was given {sorted(values)}")
    return template.substitute(values).strip()
