"""Who calls, over which protocol and under which name: of a proxy's headers only what one on this machine says."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

# Bits of an IPv6 address that stand for a household or an office, which has all the rest to itself.
_HOUSEHOLD = 64


def caller(scope: Scope) -> str:
    """The address that calls are counted for, of IPv6 its /64; empty for a program on this machine.

    Behind a proxy on this machine it is the address that the proxy names last; from elsewhere that header is not
    believed.
    """
    return _counted(_told(scope, "x-forwarded-for") if _is_near(scope) else _peer(scope))


def is_secure(scope: Scope) -> bool:
    """Whether the caller's browser speaks https, with this service or with the proxy before it."""
    return "https" in {scope.get("scheme"), _told(scope, "x-forwarded-proto").lower() if _is_near(scope) else ""}


def own_hosts(scope: Scope) -> set[str]:
    """The names, with ports, under which the caller may have reached this service."""
    named = {Headers(scope=scope).get("host", ""), _told(scope, "x-forwarded-host") if _is_near(scope) else ""}
    return {name.lower() for name in named if name}


def _peer(scope: Scope) -> str:
    return str(scope["client"][0]) if scope.get("client") else ""


def _is_near(scope: Scope) -> bool:
    parsed = _parsed(_peer(scope))
    return parsed is not None and parsed.is_loopback


def _told(scope: Scope, header: str) -> str:
    """The last of a header's values: a proxy puts its own behind those that came with the request."""
    return ",".join(Headers(scope=scope).getlist(header)).rpartition(",")[2].strip()[:255]


def _counted(address: str) -> str:
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((int(parsed), _HOUSEHOLD), strict=False))
    return str(parsed) if parsed else address[:64]


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """Without a port: 1.2.3.4:80, [2001:db8::1]:80. None where it is no address."""
    bare = address.partition("]")[0].removeprefix("[")
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        parsed = ip_address(bare)
    except ValueError:
        return None
    # As a socket for both protocols shows an address of the older one.
    return (parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None) or parsed


class TrustedForwarding:
    """ASGI middleware: nobody behind it sees what a caller from elsewhere says of a proxy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_near(scope):
            told = [(name, value) for name, value in scope["headers"] if not name.startswith(b"x-forwarded-")]
            scope = {**scope, "headers": told}
        await self._app(scope, receive, send)
