"""CPU per request of running servers, side by side.

Throughput on a shared machine says more about the neighbours than about the server, so what is counted
is the CPU time of the server's own processes. Rounds are interleaved (A B C C B A …); the first subject is
also compared with itself (A/A), and a run whose control is off says so. Any reply that is not 2xx fails it.
"""

import asyncio
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httptools
import psutil

CONTROL = (0.95, 1.05)


@dataclass
class Subject:
    """Something to ask: an address, what to send, and the processes whose CPU it costs."""

    name: str
    url: str
    pids: Sequence[int]
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""
    rounds_us: list[float] = field(default_factory=list)

    @property
    def median_us(self) -> float:
        """Median CPU microseconds per request over the rounds."""
        return statistics.median(self.rounds_us)

    @property
    def quartiles_us(self) -> tuple[float, float]:
        """The lower and upper quartile."""
        low, _, high = statistics.quantiles(self.rounds_us, n=4)
        return low, high

    @property
    def control(self) -> float:
        """Odd rounds ÷ even rounds: 1 when nothing but chance is between them."""
        return statistics.median(self.rounds_us[0::2]) / statistics.median(self.rounds_us[1::2])


def measure(
    subjects: Sequence[Subject], *, requests: int, rounds: int, connections: int = 16
) -> bool:
    """Fills `rounds_us` of each; True when the A/A control holds. `rounds` is even."""
    for subject in subjects:
        asyncio.run(_drive(subject, max(200, requests // 4), connections))  # warm
        subject.rounds_us.clear()
    for number in range(rounds):
        order = subjects if number % 2 == 0 else list(reversed(subjects))
        for subject in order:
            before = _cpu_seconds(subject.pids)
            asyncio.run(_drive(subject, requests, connections))
            used = _cpu_seconds(subject.pids) - before
            subject.rounds_us.append(used / requests * 1e6)
    return CONTROL[0] <= subjects[0].control <= CONTROL[1]


def _cpu_seconds(pids: Sequence[int]) -> float:
    total = 0.0
    for pid in pids:
        times = psutil.Process(pid).cpu_times()
        total += times.user + times.system
    return total


async def _drive(subject: Subject, requests: int, connections: int) -> None:
    parts = urlsplit(subject.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    head = [f"{subject.method} {target} HTTP/1.1", f"host: {parts.netloc}"]
    head += [f"{name}: {value}" for name, value in subject.headers.items()]
    if subject.body:
        head.append(f"content-length: {len(subject.body)}")
    message = "\r\n".join([*head, "", ""]).encode() + subject.body
    loop = asyncio.get_running_loop()
    share = [requests // connections] * connections
    share[0] += requests - sum(share)

    async def one(count: int) -> None:
        done: asyncio.Future[None] = loop.create_future()
        await loop.create_connection(
            lambda: _Connection(message, count, done), parts.hostname, parts.port
        )
        await done

    await asyncio.gather(*(one(count) for count in share if count))


class _Connection(asyncio.Protocol):
    """Sends the same request again and again on one kept connection."""

    def __init__(self, message: bytes, count: int, done: "asyncio.Future[None]") -> None:
        self._message, self._left, self._done = message, count, done
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.write(self._message)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if not 200 <= status < 300 and not self._done.done():
            self._done.set_exception(RuntimeError(f"the bench got a {status}"))

    def on_message_complete(self) -> None:
        self._left -= 1
        if self._left > 0 and not self._done.done():
            self._transport.write(self._message)  # type: ignore[attr-defined]
        else:
            self._transport.close()
            if not self._done.done():
                self._done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))
