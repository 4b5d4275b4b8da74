"""Finance on a migrated database of its own, with the demonstration data."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.finance.composition import SERVICE
from services.finance.products.seed import seed_products
from tests.fixtures.callers import Running, running


@pytest.fixture(scope="module")
async def finance(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("finance").app) as made:
        await seed_products(made.app.state)
        yield made
