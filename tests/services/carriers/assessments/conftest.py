"""A carrier with a title, and the business clock set where its year begins."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.carriers.carriers.seed import seed_carriers
from services.carriers.composition import SERVICE
from tests.fixtures.callers import running
from tests.services.carriers.assessments.reporting import Titled


@pytest.fixture
async def titled(fresh_database: Callable[[str], Any]) -> AsyncIterator[Titled]:
    async with running(SERVICE, fresh_database("carriers").app) as made:
        await seed_carriers(made.app.state)
        found = Titled(made)
        await found.begin()
        yield found
