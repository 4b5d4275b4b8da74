"""A running registration, a founder without a name, and the business clock."""

import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from kit.clock import Clock
from services.registration.composition import SERVICE
from tests.fixtures.callers import Caller, Running, running


@pytest.fixture(scope="module")
async def service(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("registration").app) as made:
        yield made


@pytest.fixture
def founder(service: Running) -> Caller:
    return service.caller("founder", sub=f"founder-{uuid.uuid4().hex[:6]}", person=uuid.uuid4().hex)


@pytest.fixture
def clock(service: Running) -> Clock:
    return service.app.state.clock
