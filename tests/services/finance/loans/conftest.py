"""A sandboxed finance of its own for each file; after it, books and cover must say what the loans say."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.finance.composition import SERVICE
from tests.fixtures.callers import running
from tests.services.finance.loans.house import House


@pytest.fixture(scope="module")
async def house(fresh_database: Callable[[str], Any]) -> AsyncIterator[House]:
    async with running(SERVICE, fresh_database("finance").app, sandbox=True) as made:
        for seed in SERVICE.seeds:
            await seed(made.app.state)
        yield House(made)
        await House(made).check_books()
