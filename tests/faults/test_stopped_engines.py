"""PostgreSQL or NATS frozen for 30 s: requests fail fast with 503 and Retry-After, and all catches up."""

import os
import signal
import time
import uuid

import httpx
import psutil
import pytest

from tests.faults.applicant import Stubborn
from tests.faults.counting import count, database_url
from tests.fixtures.house import House
from tests.journeys.people import REGISTRATION, Person

pytestmark = pytest.mark.slow
OUTAGE_SECONDS = 30
FAST_SECONDS = 12


def _family(pid: int) -> list[int]:
    root = psutil.Process(pid)
    return [pid, *(child.pid for child in root.children(recursive=True))]


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def test_frozen_database_gives_503_fast_and_all_catches_up(own_house: House) -> None:
    person = Person.sign_in(own_house.address, "founder")
    hands = Stubborn(person)
    before = hands.open_company()
    frozen = _family(own_house.record().processes["postgres"].pid)
    _signal(frozen, signal.SIGSTOP)
    seen: list[tuple[int, float, bool]] = []
    try:
        end = time.monotonic() + OUTAGE_SECONDS
        while time.monotonic() < end:
            began = time.monotonic()
            headers = {"Idempotency-Key": uuid.uuid4().hex}
            try:
                reply = person.request(
                    "POST",
                    f"{REGISTRATION}/cases",
                    headers=headers,
                    json={"matter": "company-establishment"},
                )
            except httpx.HTTPError as error:
                raise AssertionError(
                    f"no answer while the database was frozen: {error!r}"
                ) from error
            took = time.monotonic() - began
            seen.append((reply.status_code, took, "retry-after" in reply.headers))
    finally:
        _signal(frozen, signal.SIGCONT)
    print(
        f"{len(seen)} requests, slowest {max(s[1] for s in seen):.1f} s, "
        f"statuses {sorted({s[0] for s in seen})}"
    )
    assert {status for status, _, _ in seen} == {503}
    assert all(has for _, _, has in seen)
    assert max(took for _, took, _ in seen) < FAST_SECONDS
    after = hands.open_company()
    for case_id in (before, after):
        hands.person.wait_for(
            "registration",
            lambda c=case_id: hands.get(f"{REGISTRATION}/cases/{c}"),
            lambda seen: seen["state"] == "registered",
            seconds=120,
        )


def test_frozen_broker_stops_nobody_and_its_events_arrive_afterwards(own_house: House) -> None:
    person = Person.sign_in(own_house.address, "founder_2")
    hands = Stubborn(person)
    frozen = _family(own_house.record().processes["nats"].pid)
    _signal(frozen, signal.SIGSTOP)
    began = time.monotonic()
    try:
        opened = [hands.open_company() for _ in range(3)]
        during = hands.refused + hands.unanswered
        time.sleep(max(0.0, OUTAGE_SECONDS - (time.monotonic() - began)))
    finally:
        _signal(frozen, signal.SIGCONT)
    registration, finance = (
        database_url(own_house, "registration"),
        database_url(own_house, "finance"),
    )
    books = person.wait_for(
        "events to arrive",
        lambda: count(registration, finance),
        lambda b: (
            b.unpublished == 0
            and b.projected == b.registered
            and b.registered >= len(opened)
            and b.tasks_per_company == {7}
        ),
        seconds=120,
    )
    print(
        f"companies opened while the broker was frozen: {len(opened)}, refused {during}; then {books}"
    )
    assert during == 0
    assert books.doubled_projections == 0
    assert books.not_one_each == 0
