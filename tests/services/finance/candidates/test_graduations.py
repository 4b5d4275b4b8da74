"""A graduation that carriers tells of reaches this service over real NATS, once."""

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from contracts.events.carriers import TenancyGraduated
from kit.db import Database
from kit.inbox import run_inbox
from kit.outbox import Event, Relay, emit
from services.finance.candidates import store
from services.finance.jobs import inbox
from tests.services.finance.borrowing import Company, World


async def _say(carriers: Database, company: Company, world: World) -> None:
    tenancy = uuid.uuid4()
    data = TenancyGraduated(
        tenancy_id=tenancy,
        reference="T20270101-000001",
        carrier_code="QM-001",
        uscc=company.uscc,
        ground="financed",
        on=world.today,
    )
    event = Event(
        type="carriers.tenancy.graduated.v1",
        aggregate=("tenancy", str(tenancy)),
        sequence=1,
        data=data,
        audience=("staff",),
        occurred_at=datetime.now(UTC),
    )
    async with carriers.transaction() as session:
        await emit(session, event)


async def test_finance_hears_who_graduated(
    world: World, fresh_database: Callable[[str], Any], fresh_nats: Callable[[], str]
) -> None:
    company, nats_url = await world.company(), fresh_nats()
    carriers = Database(fresh_database("carriers").app)
    address = carriers.url.set(drivername="postgresql").render_as_string(hide_password=False)
    finance = world.finance.app.state.database
    tasks = [
        asyncio.create_task(
            Relay(service="carriers", database_url=address, nats_url=nats_url).run()
        ),
        asyncio.create_task(run_inbox(inbox, nats_url, finance)),
    ]
    await _say(carriers, company, world)
    found = None
    async with asyncio.timeout(30):
        while found is None:
            async with finance.reader() as connection:
                found = await store.graduation_of(connection, company.uscc, on=world.today)
            await asyncio.sleep(0.05)
    assert (found.carrier_code, found.ground) == ("QM-001", "financed")
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    await carriers.close()
