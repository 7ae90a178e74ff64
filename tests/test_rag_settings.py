from pathlib import Path

import pytest

from rag import Settings, load_settings
from rag.errors import ConfigurationError


def test_everything_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLICYQA_INDEX_DIR")
    settings = load_settings()
    assert settings.document is None
    assert settings.embedder == "bundled"
    assert settings.threads == 0
    assert settings.index_dir.is_absolute()


@pytest.mark.parametrize(
    ("name", "value", "field", "read"),
    [
        ("POLICYQA_DOCUMENT", "/tmp/a.txt", "document", Path("/tmp/a.txt")),
        ("POLICYQA_INDEX_DIR", "/tmp/索引", "index_dir", Path("/tmp/索引")),
        ("POLICYQA_EMBEDDER", "sentence-transformers:/m", "embedder", "sentence-transformers:/m"),
        ("POLICYQA_THREADS", "2", "threads", 2),
    ],
)
def test_a_variable_is_read(monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, read: object) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(load_settings(), field) == read


@pytest.mark.parametrize(
    ("wrong", "right"), [("POLICYQA_INDEXDIR", "POLICYQA_INDEX_DIR"), ("policyqa_embeder", "POLICYQA_EMBEDDER")]
)
def test_a_misspelt_variable_is_an_error_that_names_the_right_one(
    monkeypatch: pytest.MonkeyPatch, wrong: str, right: str
) -> None:
    monkeypatch.setenv(wrong, "x")
    with pytest.raises(ConfigurationError, match=f"{wrong}.*did you mean {right}"):
        load_settings()


def test_a_variable_like_no_other_is_an_error_that_lists_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYQA_ZZZ", "x")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert all(f"POLICYQA_{name}".upper() in str(caught.value) for name in Settings.model_fields)


@pytest.mark.parametrize("value", ["-1", "many", "257", ""])
def test_a_value_that_does_not_fit_is_an_error_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("POLICYQA_THREADS", value)
    with pytest.raises(ConfigurationError, match="POLICYQA_THREADS"):
        load_settings()


def test_settings_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().threads = 3
