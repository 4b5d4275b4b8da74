"""The bank API on a migrated database, with two banks that know nothing of each other."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from services.finance.composition import SERVICE
from tests.fixtures.callers import Caller, Running, running

QINGYU, SONGLING = "qingyu-example-bank", "songling-example-bank"
PREFIX = "/api/finance/bank/v1"


def bank(service: Running, org: str = QINGYU, **claims: Any) -> Caller:
    """A bank's own system, calling below the bank prefix."""
    caller = service.caller("bank", org=org, sub=f"client:{org}", **{"scope": "bank", **claims})
    return Caller(caller.client, PREFIX, caller.headers)


@dataclass
class Banks:
    """Finance with two banks."""

    service: Running
    qingyu: Caller
    songling: Caller


@pytest.fixture(scope="module")
async def banks(fresh_database: Callable[[str], Any]) -> AsyncIterator[Banks]:
    async with running(SERVICE, fresh_database("finance").app, sandbox=True) as service:
        for seed in SERVICE.seeds:
            await seed(service.app.state)
        yield Banks(service, bank(service), bank(service, SONGLING))
