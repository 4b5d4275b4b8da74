"""A reserved name and the company that takes it: registered, refused, given back."""

import uuid
from datetime import timedelta

import pytest

from kit.clock import Clock
from kit.errors import NotFound
from services.registration.names.errors import ReservationEnded, ReservationInUse
from services.registration.names.handover import (
    confirm_reservation,
    stop_using_reservation,
    use_reservation,
)
from services.registration.names.jobs import lapse_names
from tests.fixtures.callers import Caller, Running
from tests.services.registration.names.reserving import check, reserve


async def test_a_licence_makes_the_name_the_enterprises(
    service: Running, founder: Caller, clock: Clock
) -> None:
    held = (await reserve(founder, "青屿抱朴食品有限公司")).json()
    name_id, case_id = uuid.UUID(held["id"]), uuid.uuid4()
    database = service.app.state.database
    async with database.transaction() as session:
        await use_reservation(session, name_id, case_id=case_id, clock=clock)
    used = (await founder.get(f"/name-reservations/{held['id']}")).json()
    path = f"/name-reservations/{held['id']}/actions/release"
    refused = await founder.post(path, version=used["version"])
    assert refused.json()["code"] == "name_reservation_in_use"
    async with database.transaction() as session:
        with pytest.raises(ReservationInUse):
            await use_reservation(session, name_id, case_id=uuid.uuid4(), clock=clock)
    clock.offset = timedelta(days=75)  # the application came in time, so the name has not lapsed
    try:
        await lapse_names(service.app.state)
        for _ in range(2):
            async with database.transaction() as session:
                await confirm_reservation(
                    session, name_id, case_id=case_id, uscc="91980101XY0000AB12", clock=clock
                )
    finally:
        clock.offset = timedelta()
    body = await check(founder, "青屿抱朴食品有限公司")
    assert body["reasons"][0]["existing"]["reference"] == "91980101XY0000AB12"
    assert body["reasons"][0]["existing"]["state"] == "registered"


async def test_a_refused_application_leaves_the_name_reserved(
    service: Running, founder: Caller, clock: Clock
) -> None:
    held = (await reserve(founder, "青屿守拙食品有限公司")).json()
    name_id, case_id = uuid.UUID(held["id"]), uuid.uuid4()
    database = service.app.state.database
    async with database.transaction() as session:
        await use_reservation(session, name_id, case_id=case_id, clock=clock)
        await stop_using_reservation(session, name_id, case_id=case_id)
    now = (await founder.get(f"/name-reservations/{held['id']}")).json()
    assert (now["state"], now["case_id"]) == ("reserved", None)
    async with database.transaction() as session:
        with pytest.raises(NotFound):
            await use_reservation(session, uuid.uuid4(), case_id=case_id, clock=clock)
    await founder.post(f"/name-reservations/{held['id']}/actions/release", version=now["version"])
    async with database.transaction() as session:
        with pytest.raises(ReservationEnded):
            await use_reservation(session, name_id, case_id=case_id, clock=clock)
