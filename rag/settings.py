"""What can be set from outside: environment variables with the prefix POLICYQA_."""

import os
from difflib import get_close_matches
from pathlib import Path

from platformdirs import user_cache_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import ConfigurationError

PREFIX = "POLICYQA_"


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
        default=None, description="`provider:model`, used by `expand`; none is needed to answer"
    )
    chat_base_url: str | None = Field(default=None, description="address of an OpenAI-compatible server")
    chat_api_key: SecretStr | None = Field(default=None, description="key of the chat model's provider")
    chat_timeout: float = Field(default=60, gt=0, le=3600, description="seconds for one reply of the chat model")
    threads: int = Field(default=0, ge=0, le=256, description="threads of the embedder; 0: as many as there are cores")


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
