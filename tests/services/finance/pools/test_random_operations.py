"""2,000 random operations on two pools and one budget, several connections at once: every invariant of
books, pools, budget and vouchers holds after each batch.

Who comes first decides what happens, so no seed makes two runs alike. A pool may end empty, or stopped for
good; therefore a season is short and the next one opens new pools, and a run goes on until it has met all
that makes it worth something.

What the checks can see, and that the database refuses even where a service does not ask, is shown by
test_breaking.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

import pytest

from kit.cases.errors import ActionBlocked
from kit.db import Database
from kit.errors import Problem
from services.finance.pools.rules import Share
from services.finance.pools.vouchers import store
from tests.services.finance.pools.funds import FIRST, a_budget, a_pool, check_funds
from tests.services.finance.pools.town import Town, Undone

OPERATIONS, SEASON, BATCH, AT_ONCE = 2_000, 400, 200, 8
LONGEST = 5 * OPERATIONS
MONEY: dict[Share, int] = {"province": 20_000, "city": 15_000, "county": 5_000}
MET = {
    "reserve", "release", "restore", "compensate", "recover", "claw_back", "commit", "oblige",
    "pay", "release_budget", "pool_exhausted", "pool_stopped", "base_exceeds_cover",
    "budget_exhausted", "already_clawed_back", "Undone", "propose", "confirm", "withdraw", "expire",
    "reverse", "same_person_decides", "money_bound", "illegal_transition",
}  # fmt: skip


@pytest.fixture
async def database(fresh_database: Callable[[str], Any]) -> AsyncIterator[Database]:
    made = Database(fresh_database("finance").app, pool_size=AT_ONCE)
    yield made
    await made.close()


async def a_town(database: Database, number: int) -> Town:
    """New pools and a new budget: one pool is never stopped and is full in the end, one stops early."""
    full, strict, budget = f"full-{number}", f"strict-{number}", f"budget-{number}"
    await a_pool(database, full, money=MONEY)
    await a_pool(
        database, strict, money=MONEY, npl_stop_rate=Decimal("0.2"), npl_judged_from_fen=20_000
    )
    await a_budget(database, budget, money=20_000)
    async with database.reader() as connection:
        opening = await store.list_vouchers(
            connection, FIRST, state=None, pool_code=full, budget_code=None, after=None, limit=10
        )
    return Town(number, (full, strict), budget, [each.id for each in opening])


async def test_2000_random_operations_at_once_break_no_invariant(database: Database) -> None:
    happened = Counter[str]()

    async def one(town: Town) -> None:
        try:
            async with database.transaction() as session:
                name = await town.happen(session)
            happened[name] += 1
        except ActionBlocked as refusal:
            happened[refusal.errors[0].code] += 1
        except (Problem, ValueError, Undone) as refusal:
            happened[getattr(refusal, "code", type(refusal).__name__)] += 1

    async def worker(town: Town, count: int) -> None:
        for _ in range(count):
            await one(town)

    while (done := sum(happened.values())) < OPERATIONS or (MET - set(happened) and done < LONGEST):
        town = await a_town(database, done)
        for _ in range(SEASON // BATCH):
            await asyncio.gather(*(worker(town, BATCH // AT_ONCE) for _ in range(AT_ONCE)))
            await check_funds(database)
    assert MET - set(happened) == set(), happened
    assert sum(happened[name] for name in ("reserve", "compensate", "recover", "pay")) > 100, (
        happened
    )
