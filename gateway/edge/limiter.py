"""How often one caller may ask, per class of route, with `limits` counting.

A caller is the subject and client of a token or session *that was verified*, or else the network
address: a forged or expired token must not buy a quota of its own, and a school whose founders share
one address must not run out of it because they are many. Counts are per process; several gateways
share one count by the edge in front, or by giving a storage URL (`valkey+…`).
"""

import asyncio
import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string

from gateway.edge.errors import RateLimited

_SWEEP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Quota:
    """The answer to one hit: the headers that tell the caller where it stands."""

    allowed: bool
    headers: list[tuple[bytes, bytes]]
    retry_after_seconds: int


class Limiter:
    """Counts hits per (route class, caller). Limits are strings such as `600/minute`.

    `known` applies to callers with a verified token or session, `anonymous` to addresses.
    """

    def __init__(
        self,
        *,
        known: Mapping[str, str],
        anonymous: Mapping[str, str],
        storage_url: str | None = None,
    ) -> None:
        self._known = {name: parse(text) for name, text in known.items()}
        self._anonymous = {name: parse(text) for name, text in anonymous.items()}
        self._storage_url = storage_url
        self._strategy: SlidingWindowCounterRateLimiter | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the storage; needs the running loop."""
        if self._storage_url:
            storage = storage_from_string(f"async+{self._storage_url}")
            assert isinstance(storage, Storage)
        else:
            storage = MemoryStorage()
            # The library looks through every key at every hit: 19 µs with 10 callers, 1,048 µs with
            # 10,000. `timer` is where it keeps the task that does so; one that runs all the time and
            # sweeps now and then takes its place (14 µs, whatever the number of callers).
            self._sweeper = storage.timer = asyncio.create_task(_sweep(storage))
        self._strategy = SlidingWindowCounterRateLimiter(storage)

    async def stop(self) -> None:
        """End the sweep."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    async def hit(self, route_class: str, *, caller: str | None, address: str) -> Quota:
        """Count one request. Classes without a limit are always allowed."""
        limits = self._known if caller is not None else self._anonymous
        item = limits.get(route_class)
        if item is None or self._strategy is None:
            return Quota(True, [], 0)
        key = caller if caller is not None else network_of(address)
        allowed = await self._strategy.hit(item, route_class, key)
        stats = await self._strategy.get_window_stats(item, route_class, key)
        reset = max(1, round(stats.reset_time - time.time() + 0.5))
        return Quota(allowed, _headers(route_class, item, stats.remaining, reset), reset)


def refusal(quota: Quota) -> RateLimited:
    """The problem for a quota that is used up."""
    return RateLimited(headers={"Retry-After": str(quota.retry_after_seconds)})


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """An IPv4 address as it is, an IPv6 address as its /64: one subscriber owns all of those."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address


def _headers(
    name: str, item: RateLimitItem, remaining: int, reset_seconds: int
) -> list[tuple[bytes, bytes]]:
    """`RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 writes them."""
    policy = f'"{name}";q={item.amount};w={item.get_expiry()}'
    state = f'"{name}";r={remaining};t={reset_seconds}'
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", state.encode())]


async def _sweep(storage: MemoryStorage) -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        now = time.time()
        gone = [key for key, expires in storage.expirations.items() if expires <= now]
        for key in gone:
            await storage.clear(key)
