"""Where webhooks may go: public addresses only, judged on the very address that is connected to.

`check_url` refuses at registration what can be known then. `GuardedResolver` is what the HTTP client
resolves names with: it judges each answer, and the client connects to that answer, so a name that
changes between the two questions (DNS rebinding) has no second question to answer. Loopback is an
exception of the sandbox alone.
"""

import asyncio
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from gateway.inbox.errors import ReceiverAddressRefused
from kit.errors import FieldError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
RESOLVE_SECONDS = 3
_RESOLVERS = ThreadPoolExecutor(32, thread_name_prefix="resolver")
"""Of their own: a name server that never answers holds up no other work of the process."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
"""All IPv6 that IANA gives to the public internet. Python calls much outside it global."""
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")  # RFC 9637, not known to Python 3.11


class AddressRefused(OSError):
    """A receiver's name leads to an address that nothing is sent to."""


@dataclass(frozen=True)
class AddressPolicy:
    """`loopback`: the sandbox's exception. `plain_http`: outside production."""

    loopback: bool = False
    plain_http: bool = False

    def allows(self, address: Address) -> bool:
        """Whether packets may go to this address: public unicast, whatever it is wrapped in."""
        inner = _unwrapped(address)
        if inner.is_loopback:
            return self.loopback
        if inner.version == 6 and (inner not in _UNICAST or inner in _DOCUMENTATION):
            return False
        return inner.is_global and not inner.is_multicast


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside a mapped, 6to4 or NAT64 one: packets end up there.

    IPv4-compatible (`::a.b.c.d`), SIIT (`::ffff:0:a.b.c.d`) and local NAT64 (`64:ff9b:1::/48`, RFC 8215)
    stay as they are, outside 2000::/3 and so refused: nothing on the public internet is reached by them.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def literal(host: str) -> Address | None:
    """The address that a host is, if it is one and not a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _fault(code: str, detail: str) -> ReceiverAddressRefused:
    return ReceiverAddressRefused(errors=[FieldError(pointer="/url", code=code, detail=detail)])


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for what is no number
    except ValueError as error:
        raise _fault("url_malformed", "not a URL") from error
    if not parts.hostname or any(c.isspace() or not c.isprintable() for c in url):
        raise _fault("url_malformed", "not an absolute URL")
    return parts


async def check_url(url: str, policy: AddressPolicy) -> None:
    """Raises ReceiverAddressRefused 422 for what is no https address or leads into a private network.

    A name that does not resolve now is refused too: whoever registers it can be told at once.
    """
    parts = _split(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and policy.plain_http):
        raise _fault("https_required", "only https is called")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _fault("url_malformed", "no user, password or fragment in the URL")
    host = str(parts.hostname)
    found = literal(host)
    try:
        addresses = [found] if found else await resolve(host, parts.port or 443)
    except (OSError, UnicodeError) as error:
        raise _fault("name_not_resolved", "the host name does not resolve") from error
    if not all(policy.allows(address) for address in addresses):
        raise _fault("address_refused", "the host is not at a public address")


def _ask(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


async def resolve(host: str, port: int) -> list[Address]:
    """All addresses of a name; OSError when there is none within RESOLVE_SECONDS."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(RESOLVE_SECONDS):
        found = await loop.run_in_executor(_RESOLVERS, _ask, host, port)
    return [ipaddress.ip_address(str(info[4][0]).partition("%")[0]) for info in found]


class GuardedResolver(AbstractResolver):
    """Gives the HTTP client the addresses of a name, each judged; refuses if any is not allowed."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Addresses as numbers: the client connects to exactly these."""
        addresses = await resolve(host, port)
        if not addresses or not all(self._policy.allows(address) for address in addresses):
            raise AddressRefused(f"{host} is not at a public address")
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
            if family in (socket.AF_UNSPEC, 0)
            or (family == socket.AF_INET) == (address.version == 4)
        ]

    async def close(self) -> None:
        """Nothing is held."""
