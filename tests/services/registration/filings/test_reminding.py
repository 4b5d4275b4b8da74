"""Whoever has to answer is reminded once before the last day, and nobody else is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kit.cases.reminding import remind_due
from kit.crypto import person_hash
from kit.sweeping import sweep_all
from kit.tables import outbox
from services.registration.matters import MATTERS
from tests.services.registration.filings.conftest import KEY, LIN, ZHOU, House
from tests.services.registration.filings.test_review import waiting_for_a_person


@asynccontextmanager
async def on(house: House, day: date) -> AsyncIterator[None]:
    """That business day."""
    clock = house.running.app.state.clock
    clock.offset = timedelta()
    clock.offset = timedelta(days=(day - clock.today()).days)
    try:
        yield
    finally:
        clock.offset = timedelta()


async def reminders(house: House, case: dict[str, Any]) -> list[Any]:
    query = select(outbox.c.data, outbox.c.audience).where(
        outbox.c.type == "registration.case.reminded.v1",
        outbox.c.data["case_id"].astext == case["id"],
    )
    async with house.running.app.state.database.reader() as connection:
        return list(await connection.execute(query.order_by(outbox.c.id)))


def person(who: dict[str, str]) -> str:
    return f"person:{person_hash(who['id_number'], person_key=KEY)}"


async def test_who_has_not_signed_is_reminded_once_three_days_before(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder, holders=(LIN, ZHOU))
    await house.sign(founder, case)
    last = date.fromisoformat(case["answer_by"])
    async with on(house, last - timedelta(days=4)):
        await sweep_all(house.running.app.state)
    assert await reminders(house, case) == []
    async with on(house, last - timedelta(days=3)):
        state = house.running.app.state
        await asyncio.gather(*(remind_due(state, MATTERS) for _ in range(4)))
        await sweep_all(state)
    async with on(house, last - timedelta(days=1)):
        await sweep_all(house.running.app.state)
    ((data, audience),) = await reminders(house, case)
    assert data["due_on"] == last.isoformat()
    assert list(audience) == [person(ZHOU)]


@pytest.mark.parametrize("answered", [True, False])
async def test_a_correction_reminds_its_applicant_and_not_who_has_answered(
    house: House, answered: bool
) -> None:
    founder, officer = house.founder(), house.officer()
    case = await house.read(officer, await waiting_for_a_person(house, founder))
    ask = {"reason": "材料不完整", "items": ["租赁合同缺少签章"]}
    asked = await house.act(officer, case, "request_correction", **ask)
    assert asked.status_code == 200, asked.text
    case = await house.read(founder, case)
    last = date.fromisoformat(case["answer_by"])
    if answered:
        done = await house.act(founder, case, "withdraw")
        assert done.status_code == 200, done.text
    async with on(house, last):
        await sweep_all(house.running.app.state)
    found = await reminders(house, case)
    assert len(found) == (0 if answered else 1)
    for _, audience in found:
        assert set(audience) == {f"sub:sub-{LIN['name']}", person(LIN)}


async def test_the_day_after_it_is_over_and_nobody_is_reminded(house: House) -> None:
    case = await house.signing(house.founder(), holders=(LIN, ZHOU))
    async with on(house, date.fromisoformat(case["answer_by"]) + timedelta(days=1)):
        await sweep_all(house.running.app.state)
    assert await reminders(house, case) == []
