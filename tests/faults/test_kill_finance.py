"""`kill -9` in the middle of booking a repayment: nothing is lost, nothing is doubled.

The place is exact, not by luck: a lock of the test's own holds the transaction at the table that it writes
next, the process is killed there, and the bank sends its report again with the same key. Slow: `make faults`.
"""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import nats
import psycopg
import pytest

from services.finance.composition import SERVICE
from tests.faults.finance_process import Finance, issuer
from tests.fixtures.callers import running, token
from tests.services.finance.loans.house import MONEY, PREFIX, QINGYU, House

pytestmark = pytest.mark.slow
PLACES = ("loan_entries", "ledger_postings", "outbox", "idempotency_keys")
"""Before the entry, between entry and posting, between posting and event, between event and commit."""
PAID = 1_000_00


@contextmanager
def held_at(owner_url: str, table: str) -> Iterator[Callable[[], None]]:
    """Nobody writes `table` inside the block. Gives what waits until somebody wants to."""
    with psycopg.connect(owner_url) as holder:
        holder.execute(f"LOCK TABLE {table} IN SHARE MODE")  # type: ignore[call-overload]

        def wait() -> None:
            end = time.monotonic() + 10
            query = "SELECT 1 FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
            while not holder.execute(query, (table,)).fetchone():
                assert time.monotonic() < end, f"nobody came to {table}"
                time.sleep(0.02)

        yield wait
        holder.rollback()


def report(finance: Finance, loan: dict[str, Any], body: dict[str, Any], key: str) -> Any:
    """One try; None where no answer came."""
    headers = {
        "Authorization": f"Bearer {token(('bank',), org=QINGYU, sub='client:q', scope='bank')}",
        "Idempotency-Key": key,
        "If-Match": f'"{loan["version"]}"',
    }
    url = f"{finance.address}{PREFIX}/loans/{loan['id']}/repayments"
    try:
        return httpx.post(url, json=body, headers=headers, timeout=30)
    except httpx.HTTPError:
        return None


def counts(owner_url: str, loan: dict[str, Any]) -> dict[str, int]:
    """What stands of the loan's repayments in each place."""
    like = f"loan:{loan['reference']}:repayment:%"
    queries = {
        "entries": (
            "SELECT count(*) FROM loan_entries WHERE loan_id = %s AND kind = 'repayment'",
            loan["id"],
        ),
        "postings": ("SELECT count(*) FROM ledger_transactions WHERE reference LIKE %s", like),
        "events": (
            "SELECT count(*) FROM outbox WHERE type = 'finance.loan.repaid.v1' AND aggregate_id = %s",
            loan["id"],
        ),
        "covered": (
            "SELECT outstanding_fen FROM cover_reservations WHERE loan_reference = %s",
            loan["reference"],
        ),
        "version": ("SELECT version FROM loans WHERE id = %s", loan["id"]),
    }
    with psycopg.connect(owner_url) as db:
        return {
            name: int(db.execute(sql, (value,)).fetchone()[0])  # type: ignore[arg-type,index]
            for name, (sql, value) in queries.items()
        }


@pytest.fixture(scope="module")
async def drawn(
    fresh_database: Callable[[str], Any],
) -> tuple[Any, list[dict[str, Any]]]:
    """A finance database with five loans, drawn."""
    urls = fresh_database("finance")
    async with running(SERVICE, urls.app) as made:
        for seed in SERVICE.seeds:
            await seed(made.app.state)
        house = House(made)
        return urls, [await house.drawn() for _ in range(len(PLACES) + 1)]


@pytest.fixture(scope="module")
def finance(drawn: Any, fresh_nats: Callable[[], str]) -> Iterator[Finance]:
    with issuer() as jwks:
        processes = Finance(drawn[0].app, fresh_nats(), jwks)
        processes.start("api")
        yield processes
        processes.stop()


def said(loan: dict[str, Any]) -> dict[str, Any]:
    return {
        "bank_reference": f"K-{uuid.uuid4().hex[:12]}", "amount_fen": PAID,
        "value_on": loan["starts_on"], "purpose": "prepayment",
    }  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_any_place_of_a_booking_nothing_is_lost_or_doubled(
    drawn: Any, finance: Finance, place: str
) -> None:
    urls, loans = drawn
    loan = loans[PLACES.index(place)]
    before, body, key = counts(urls.owner, loan), said(loan), uuid.uuid4().hex
    answers: list[Any] = []
    with held_at(urls.owner, place) as wait:
        sender = threading.Thread(target=lambda: answers.append(report(finance, loan, body, key)))
        sender.start()
        wait()
        finance.kill("api")
        sender.join()
    assert answers == [None]
    assert counts(urls.owner, loan) == before
    finance.start("api")
    for _ in range(2):  # a bank that had no answer, and one that asks once more
        reply = report(finance, loan, body, key)
        assert reply.status_code == 201, reply.text
    assert counts(urls.owner, loan) == {
        "entries": 1, "postings": 1, "events": 1, "covered": MONEY - PAID,
        "version": before["version"] + 1,
    }  # fmt: skip


async def test_a_worker_killed_after_publishing_publishes_an_event_once(
    drawn: Any, finance: Finance
) -> None:
    urls, loans = drawn
    loan = loans[-1]
    reply = await asyncio.to_thread(report, finance, loan, said(loan), uuid.uuid4().hex)
    assert reply.status_code == 201
    with held_at(urls.owner, "outbox") as wait:
        finance.start("worker")
        await asyncio.to_thread(_wait_for_marking, wait)
        finance.kill("worker")
    finance.start("worker")
    await asyncio.to_thread(_published, urls.owner)
    client = await nats.connect(finance.nats_url)
    try:
        stream = client.jetstream()
        total = (await stream.stream_info("finance")).state.messages
        ids = []
        for number in range(1, total + 1):
            message = await stream.get_msg("finance", number)
            ids.append((message.headers or {})["Nats-Msg-Id"])
    finally:
        await client.close()
    with psycopg.connect(urls.owner) as db:
        written = {str(row[0]) for row in db.execute("SELECT event_id FROM outbox").fetchall()}
    assert sorted(ids) == sorted(written)


def _wait_for_marking(wait: Callable[[], None]) -> None:
    """The relay has published its batch and wants to mark it."""
    end = time.monotonic() + 40
    while True:
        try:
            return wait()
        except AssertionError:
            if time.monotonic() > end:
                raise


def _published(owner_url: str) -> None:
    end = time.monotonic() + 40
    with psycopg.connect(owner_url, autocommit=True) as db:
        query = "SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1"
        while db.execute(query).fetchone():
            assert time.monotonic() < end, "not published"
            time.sleep(0.1)
