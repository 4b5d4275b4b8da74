"""The yard in which everything is measured: one house, one bare app, and how two blocks are compared.

A group (registration, finance, carriers, edge) only says what it sends. Must not know any service's paths.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import httpx
import psycopg

from deploy.local.engines import role_passwords
from deploy.local.processes import free_port
from tests.bench.blocks import Load, Ratio, Spent, send
from tests.bench.pgbench import latency_us
from tests.faults.counting import database_url
from tests.fixtures.house import House

CONCURRENCY = 8
CONTROL = (0.95, 1.05)
Block = Callable[[], Awaitable[Spent]]


@dataclass(frozen=True)
class Scale:
    """How much is sent: rounds of A B B A, requests per block, rows in the tables."""

    rounds: int
    reads: int
    writes: int
    cases: tuple[int, ...]
    carriers: int


QUICK = Scale(rounds=3, reads=300, writes=50, cases=(1_000,), carriers=2_000)
FULL = Scale(rounds=8, reads=800, writes=200, cases=(1_000, 100_000), carriers=100_000)


@dataclass(frozen=True)
class Compared:
    """left ÷ right by each account."""

    cpu: Ratio
    wall: Ratio
    p50: Ratio


class Yard:
    """A running house and a bare app; prints each ratio as it is found."""

    def __init__(self, house: House, bare_pid: int, bare_port: int, *, scale: Scale) -> None:
        self.house, self.scale, self.valid = house, scale, True
        self.bare = f"http://127.0.0.1:{bare_port}/"
        self.pids = {name: mark.pid for name, mark in house.record().processes.items()}
        self.pids["bare"] = bare_pid

    def service(self, name: str) -> str:
        """The address at which a service's API process listens, past the gateway."""
        environment = Path(f"/proc/{self.pids[f'{name}-api']}/environ").read_bytes().split(b"\0")
        port = next(entry for entry in environment if entry.startswith(b"PORT="))
        return f"http://127.0.0.1:{port.decode().split('=')[1]}"

    def database(self, service: str) -> str:
        """The database address of a service."""
        return database_url(self.house, service)

    def analyze(self, service: str) -> None:
        """Fresh statistics of all tables, as their owner: the service's own role may not."""
        parts = urlsplit(self.database(service))
        password = quote(role_passwords(self.house.data)[f"{service}_owner"], safe="")
        place = parts.netloc.rpartition("@")[2]
        owner = parts._replace(netloc=f"{service}_owner:{password}@{place}")
        with psycopg.connect(urlunsplit(owner), autocommit=True) as db:
            db.execute("ANALYZE")

    def block(self, load: Load, processes: list[str], *, requests: int) -> Block:
        """A block of requests; what they cost these processes."""
        pids = [self.pids[name] for name in processes]

        async def run() -> Spent:
            return await send(load, requests=requests, concurrency=CONCURRENCY, pids=pids)

        return run

    def pgbench(
        self,
        service: str,
        script: str,
        *,
        transactions: int,
        first: Callable[[], int] | None = None,
    ) -> Block:
        """A block of pgbench. `first` gives each block where its variable `n` begins."""
        url = self.database(service)

        async def run() -> Spent:
            taken = await asyncio.to_thread(
                latency_us,
                url,
                script,
                clients=CONCURRENCY,
                transactions=transactions,
                begin=first() if first else None,
            )
            return Spent(taken, taken, taken * CONCURRENCY)

        return run

    async def compare(self, left: Block, right: Block, *, warm: bool = True) -> Compared:
        """left ÷ right, interleaved A B B A, per round."""
        if warm:
            await left()
            await right()
        rounds = []
        for _ in range(self.scale.rounds):
            a, b = await left(), await right()
            c, d = await right(), await left()
            rounds.append((a, d, b, c))
        return Compared(
            cpu=Ratio.of([(a.cpu_us + d.cpu_us) / (b.cpu_us + c.cpu_us) for a, d, b, c in rounds]),
            wall=Ratio.of(
                [(a.wall_us + d.wall_us) / (b.wall_us + c.wall_us) for a, d, b, c in rounds]
            ),
            p50=Ratio.of([(a.p50_us + d.p50_us) / (b.p50_us + c.p50_us) for a, d, b, c in rounds]),
        )

    def show(self, what: str, found: Ratio, *, control: bool = False) -> None:
        """Prints a line; a control outside its bounds makes the run invalid."""
        print(f"  {what:<66} {found}", flush=True)
        if control and not CONTROL[0] <= found.median <= CONTROL[1]:
            print(f"  ✗ the control is outside {CONTROL}: this run is not valid", flush=True)
            self.valid = False


@contextmanager
def bare_app() -> Iterator[tuple[int, int]]:
    """The bare app as a process; its pid and port."""
    port = free_port()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bare"], env={**os.environ, "PORT": str(port)}
    )
    try:
        for _ in range(100):
            try:
                httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield child.pid, port
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()
