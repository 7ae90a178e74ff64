"""How often one address may do something."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

_MINUTE = 60.0
# Addresses that are remembered; beyond them the one that was silent longest is forgotten.
_MOST_ADDRESSES = 10_000


class RateLimit:
    """At most `limit` calls an address in any minute. Safe to share between threads. `clock`: seconds, rising."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._calls: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str) -> float:
        """0 where a call may go on, which is counted; else the seconds until the next may."""
        with self._lock:
            now = self._clock()
            calls = self._calls.setdefault(address, deque())
            while calls and now - calls[0] >= _MINUTE:
                calls.popleft()
            if len(calls) >= self._limit:
                return _MINUTE - (now - calls[0])
            calls.append(now)
            self._calls.move_to_end(address)
            if len(self._calls) > _MOST_ADDRESSES:
                self._calls.popitem(last=False)
            return 0.0

    def give_back(self, address: str) -> None:
        """The last call that was counted is none of those that are limited."""
        with self._lock:
            if calls := self._calls.get(address):
                calls.pop()
