"""Why a chat model gave no reply, in a few words, whoever provides it."""

# By the status of an HTTP response; providers' own exceptions carry it as an attribute.
_BY_STATUS = {
    401: "the key was refused; check POLICYQA_CHAT_API_KEY",
    403: "the key was refused; check POLICYQA_CHAT_API_KEY",
    404: "the model was not found; check POLICYQA_CHAT_MODEL and POLICYQA_CHAT_BASE_URL",
    408: "it timed out",
    429: "too many requests, or no credit left",
}
# By a piece of the names of an exception and of those that it came from.
_BY_NAME = {
    "Timeout": "it timed out",
    "ConnectionRefused": "no server listens; check POLICYQA_CHAT_BASE_URL",
    "Connect": "the connection failed; check POLICYQA_CHAT_BASE_URL",
    "RemoteProtocol": "the connection was cut",
    "ReadError": "the connection was cut",
}


def describe_failure(error: BaseException) -> str:
    """A short reason, without anything that the error itself says: that may hold a prompt or a key."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _BY_STATUS.get(status, f"the server answered {status}")
    names = " ".join(type(cause).__name__ for cause in _causes(error))
    return next((reason for name, reason in _BY_NAME.items() if name in names), type(error).__name__)


def _causes(error: BaseException) -> list[BaseException]:
    """The error and those behind it, the first of them last."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    return causes
