"""How often one address may do something."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

_MINUTE = 60.0
# Addresses that are remembered; beyond them the one that was silent longest is forgotten.
_MOST_ADDRESSES = 10_000


class RateLimit:
    """At most `limit` calls an address in any minute. `clock`: seconds, rising."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._calls: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """0 where another call may go on, else the seconds until the next may."""
        calls = self._recent(address)
        return _MINUTE - (self._clock() - calls[0]) if len(calls) >= self._limit else 0.0

    def count(self, address: str) -> None:
        """A call was made."""
        calls = self._recent(address)
        calls.append(self._clock())
        self._calls[address] = calls
        self._calls.move_to_end(address)
        if len(self._calls) > _MOST_ADDRESSES:
            self._calls.popitem(last=False)

    def _recent(self, address: str) -> deque[float]:
        calls = self._calls.get(address, deque())
        while calls and self._clock() - calls[0] >= _MINUTE:
            calls.popleft()
        return calls


def caller(scope: Scope) -> str:
    """The address that calls are counted for; empty for a program on this machine.

    Behind a proxy on this machine it is the address that the proxy names last; from elsewhere that header is not
    believed.
    """
    peer = scope["client"][0] if scope.get("client") else ""
    if not _is_loopback(peer):
        return str(peer)
    # A proxy that adds a line of its own puts it behind those that came with the request.
    named = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    return named.rpartition(",")[2].strip()[:64]


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
        # As a socket for both protocols shows an address of the older one.
        mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
        return (mapped or parsed).is_loopback
    except ValueError:
        return False
