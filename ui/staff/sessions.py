"""Who is logged in. Sessions live in memory: whoever restarts the service logs everybody out."""

import secrets
import time
from collections.abc import Callable
from threading import Lock

# Seconds that a login holds; a working day.
LIFETIME = 8 * 3600
_MOST = 200


class Sessions:
    """Sessions of one account. Safe to share between threads. `clock`: seconds, rising."""

    def __init__(self, user: str, password: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._user = user.encode("utf-8")
        self._password = password.encode("utf-8")
        self._clock = clock
        self._until: dict[str, float] = {}
        self._lock = Lock()

    def open(self, user: str, password: str) -> str | None:
        """A new session's token; None where name or password is wrong."""
        # Both are compared, in time that does not tell how much of them was right.
        right_user = secrets.compare_digest(user.encode("utf-8", "replace"), self._user)
        right_password = secrets.compare_digest(password.encode("utf-8", "replace"), self._password)
        if not (right_user and right_password):
            return None
        token = secrets.token_urlsafe(32)
        with self._lock:
            now = self._clock()
            self._until = {known: until for known, until in self._until.items() if until > now}
            while len(self._until) >= _MOST:
                self._until.pop(next(iter(self._until)))
            self._until[token] = now + LIFETIME
        return token

    def holds(self, token: str) -> bool:
        with self._lock:
            return self._until.get(token, 0.0) > self._clock()

    def close(self, token: str) -> None:
        with self._lock:
            self._until.pop(token, None)
