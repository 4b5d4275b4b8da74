"""A thousand requests for one name at once: one gets it, everybody else is told who has it.

Two apps with their own connection pools on one database stand for two processes; nothing is faked.
"""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.registration.composition import SERVICE
from services.registration.names.handover import register_name
from tests.fixtures.callers import Caller, Running, running

REQUESTS = 1_000
IN_FLIGHT = 40  # what an edge lets through at once; the rest wait at its door
SEAT = "980102"
AppPair = tuple[Running, Running]


@pytest.fixture(scope="module")
async def apps(fresh_database: Callable[[str], Any]) -> AsyncIterator[AppPair]:
    url = fresh_database("registration").app
    async with AsyncExitStack() as stack:
        yield (
            await stack.enter_async_context(running(SERVICE, url)),
            await stack.enter_async_context(running(SERVICE, url)),
        )


def callers(apps: AppPair, count: int) -> list[Caller]:
    """As many different founders, alternating between the two apps."""
    return [
        apps[n % 2].caller("founder", sub=f"racer-{n}-{uuid.uuid4().hex[:6]}") for n in range(count)
    ]


async def answer(caller: Caller, name: str, door: asyncio.Semaphore) -> Any:
    """One request through the door; asked again with its key if the service sheds load (503)."""
    form = "joint_stock_company" if "股份" in name else "limited_company"
    form = "individual_business" if name.endswith("店") else form
    body = {"name": name, "region_code": SEAT, "organization_form": form}
    key = uuid.uuid4().hex
    async with door:
        reply = await caller.post("/name-reservations", json=body, key=key)
        while reply.status_code == 503:
            reply = await caller.post("/name-reservations", json=body, key=key)
    return reply


async def race(apps: AppPair, names: list[str]) -> tuple[Counter[int], list[Any], float]:
    began = time.perf_counter()
    racers = callers(apps, len(names))
    door = asyncio.Semaphore(IN_FLIGHT)
    replies = await asyncio.gather(
        *(answer(racer, name, door) for racer, name in zip(racers, names, strict=True))
    )
    return Counter(r.status_code for r in replies), replies, time.perf_counter() - began


async def test_a_thousand_requests_for_one_name_have_one_winner(
    apps: AppPair, capsys: pytest.CaptureFixture[str]
) -> None:
    counts, replies, took = await race(apps, ["青屿逐鹿食品有限公司"] * REQUESTS)
    with capsys.disabled():
        print(f"\n  race for one name: {dict(counts)} in {took:.1f} s")
    assert counts == {201: 1, 409: REQUESTS - 1}
    winner = next(r.json() for r in replies if r.status_code == 201)
    losers = [r.json() for r in replies if r.status_code == 409]
    assert {one["code"] for one in losers} == {"name_taken"}
    assert {one["existing"]["id"] for one in losers} == {winner["id"]}
    assert await counted(apps[0], "name_reservations") == 1
    assert await counted(apps[0], "outbox") == 1


async def counted(app: Running, table: str) -> int:
    async with app.app.state.database.reader() as reader:
        found = await reader.execute(text(f"SELECT count(*) FROM {table}"))
        return int(found.scalar_one())


async def test_a_mixed_race_has_one_winner(
    apps: AppPair, capsys: pytest.CaptureFixture[str]
) -> None:
    ways = [
        "青屿问鼎食品有限公司",
        "问鼎（青屿）食品有限公司",  # other order
        "青屿市松岭区问鼎食品股份有限公司",  # other region, other form
        "青嶼問鼎食品有限公司",  # traditional characters
        "青屿问鼎乳业食品有限公司",  # other words of the division
    ]
    names = [ways[n % len(ways)] for n in range(250)]
    counts, _, took = await race(apps, names)
    with capsys.disabled():
        print(f"\n  mixed race: {dict(counts)} in {took:.1f} s")
    assert counts == {201: 1, 409: 249}


async def test_with_and_without_an_industry_cannot_both_win(
    apps: AppPair, capsys: pytest.CaptureFixture[str]
) -> None:
    """No one unique key holds this: an individual business may say no industry."""
    counts, _, took = await race(apps, ["青屿争先食品有限公司", "青屿争先店"] * 50)
    with capsys.disabled():
        print(f"\n  with and without an industry: {dict(counts)} in {took:.1f} s")
    assert counts == {201: 1, 409: 99}


async def test_different_names_do_not_wait_for_each_other(apps: AppPair) -> None:
    names = [f"青屿{a}{b}食品有限公司" for a in "甲乙丙丁戊" for b in "梧桐松柏梅兰"]
    counts, _, _ = await race(apps, names)
    assert counts[201] >= 1
    assert set(counts) <= {201, 422}


async def test_the_claims_hold_where_the_lock_is_forgotten(apps: AppPair) -> None:
    """The unique claims alone: two transactions that skip the lock cannot both insert."""

    async def put(uscc: str) -> None:
        async with apps[0].app.state.database.transaction() as session:
            await register_name(session, "青屿独占食品有限公司", region_code=SEAT, uscc=uscc)

    done = await asyncio.gather(*(put(f"U{n}") for n in range(8)), return_exceptions=True)
    assert sum(isinstance(one, IntegrityError) for one in done) == 7
    assert sum(one is None for one in done) == 1
