"""The chat model that the settings name, by LangChain; none is needed to answer."""

import os
from typing import Any

from langchain_core.language_models import BaseChatModel

from rag.errors import ConfigurationError
from rag.settings import Settings

_EXTRA_OF = {"openai": "openai"}
# Twice the longest answer that is wanted; some models never stop by themselves.
_MOST_TOKENS = 600


def load_chat_model(settings: Settings) -> BaseChatModel:
    """The model of POLICYQA_CHAT_MODEL, as `provider:model`. Raises ConfigurationError."""
    if not settings.chat_model:
        raise ConfigurationError("this needs a chat model; set POLICYQA_CHAT_MODEL to provider:model")
    provider, separator, name = settings.chat_model.partition(":")
    if not separator or not name:
        raise ConfigurationError(f"POLICYQA_CHAT_MODEL is {settings.chat_model!r}; write provider:model")
    # Each of these takes seconds to import; only one is needed.
    if provider == "transformers":
        from rag.chat.transformers_model import load_transformers

        return load_transformers(name, settings.chat_timeout, _MOST_TOKENS)
    if provider == "gguf":
        from rag.chat.gguf_model import load_gguf

        return load_gguf(name, settings.chat_timeout, _MOST_TOKENS, settings.threads)
    return _load_hosted(provider, name, settings)


def _load_hosted(provider: str, name: str, settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    # No second try: the answer that needs no model is at hand before one would be over.
    options: dict[str, Any] = {"timeout": settings.chat_timeout, "temperature": 0, "max_retries": 0}
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    if settings.chat_api_key:
        options["api_key"] = settings.chat_api_key.get_secret_value()
    elif settings.chat_base_url:
        # A server of one's own seldom wants a key, but the client insists on one.
        options["api_key"] = "none"
    elif provider == "openai" and "OPENAI_API_KEY" not in os.environ:
        raise ConfigurationError("the provider openai wants a key; set POLICYQA_CHAT_API_KEY")
    try:
        model: BaseChatModel = init_chat_model(name, model_provider=provider, **options)
    except ImportError as error:
        extra = _EXTRA_OF.get(provider)
        remedy = f"pip install 'policyqa[{extra}]'" if extra else f"install LangChain's package for {provider}"
        raise ConfigurationError(f"the provider {provider!r} is not installed; {remedy}") from error
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"cannot open the chat model {settings.chat_model!r}: {error}") from error
    return model
