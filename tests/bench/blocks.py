"""A load generator and the accounts of what the servers spent on it."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import psutil


@dataclass(frozen=True)
class Load:
    """One kind of request: where, how, and how many at a time.

    `targets` gives each request its own URL; `sign` makes the headers that hold for one request only (method,
    URL), a DPoP proof for instance.
    """

    url: str
    headers: dict[str, str]
    method: str = "GET"
    body: Callable[[int], Any] | None = None
    keyed: bool = False
    targets: Iterator[str] | None = None
    sign: Callable[[str, str], dict[str, str]] | None = None


@dataclass(frozen=True)
class Spent:
    """What a block cost per request, in microseconds: CPU over all server processes, wall time of the block ÷
    requests, and the median time that one request took."""

    cpu_us: float
    wall_us: float
    p50_us: float


def cpu_of(pids: Iterable[int]) -> float:
    """CPU seconds of processes and their children so far."""
    total = 0.0
    for pid in pids:
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            times = one.cpu_times()
            total += times.user + times.system
    return total


async def send(load: Load, *, requests: int, concurrency: int, pids: list[int]) -> Spent:
    """Sends a block. Any answer but 2xx fails the run."""
    counter, took = iter(range(requests)), list[float]()
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as client:
        before, began = cpu_of(pids), time.perf_counter()
        await asyncio.gather(*(_hand(client, load, counter, took) for _ in range(concurrency)))
        wall, cpu = time.perf_counter() - began, cpu_of(pids) - before
    return Spent(cpu / requests * 1e6, wall / requests * 1e6, statistics.median(took) * 1e6)


async def _hand(
    client: aiohttp.ClientSession, load: Load, counter: Iterator[int], took: list[float]
) -> None:
    for number in counter:
        url = next(load.targets) if load.targets else load.url
        headers = dict(load.headers)
        if load.keyed:
            headers["Idempotency-Key"] = f"bench-{time.monotonic_ns()}-{number}"
        if load.sign:
            headers |= load.sign(load.method, url)
        body = load.body(number) if load.body else None
        began = time.perf_counter()
        async with client.request(load.method, url, headers=headers, json=body) as reply:
            data = await reply.read()
            if not 200 <= reply.status < 300:
                raise SystemExit(f"✗ bench invalid: {reply.status} {url} {data[:300]!r}")
        took.append(time.perf_counter() - began)


@dataclass(frozen=True)
class Ratio:
    """Median and quartiles of per-round ratios."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> "Ratio":
        low, middle, high = statistics.quantiles(values, n=4)
        return cls(middle, low, high)

    def __str__(self) -> str:
        return f"{self.median:8.2f}   ({self.low:.2f} – {self.high:.2f})"
