"""The database of most tests here: a small pool, and every rule checked when a test is over."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from kit.db import Database
from tests.services.finance.pools.funds import a_pool, check_funds
from tests.services.finance.pools.small_pool import POOL, YUAN


@pytest.fixture
async def database(fresh_database: Callable[[str], Any]) -> AsyncIterator[Database]:
    made = Database(fresh_database("finance").app)
    await a_pool(made, POOL, money={"province": 1_000 * YUAN, "city": 1_000 * YUAN})
    yield made
    await check_funds(made)
    await made.close()
