"""2,000 random operations on one pool and one budget, several connections at once: every invariant of
books, pool, budget and vouchers holds after each batch.

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
from services.finance.pools.vouchers import store
from tests.services.finance.pools.funds import FIRST, a_budget, a_pool, check_funds
from tests.services.finance.pools.town import BUDGET, POOL, Town, Undone

OPERATIONS, BATCH, AT_ONCE = 2_000, 200, 8


@pytest.fixture
async def database(fresh_database: Callable[[str], Any]) -> AsyncIterator[Database]:
    made = Database(fresh_database("finance").app, pool_size=AT_ONCE)
    yield made
    await made.close()


async def test_2000_random_operations_at_once_break_no_invariant(database: Database) -> None:
    await a_pool(
        database, POOL, money={"province": 20_000, "city": 15_000, "county": 5_000},
        npl_stop_rate=Decimal("0.45"), npl_judged_from_fen=100_000,
    )  # fmt: skip
    await a_budget(database, BUDGET, money=20_000)
    async with database.reader() as connection:
        opening = await store.list_vouchers(
            connection, FIRST, state=None, pool_code=None, budget_code=None, after=None, limit=10
        )
    town, happened = Town(20261122, [each.id for each in opening]), Counter[str]()

    async def one() -> None:
        try:
            async with database.transaction() as session:
                name = await town.happen(session)
            happened[name] += 1
        except ActionBlocked as refusal:
            happened[refusal.errors[0].code] += 1
        except (Problem, ValueError, Undone) as refusal:
            happened[getattr(refusal, "code", type(refusal).__name__)] += 1

    async def worker(count: int) -> None:
        for _ in range(count):
            await one()

    for _ in range(OPERATIONS // BATCH):
        await asyncio.gather(*(worker(BATCH // AT_ONCE) for _ in range(AT_ONCE)))
        await check_funds(database)
    assert sum(happened.values()) == OPERATIONS
    # the run is worth something only if all of this was met
    met = {
        "reserve", "release", "restore", "compensate", "recover", "claw_back", "commit", "oblige",
        "pay", "release_budget", "pool_exhausted", "base_exceeds_cover", "budget_exhausted",
        "already_clawed_back", "Undone", "propose", "confirm", "withdraw", "expire", "reverse",
        "same_person_decides", "money_bound", "illegal_transition",
    }  # fmt: skip
    assert met - set(happened) == set(), happened
    assert sum(happened[name] for name in ("reserve", "compensate", "recover", "pay")) > 100, (
        happened
    )
