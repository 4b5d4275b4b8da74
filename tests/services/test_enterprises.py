"""The projection of licensed enterprises, the same in each service that has one: kept by real events over
real NATS, once each, scoped."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import nats
import pytest
from sqlalchemy import text

from contracts.events.registration import LicenceIssued
from kit.db import Database
from kit.inbox import run_inbox
from kit.outbox import Event, Relay, emit
from services.carriers import jobs as carriers_jobs
from services.carriers.composition import SERVICE as CARRIERS
from services.finance import jobs as finance_jobs
from services.finance.composition import SERVICE as FINANCE
from tests.fixtures.callers import Running, running

READERS = {"finance": (FINANCE, finance_jobs.inbox), "carriers": (CARRIERS, carriers_jobs.inbox)}


@pytest.fixture(scope="module", params=list(READERS))
async def reader(
    request: pytest.FixtureRequest, fresh_database: Callable[[str], Any]
) -> AsyncIterator[Running]:
    """A service that keeps the projection."""
    async with running(READERS[request.param][0], fresh_database(request.param).app) as made:
        yield made


@pytest.fixture(scope="module")
async def registration(
    reader: Running, fresh_database: Callable[[str], Any]
) -> AsyncIterator[Database]:
    """The database of the service that issues licences, one for each reader: only its outbox is used."""
    database = Database(fresh_database("registration").app)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def wired(
    reader: Running,
    registration: Database,
    fresh_nats: Callable[[], str],
) -> AsyncIterator[str]:
    """Registration's relay and this service's subscriptions, both running on one NATS account."""
    nats_url = fresh_nats()
    relay = Relay(
        service="registration",
        database_url=registration.url.set(drivername="postgresql").render_as_string(False),
        nats_url=nats_url,
    )
    tasks = [
        asyncio.create_task(relay.run()),
        asyncio.create_task(
            run_inbox(READERS[name_of(reader)][1], nats_url, reader.app.state.database)
        ),
    ]
    yield nats_url
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)


def name_of(reader: Running) -> str:
    name: str = reader.app.state.service.name
    return name


def a_licence(uscc: str, **changes: Any) -> LicenceIssued:
    values = {
        "case_id": uuid.uuid4(),
        "uscc": uscc,
        "enterprise_name": "青屿云帆软件有限公司",
        "region_code": "980101",
        "established_on": date(2026, 11, 20),
    }
    return LicenceIssued.model_validate(values | changes)


async def issue(database: Database, licence: LicenceIssued) -> None:
    event = Event(
        type="registration.licence.issued.v1",
        aggregate=("licence", licence.uscc),
        sequence=licence.licence_version,
        data=licence,
        audience=["public"],
    )
    async with database.transaction() as session:
        await emit(session, event)


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await holds():  # noqa: ASYNC110  another process's tables cannot wake us
            await asyncio.sleep(0.05)


async def known(service: Running) -> dict[str, str]:
    reply = await service.caller("administrator").get("/enterprises", params={"limit": 200})
    assert reply.status_code == 200, reply.text
    return {each["uscc"]: each["name"] for each in reply.json()["items"]}


async def test_a_licence_issued_by_registration_is_known_here(
    reader: Running, registration: Database, wired: str
) -> None:
    await issue(registration, a_licence("91980101XY00000123"))

    async def arrived() -> bool:
        return "91980101XY00000123" in await known(reader)

    await eventually(arrived)


async def test_a_repeated_message_has_one_effect_and_an_older_one_none(
    reader: Running, registration: Database, wired: str
) -> None:
    code = "92980102XY00000209"
    await issue(registration, a_licence(code, enterprise_name="旧名", licence_version=1))
    await issue(registration, a_licence(code, enterprise_name="新名", licence_version=2))

    async def renamed() -> bool:
        return (await known(reader)).get(code) == "新名"

    await eventually(renamed)
    database = reader.app.state.database
    client = await nats.connect(wired)
    first = await client.jetstream().get_msg("registration", 1)
    body = json.loads(first.data or b"")
    assert body["type"] == "registration.licence.issued.v1"
    # The same event again, but as a message that JetStream cannot recognise.
    for copy in range(3):
        await client.jetstream().publish(
            body["type"], first.data or b"", headers={"Nats-Msg-Id": f"copy-{copy}"}
        )
    last = await issue_and_wait(reader, registration, "93980201XY00000A6P")
    await client.close()
    assert last
    async with database.reader() as connection:
        rows = await connection.execute(
            text("SELECT count(*) FROM inbox WHERE key = :key"),
            {"key": f"{name_of(reader)}-enterprises:{body['id']}"},
        )
        assert rows.scalar_one() == 1
    assert (await known(reader))[code] == "新名"


async def issue_and_wait(service: Running, registration: Database, code: str) -> bool:
    """A later event of the same consumer: when it is there, all before it have been handled."""
    await issue(registration, a_licence(code, region_code="980201"))

    async def arrived() -> bool:
        return code in await known(service)

    await eventually(arrived)
    return True


async def test_an_officer_sees_only_the_enterprises_of_their_regions(
    reader: Running, registration: Database, wired: str
) -> None:
    await issue_and_wait(reader, registration, "91980101XY000008XX")
    elsewhere = reader.caller("officer", regions=["980300"])
    here = reader.caller("officer", regions=["980200"])
    nowhere = reader.caller("department_officer")
    assert (await elsewhere.get("/enterprises")).json()["items"] == []
    assert (await nowhere.get("/enterprises")).json()["items"] == []
    items = (await here.get("/enterprises")).json()["items"]
    assert {each["region_code"] for each in items} == {"980201"}


async def test_founders_and_strangers_do_not_list_enterprises(reader: Running) -> None:
    assert (await reader.caller("founder").get("/enterprises")).status_code == 403
    assert (await reader.anonymous.get("/enterprises")).status_code == 401
