"""Each test files on a database of its own: titles and clocks would else meet."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.carriers.carriers.seed import seed_carriers
from services.carriers.composition import SERVICE
from services.carriers.recognition.seed import seed_experts
from tests.fixtures.callers import Running, running
from tests.services.carriers.recognition.applying import Filing


@pytest.fixture
async def fresh(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("carriers").app) as made:
        await seed_carriers(made.app.state)
        await seed_experts(made.app.state)
        yield made


@pytest.fixture
def filing(fresh: Running) -> Filing:
    return Filing(fresh)
