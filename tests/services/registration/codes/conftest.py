"""A registration service on a database of its own, shared by one test file."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.registration.composition import SERVICE
from tests.fixtures.callers import Caller, Running, running


@pytest.fixture(scope="module")
def urls(fresh_database: Callable[[str], Any]) -> Any:
    return fresh_database("registration")


@pytest.fixture(scope="module")
async def service(urls: Any) -> AsyncIterator[Running]:
    async with running(SERVICE, urls.app) as made:
        yield made


@pytest.fixture
def administrator(service: Running) -> Caller:
    return service.caller("administrator", sub="admin-1")
