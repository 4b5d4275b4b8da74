"""A registration service with the demonstration's register on a database of its own."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.registration.composition import SERVICE
from services.registration.register.seed import seed
from tests.fixtures.callers import Running, running


@pytest.fixture(scope="module")
def urls(fresh_database: Callable[[str], Any]) -> Any:
    return fresh_database("registration")


@pytest.fixture(scope="module")
async def service(urls: Any) -> AsyncIterator[Running]:
    async with running(SERVICE, urls.app) as made:
        await seed(made.app.state)
        yield made
