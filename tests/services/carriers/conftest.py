"""Carriers on a migrated database of its own, with the demonstration data."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.carriers.carriers.seed import seed_carriers
from services.carriers.composition import SERVICE
from tests.fixtures.callers import Running, running


@pytest.fixture(scope="module")
async def carriers(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("carriers").app) as made:
        await seed_carriers(made.app.state)
        yield made
