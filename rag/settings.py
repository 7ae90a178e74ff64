"""What can be set from outside: environment variables with the prefix POLICYQA_."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rag.errors import ConfigurationError

PREFIX = "POLICYQA_"
# What a chat model may be used for.
ChatRole = Literal["answer", "follow-up", "translate", "judge"]


class Settings(BaseSettings):
    """All settings, with their defaults."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    document: Path | None = Field(
        default=None, description="the guidelines as UTF-8 text; default: the shipped 115 edition"
    )
    questions: Path | None = Field(
        default=None, description="resident questions for that document (JSON lines, as `expand` writes them)"
    )
    index_dir: Path = Field(
        default_factory=lambda: user_cache_path("policyqa") / "index", description="where the index is kept"
    )
    embedder: str = Field(default="bundled", description="`bundled` or `sentence-transformers:NAME_OR_FOLDER`")
    chat_model: str | None = Field(
        default=None,
        description="`provider:model`: openai:NAME (or any of LangChain's providers), transformers:NAME_OR_FOLDER, "
        "gguf:FILE; none is needed to answer",
    )
    chat_base_url: str | None = Field(default=None, description="address of an OpenAI-compatible server")
    chat_api_key: SecretStr | None = Field(default=None, description="key of the chat model's provider")
    chat_timeout: float = Field(default=60, gt=0, le=3600, description="seconds for one whole reply of the chat model")
    chat_roles: Annotated[frozenset[ChatRole], NoDecode] = Field(
        default=frozenset({"answer"}),
        description="what the chat model does, with commas between: `answer`, `follow-up` (words a question anew by "
        "what was said before), `translate` (searches for other languages in Chinese too), `judge` (a second opinion "
        "on whether and by which items a question is answered)",
    )
    threads: int = Field(default=0, ge=0, le=256, description="threads of the embedder; 0: as many as there are cores")
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("policyqa"), description="where feedback is kept (SQLite)"
    )
    feedback_days: int = Field(default=365, ge=1, le=3650, description="days that feedback is kept")
    unanswered_log: bool = Field(
        default=False, description="whether questions without an answer are kept, masked, for staff; said on the page"
    )
    unanswered_days: int = Field(default=90, ge=1, le=3650, description="days that unanswered questions are kept")
    staff_user: str | None = Field(default=None, min_length=1, description="name for the staff pages; off without one")
    staff_password: SecretStr | None = Field(
        default=None, min_length=12, description="password for the staff pages, at least 12 characters"
    )
    rate_limit: int = Field(
        default=60, ge=1, le=100_000, description="questions a minute that one address may put to the HTTP API"
    )

    @field_validator("chat_roles", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return frozenset(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def load_settings() -> Settings:
    """Read the environment. Raises ConfigurationError for an unknown name or a value that does not fit."""
    # pydantic-settings passes over names that it does not know, misspelt ones too.
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            # Compared without the prefix, which all of them share.
            close = get_close_matches(
                name.upper()[len(PREFIX) :], [known_name[len(PREFIX) :] for known_name in known], n=1
            )
            meant = [f"{PREFIX}{rest}" for rest in close]
            hint = f"did you mean {meant[0]}?" if meant else f"known are {', '.join(sorted(known))}"
            raise ConfigurationError(f"unknown setting {name}; {hint}")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{'_'.join(str(part) for part in first['loc'])}".upper()
        raise ConfigurationError(f"{name}: {first['msg']}") from error
