"""A load generator and the accounts of what the servers spent on it."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp
import psutil


@dataclass(frozen=True)
class Load:
    """One kind of request: where, how, and how many at a time."""

    url: str
    headers: dict[str, str]
    method: str = "GET"
    body: Callable[[int], Any] | None = None
    keyed: bool = False


@dataclass(frozen=True)
class Spent:
    """What a block cost per request: CPU over all server processes, and wall time, in microseconds."""

    cpu_us: float
    wall_us: float


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
    counter = iter(range(requests))
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as client:
        before, began = cpu_of(pids), time.perf_counter()
        await asyncio.gather(*(_hand(client, load, counter) for _ in range(concurrency)))
        wall, cpu = time.perf_counter() - began, cpu_of(pids) - before
    return Spent(cpu / requests * 1e6, wall / requests * 1e6)


async def _hand(client: aiohttp.ClientSession, load: Load, counter: Any) -> None:
    for number in counter:
        headers = dict(load.headers)
        if load.keyed:
            headers["Idempotency-Key"] = f"bench-{time.monotonic_ns()}-{number}"
        body = load.body(number) if load.body else None
        async with client.request(load.method, load.url, headers=headers, json=body) as reply:
            data = await reply.read()
            if not 200 <= reply.status < 300:
                raise SystemExit(f"✗ bench invalid: {reply.status} {data[:300]!r}")


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
