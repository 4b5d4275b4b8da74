"""Finance on a migrated database of its own, with the demonstration data."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit.clock import SHANGHAI
from services.finance.composition import SERVICE
from services.finance.partners.seed import seed_partners
from services.finance.products.seed import seed_products
from tests.fixtures.callers import Running, running
from tests.services.finance.borrowing import World

START = datetime(2027, 3, 1, 9, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
async def finance(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("finance").app) as made:
        await seed_products(made.app.state)
        await seed_partners(made.app.state)
        yield made


@pytest.fixture
def world(finance: Running) -> Iterator[World]:
    """Everybody around the service, on Monday 1 March 2027 in the morning, whatever the machine says."""
    clock = finance.app.state.clock
    clock.offset = START - datetime.now(UTC)
    yield World(finance)
    clock.offset = timedelta()
