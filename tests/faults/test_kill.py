"""`kill -9` of any process while companies are being opened: what was answered is there, once.

Slow: `make faults`. The figures of a run are printed, and kept in docs/faults.md.
"""

import os
import signal
import threading
import time

import pytest

from tests.faults.applicant import Stubborn
from tests.faults.counting import Books, count, database_url
from tests.fixtures.house import House
from tests.journeys.people import REGISTRATION, Person

pytestmark = pytest.mark.slow
VICTIMS = (
    "registration-api",
    "registration-worker",
    "gateway-api",
    "finance-worker",
    "departments",
    "nats",
    "postgres",
)
COMPANIES_PER_VICTIM = 6
KILLS_PER_VICTIM = 3
PAUSE_SECONDS = 1.5
CALM_SECONDS = 150


def _kill_now_and_then(house: House, victim: str, done: threading.Event, killed: list[str]) -> None:
    for _ in range(KILLS_PER_VICTIM):
        if done.wait(PAUSE_SECONDS):
            return
        mark = house.record().processes[victim]
        try:
            os.kill(mark.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        killed.append(victim)
        _wait_reborn(house, victim, mark.pid, done)


def _wait_reborn(house: House, victim: str, old: int, done: threading.Event) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and not done.is_set():
        if house.record().processes[victim].pid != old:
            return
        time.sleep(0.2)


def _settle(house: House, expected: int) -> Books:
    """Waits until everything that was accepted has had its effects."""
    registration, finance = database_url(house, "registration"), database_url(house, "finance")
    end = time.monotonic() + CALM_SECONDS
    while True:
        books = count(registration, finance)
        whole = books.registered == expected and books.unpublished == 0
        if (whole and books.tasks_per_company <= {7} and books.projected >= expected) or (
            time.monotonic() > end
        ):
            return books
        time.sleep(1)


def test_nothing_accepted_is_lost_or_doubled(own_house: House) -> None:
    person = Person.sign_in(own_house.address, "founder")
    hands = Stubborn(person)
    opened: list[str] = []
    killed: list[str] = []
    for victim in VICTIMS:
        done = threading.Event()
        killer = threading.Thread(target=_kill_now_and_then, args=(own_house, victim, done, killed))
        killer.start()
        before = len(opened)
        while killer.is_alive() or len(opened) - before < COMPANIES_PER_VICTIM:
            opened.append(hands.open_company())  # as long as there is killing, there is work
        done.set()
        killer.join()
        print(
            f"{victim:<22} kills so far {len(killed):>2}  companies {len(opened):>2}  "
            f"unanswered {hands.unanswered:>3}  refused {hands.refused:>3}"
        )
    assert len(killed) == KILLS_PER_VICTIM * len(VICTIMS)
    books = _settle(own_house, len(opened))
    print(books)
    for case_id in opened:
        assert hands.get(f"{REGISTRATION}/cases/{case_id}")["state"] == "registered", case_id
    assert len(set(opened)) == len(opened) == books.cases == books.registered
    assert books.not_one_each == 0
    assert books.unpublished == 0
    assert books.tasks_per_company == {7}
    assert books.projected == books.registered
    assert books.doubled_projections == 0
    assert hands.internal_errors == []
