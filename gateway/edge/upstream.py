"""One service behind the edge, and the only module that knows which HTTP client reaches it.

aiohttp, because it costs a twentieth of httpx per request; behind this module it can be exchanged.
It decides nothing about who may ask. A request that may have had an effect is never sent twice.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from gateway.edge.breaker import Breaker
from gateway.edge.errors import Overloaded, UpstreamFailed, UpstreamTimeout, UpstreamUnavailable

Body = bytes | AsyncIterator[bytes] | None
_RETRY_PAUSE_SECONDS = 0.1
KEEP_ALIVE_SECONDS = 4.0  # shorter than uvicorn's 5, so that the service never hangs up first


@dataclass(frozen=True, slots=True)
class Limits:
    """What one upstream may cost. Seconds, counts."""

    connect_seconds: float = 2.0
    silence_seconds: float = 30.0  # between two pieces of an answer, the first one included
    answer_seconds: float = 60.0  # until the reply's headers, the request's body included
    piece_seconds: float = 60.0  # for a caller to take one piece of the reply
    in_flight: int = 256
    breaker_threshold: int = 5
    breaker_seconds: float = 5.0


@dataclass(slots=True)
class Counters:
    """What happened since the process started."""

    requests: int = 0
    failed: int = 0
    refused_open: int = 0
    shed: int = 0
    timed_out: int = 0


@dataclass(slots=True)
class Upstream:
    """A service: its prefix under `/api/`, its address, its circuit, and what it is doing now."""

    name: str
    url: str
    limits: Limits = field(default_factory=Limits)
    counters: Counters = field(default_factory=Counters)
    running: int = 0
    breaker: Breaker = field(init=False)

    def __post_init__(self) -> None:
        self.url = self.url.rstrip("/")
        self.breaker = Breaker(
            self.name,
            threshold=self.limits.breaker_threshold,
            ttl_seconds=self.limits.breaker_seconds,
        )

    def refuse_early(self) -> None:
        """Raise Overloaded or UpstreamUnavailable when asking now would be in vain."""
        if self.running >= self.limits.in_flight:
            self.counters.shed += 1
            raise Overloaded(retry_after_seconds=1)
        try:
            self.breaker.refuse_if_open()
        except UpstreamUnavailable:
            self.counters.refused_open += 1
            raise


class Client:
    """The connections of this process to all services. `start` and `stop` in the server's loop."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the pool. Connections are bounded by each upstream's `in_flight`, not here."""
        connector = aiohttp.TCPConnector(
            limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS, ttl_dns_cache=30, use_dns_cache=True
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            requote_redirect_url=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            max_line_size=16 * 1024,
            max_field_size=16 * 1024,
        )
        # aiohttp repeats PUT and DELETE too when a kept connection turns out dead, and has no
        # public switch for it (its own test client sets this one). test_proxy_faults.py holds it.
        self._session._retry_connection = False

    async def stop(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(
        self, upstream: Upstream, method: str, target: str, headers: CIMultiDict[str], body: Body
    ) -> aiohttp.ClientResponse:
        """Send and return when the reply's headers are here. The body is still on the wire.

        Raises: UpstreamUnavailable (nothing was sent), UpstreamTimeout, UpstreamFailed.
        """
        again = body is None and method in ("GET", "HEAD")
        while True:
            try:
                return await self._send_once(upstream, method, target, headers, body)
            except aiohttp.ConnectionTimeoutError:
                raise UpstreamUnavailable(retry_after_seconds=_back(upstream)) from None
            except aiohttp.ServerTimeoutError:
                raise UpstreamTimeout from None
            except aiohttp.ClientConnectorError:
                if not again:
                    raise UpstreamUnavailable(retry_after_seconds=_back(upstream)) from None
                await asyncio.sleep(_RETRY_PAUSE_SECONDS)
            except aiohttp.ClientError as broken:
                # A kept connection that the service closed or reset just now: reading twice harms
                # nobody.
                dead = isinstance(broken, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError)
                if not (again and dead):
                    raise UpstreamFailed from broken
            again = False

    async def _send_once(
        self, upstream: Upstream, method: str, target: str, headers: CIMultiDict[str], body: Body
    ) -> aiohttp.ClientResponse:
        assert self._session is not None, "the client is used before start()"
        limits = upstream.limits
        return await self._session.request(
            method,
            URL(upstream.url + target, encoded=True),
            headers=headers,
            data=body,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=limits.connect_seconds, sock_read=limits.silence_seconds
            ),
        )

    async def probe(self, upstream: Upstream, path: str, *, timeout_seconds: float) -> int | None:
        """The status of a health address, or None when there is no answer in time."""
        assert self._session is not None
        timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        try:
            async with self._session.get(upstream.url + path, timeout=timeout) as reply:
                return reply.status
        except (aiohttp.ClientError, TimeoutError):
            return None


def _back(upstream: Upstream) -> int:
    return max(1, round(upstream.limits.breaker_seconds))
