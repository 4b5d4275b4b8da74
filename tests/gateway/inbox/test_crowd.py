"""Many events to many endpoints of which some are dead: who lives has all, once, in order, and soon."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from deploy.local.processes import free_port, wait_until
from gateway.inbox.rules import RETRY_SECONDS
from kit.outbox import Event, emit
from tests.gateway.inbox.world import Payload, WorkerProcess, own_process, until

DEAD = ("hangs", "fails", "redirects", "resets", "closed")
SUBJECTS = 50
AS_IN_PRODUCTION = {
    "GATEWAY_WEBHOOK_RETRY_SECONDS": str(list(RETRY_SECONDS)),
    "GATEWAY_WEBHOOK_TIMEOUT_SECONDS": "15",
}


@dataclass
class Crowd:
    """The receivers, by name, as the world outside."""

    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.gateway.inbox.crowd", str(self.port)]
        self.process = subprocess.Popen(command)
        assert wait_until(lambda: self.answers(), seconds=60)

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/nobody").status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{9 if name == 'closed' else self.port}/{name}"

    def counts(self) -> dict[str, int]:
        return dict(httpx.get(f"http://127.0.0.1:{self.port}/").json())

    def got(self, name: str) -> list[tuple[str, str, int]]:
        return [tuple(each) for each in httpx.get(f"http://127.0.0.1:{self.port}/{name}").json()]


@pytest.fixture
def crowd():
    with own_process(Crowd(free_port())) as found:
        yield found


@pytest.fixture
def worker_as_in_production(window):
    """The schedule and the patience that receivers are promised."""
    process = WorkerProcess(window.url, window.nats_url, settings=AS_IN_PRODUCTION)
    with own_process(process) as found:
        yield found


async def _register(window, crowd, org, names):
    caller = window.bank(org)
    for name in names:
        reply = await caller.post("/webhook-endpoints", json={"url": crowd.url(name)})
        assert reply.status_code == 201, reply.text


async def _emit(publisher, org, count):
    """`count` events over SUBJECTS subjects, each numbered in its own; ids in order of emission."""
    sent: list[tuple[UUID, str, int]] = []
    subjects = [str(uuid4()) for _ in range(SUBJECTS)]
    async with publisher.database.transaction() as session:
        for number in range(count):
            subject, sequence = subjects[number % SUBJECTS], number // SUBJECTS + 1
            event = Event(
                type="finance.case.moved.v1",
                aggregate=("case", subject),
                sequence=sequence,
                data=Payload(case_id=uuid4(), reference="R-1"),
                audience=(f"org:{org}",),
            )
            sent.append((await emit(session, event), f"case/{subject}", sequence))
    return sent


def _by_subject(got):
    lines = defaultdict(list)
    for id_, subject, sequence in got:
        lines[subject].append((sequence, str(id_)))
    return lines


async def _all_have_all(crowd, living, count, seconds):
    began = time.monotonic()
    counts = {}
    while time.monotonic() - began < seconds:
        counts = crowd.counts()
        if all(counts.get(name, 0) >= count for name in living):
            return time.monotonic() - began
        await asyncio.sleep(0.1)
    raise AssertionError(f"after {seconds} s not all have all: {counts}")


async def _prove(window, services, crowd, *, living, events, seconds):
    org = f"crowd-{uuid4().hex[:8]}"
    await _register(window, crowd, org, [*living, *DEAD])
    sent = await _emit(services["finance"], org, events)
    took = await _all_have_all(crowd, living, events, seconds)
    expected = _by_subject(sent)
    for name in living:
        got = crowd.got(name)
        assert len(got) == events, f"{name} got {len(got)}"
        assert _by_subject(got) == expected, name
    tries = {name: len(crowd.got(name)) for name in DEAD}
    print(
        f"crowd: {events} events to {len(living)} living in {took:.1f} s; dead were asked {tries}"
    )
    for name in ("hangs", "fails", "redirects", "resets"):
        assert 1 <= tries[name] <= 40, tries  # asked now and then, not stormed
    return org, took


async def _recorded(window, org):
    """What the delivery log of an organisation says, by state."""
    question = text(
        "SELECT d.state, count(*) FROM webhook_deliveries d JOIN webhook_endpoints e"
        " ON e.id = d.endpoint_id WHERE e.org = :org GROUP BY 1"
    )
    async with window.database.reader() as connection:
        return dict((await connection.execute(question, {"org": org})).all())


async def test_a_hundred_events_reach_the_living_of_eight_once_and_in_order(
    services, window, crowd, worker_as_in_production
):
    living = ["ok-0", "ok-1", "slow-0"]
    org, _ = await _prove(window, services, crowd, living=living, events=100, seconds=60)

    async def delivered():
        return (await _recorded(window, org)).get("delivered") == 300

    await until(delivered, "every answer to be recorded")


@pytest.mark.slow
async def test_a_thousand_events_reach_fifteen_of_twenty_within_a_minute(
    services, window, crowd, worker_as_in_production
):
    living = [*(f"ok-{n}" for n in range(12)), *(f"slow-{n}" for n in range(3))]
    org, took = await _prove(window, services, crowd, living=living, events=1000, seconds=60)
    assert took < 60

    async def delivered():
        return (await _recorded(window, org)).get("delivered") == 15_000

    await until(delivered, "every answer to be recorded")


@pytest.mark.slow
async def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_only_what_had_no_answer(
    services, window, crowd, worker_as_in_production
):
    org, living, events = f"crowd-{uuid4().hex[:8]}", ["slow-1", "slow-2"], 300
    await _register(window, crowd, org, living)
    sent = await _emit(services["finance"], org, events)
    kills = 3
    for kill in range(1, kills + 1):
        await until(lambda k=kill: crowd.counts().get("slow-1", 0) >= k * 50, "some to arrive")
        os.kill(worker_as_in_production.pid, signal.SIGKILL)
        await asyncio.to_thread(worker_as_in_production.process.wait, 20)
        worker_as_in_production.start()
    await _all_have_all(crowd, living, events, 60)

    async def delivered():
        return (await _recorded(window, org)).get("delivered") == 2 * events

    await until(delivered, "every answer to be recorded")
    for name in living:
        got = crowd.got(name)
        assert {id_ for id_, *_ in got} == {str(id_) for id_, *_ in sent}
        assert len(got) - events <= 4 * kills, "more came twice than were on their way"
        for line in _by_subject(got).values():
            firsts = list(dict.fromkeys(line))
            assert firsts == sorted(firsts)
    doubles = {name: len(crowd.got(name)) - events for name in living}
    print(f"killed {kills} times: {doubles} came twice of {events}")
