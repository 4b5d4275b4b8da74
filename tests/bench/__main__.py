"""Runs every comparison and prints its ratios.

make bench            about four minutes; exits 1 when a control is outside 0.95–1.05
python -m tests.bench --quick
"""

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import psycopg

from deploy.local.account import temporary_data_folder
from deploy.local.processes import free_port
from tests.bench import statements
from tests.bench.blocks import Load, Ratio, Spent, send
from tests.bench.pgbench import latency_us
from tests.demo.journey import establishment
from tests.faults.counting import database_url
from tests.fixtures.house import House, start_house
from tests.journeys.people import REGISTRATION, Person

QUICK = "--quick" in sys.argv
ROUNDS = 3 if QUICK else 8
READS = 300 if QUICK else 800
WRITES = 100 if QUICK else 300
CONCURRENCY = 8
CONTROL = (0.95, 1.05)
Block = Callable[[], Awaitable[float]]


async def ratio(left: Block, right: Block) -> Ratio:
    """left ÷ right, interleaved A B B A, per round."""
    values = []
    for _ in range(ROUNDS):
        first, second = await left(), await right()
        third, fourth = await right(), await left()
        values.append((first + fourth) / (second + third))
    return Ratio.of(values)


class Bench:
    """One house, one person, one bare app."""

    def __init__(self, house: House, bare_pid: int, bare_port: int) -> None:
        self.house, self.bare_pid = house, bare_pid
        self.bare = f"http://127.0.0.1:{bare_port}/"
        self.person = Person.sign_in(house.address, "founder")
        self.auth = {"Authorization": f"Bearer {self.person.token}"}
        self.marks = {name: mark.pid for name, mark in house.record().processes.items()}
        self.service = _listening(self.marks["registration-api"])
        self.database = database_url(house, "registration")
        claims = self.person.token.split(".")[1]
        padded = claims + "=" * (-len(claims) % 4)
        told = json.loads(base64.urlsafe_b64decode(padded))
        self.sub, self.who = told["sub"], told["person"]

    def block(self, load: Load, processes: list[str], *, requests: int, cpu: bool) -> Block:
        pids = [self.bare_pid if name == "bare" else self.marks[name] for name in processes]

        async def run() -> float:
            spent: Spent = await send(load, requests=requests, concurrency=CONCURRENCY, pids=pids)
            return spent.cpu_us if cpu else spent.wall_us

        return run

    def show(self, what: str, found: Ratio, *, control: bool = False) -> None:
        print(f"  {what:<62} {found}", flush=True)
        if control and not CONTROL[0] <= found.median <= CONTROL[1]:
            print(f"  ✗ the control is outside {CONTROL}: this run is not valid", flush=True)
            self.valid = False

    valid = True

    async def play(self) -> None:
        print("CPU per request of all server processes, HTTP; median (quartiles)")
        await self._reads()
        print(
            "wall time per operation against pgbench with the same statements; median (quartiles)"
        )
        await self._submits()
        for size in (1_000,) if QUICK else (1_000, 100_000):
            await self._lists(size)

    async def _reads(self) -> None:
        form = establishment(str(os.urandom(16).hex()), [self.person])
        form["name_reservation_id"] = "00000000-0000-4000-8000-000000000000"
        body = {"matter": "company-establishment", "form": form}
        case = self.person.post(f"{REGISTRATION}/cases", json=body, expect=201)
        path = f"{REGISTRATION}/cases/{case['id']}"
        through = Load(self.house.address + path, self.auth)
        straight = Load(self.service + path, self.auth)
        bare = Load(self.bare, {})
        both, one = ["gateway-api", "registration-api"], ["registration-api"]
        gateway = self.block(through, both, requests=READS, cpu=True)
        service = self.block(straight, one, requests=READS, cpu=True)
        yard = self.block(bare, ["bare"], requests=READS * 4, cpu=True)
        for warm in (gateway, service, yard):
            await warm()
        self.show("control: service ÷ service", await ratio(service, service), control=True)
        self.show(
            "read through the gateway ÷ straight to the service", await ratio(gateway, service)
        )
        self.show("read straight to the service ÷ bare ASGI", await ratio(service, yard))
        self.show("read through the gateway ÷ bare ASGI", await ratio(gateway, yard))
        create = Load(
            self.service + f"{REGISTRATION}/cases", self.auth, "POST", lambda _: body, keyed=True
        )
        self.show(
            "create a case ÷ bare ASGI",
            await ratio(self.block(create, one, requests=WRITES, cpu=True), yard),
        )
        listing = Load(self.service + f"{REGISTRATION}/cases?limit=50", self.auth)
        self.show(
            "list of 50 ÷ bare ASGI",
            await ratio(self.block(listing, one, requests=READS, cpu=True), yard),
        )

    async def _submits(self) -> None:
        form = establishment("00000000-0000-4000-8000-000000000000", [self.person])
        body = {"matter": "company-establishment", "form": form}
        create = Load(
            self.service + f"{REGISTRATION}/cases", self.auth, "POST", lambda _: body, keyed=True
        )
        ours = self.block(create, ["registration-api"], requests=WRITES, cpu=False)
        script = statements.CREATE.replace("{FORM}", json.dumps(form, ensure_ascii=False))
        script = script.replace("{BODY}", "x" * 3000)
        theirs = self._pgbench(script, WRITES * 4)
        await ours()
        await theirs()
        self.show("control: pgbench ÷ pgbench", await ratio(theirs, theirs), control=True)
        self.show("submit (create a case) ÷ pgbench, same inserts", await ratio(ours, theirs))

    async def _lists(self, size: int) -> None:
        with psycopg.connect(self.database, autocommit=True) as db:
            row = db.execute("SELECT count(*) FROM cases").fetchone()
            present = int(row[0]) if row else 0
            first = db.execute("SELECT count(*) FROM cases WHERE reference LIKE 'B2%'").fetchone()
            begin = int(first[0]) + 1 if first else 1
            if size > present:
                values = {"sub": self.sub, "first": begin, "last": begin + size - present - 1}
                db.execute(statements.SEED, values)
                db.execute("ANALYZE cases")
        listing = Load(self.service + f"{REGISTRATION}/cases?limit=50", self.auth)
        ours = self.block(listing, ["registration-api"], requests=READS, cpu=False)
        query = statements.LIST.replace("<SUB>", self.sub).replace("<PERSON>", self.who)
        theirs = self._pgbench(query, READS * 4)
        await ours()
        await theirs()
        self.show(f"list of 50 ÷ pgbench, same query, at {size:,} cases", await ratio(ours, theirs))

    def _pgbench(self, script: str, transactions: int) -> Block:
        async def run() -> float:
            return await asyncio.to_thread(
                latency_us, self.database, script, clients=CONCURRENCY, transactions=transactions
            )

        return run


def _listening(pid: int) -> str:
    environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    port = next(e for e in environment if e.startswith(b"PORT="))
    return f"http://127.0.0.1:{port.decode().split('=')[1]}"


def _start_bare() -> tuple["subprocess.Popen[bytes]", int]:
    port = free_port()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bare"], env={**os.environ, "PORT": str(port)}
    )
    for _ in range(100):
        try:
            httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    return child, port


def main() -> int:
    os.environ["GATEWAY_RATE_SCALE"] = "1000000"
    os.environ["LOG_LEVEL"] = "WARNING"
    with temporary_data_folder() as data:
        house = start_house(data)
        bare, port = _start_bare()
        try:
            bench = Bench(house, bare.pid, port)
            asyncio.run(bench.play())
        finally:
            bare.send_signal(signal.SIGTERM)
            house.stop(seconds=60)
    return 0 if bench.valid else 1


if __name__ == "__main__":
    sys.exit(main())
