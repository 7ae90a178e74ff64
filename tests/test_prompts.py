import string
from pathlib import Path

import pytest

import prompts

NAMES = sorted(path.stem for path in Path(prompts.__file__).parent.glob("*.md"))


def _values(name: str) -> dict[str, str]:
    text = (Path(prompts.__file__).parent / f"{name}.md").read_text(encoding="utf-8")
    return {placeholder: f"值 of {placeholder}" for placeholder in string.Template(text).get_identifiers()}


def test_an_unknown_prompt_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match="no_such_prompt"):
        prompts.render("no_such_prompt")


@pytest.mark.parametrize("name", NAMES)
def test_every_value_stands_in_the_prompt(name: str) -> None:
    values = _values(name)
    text = prompts.render(name, **values)
    assert all(value in text for value in values.values())


@pytest.mark.parametrize("name", NAMES)
def test_an_unused_value_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="surplus"):
        prompts.render(name, **_values(name), surplus="x")


@pytest.mark.parametrize("name", [name for name in NAMES if _values(name)])
def test_a_missing_value_is_an_error(name: str) -> None:
    missing, *_ = _values(name)
    with pytest.raises(ValueError, match=missing):
        prompts.render(name, **{key: value for key, value in _values(name).items() if key != missing})
