"""Each test files on a database of its own: titles and clocks would else meet."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from kit.clock import SHANGHAI
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
        clock = made.app.state.clock
        clock.offset += a_monday() - clock.now()
        yield made


def a_monday() -> datetime:
    """The first one in the coming year's March: seven days of publicity that end on a weekend or in a long
    holiday end later, and these tests count in days."""
    march = datetime(datetime.now(SHANGHAI).year + 1, 3, 1, 9, tzinfo=SHANGHAI)
    return march + timedelta(days=-march.weekday() % 7)


@pytest.fixture
def filing(fresh: Running) -> Filing:
    return Filing(fresh)
