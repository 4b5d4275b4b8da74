"""苗圃 → 孵化器 over the wire: two services that never call each other, and what each hears of the other.

A team has a seat; the carrier grants its address; the company is registered there; the tenancy becomes the
firm's; the firm leaves; grace runs out; the register says that the address has lapsed.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from kit.crypto import person_hash
from kit.inbox import run_inbox
from kit.outbox import Relay
from services.carriers.jobs import inbox as carriers_inbox
from services.registration.jobs import inbox as registration_inbox
from tests.services.carriers.place import Place, place
from tests.services.registration.filings.conftest import KEY, LIN, House, form

__all__ = ["place"]


@pytest.fixture
async def wired(house: House, place: Place, fresh_nats: Callable[[], str]) -> AsyncIterator[None]:
    """Both services' relays and subscriptions on one NATS account."""
    nats_url = fresh_nats()
    sides = (
        ("registration", house.database_url, registration_inbox, house.running.app.state.database),
        ("carriers", place.url, carriers_inbox, place.state.database),
    )
    tasks = []
    for name, url, inbox, database in sides:
        relay = Relay(service=name, database_url=url, nats_url=nats_url)
        tasks.append(asyncio.create_task(relay.run()))
        tasks.append(asyncio.create_task(run_inbox(inbox, nats_url, database)))
    yield
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110  another process's tables cannot wake us
            await asyncio.sleep(0.05)


@pytest.mark.policy_part("B019")
@pytest.mark.policy_part("C011")
async def test_a_team_becomes_a_firm_at_its_carriers_address_and_leaves_it(
    house: House, place: Place, wired: None
) -> None:
    person = person_hash(LIN["id_number"], person_key=KEY)
    tenant = place.running.caller("founder", sub="sub-林晓舟", person=person, name="林晓舟")
    founder = house.founder()
    case = await place.tenant(tenant)
    made = await place.operator().post(f"/tenancies/{case['id']}/address-grants", json={})
    grant = made.json()

    async def heard() -> bool:
        return grant["code"] in (await founder.get("/address-grants")).text

    await eventually(heard)
    uscc = await _register(house, founder, grant)

    async def linked() -> bool:
        await place.work()
        return (await place.read(tenant, case))["facts"].get("uscc") == uscc

    await eventually(linked)
    await _leave(place, tenant, case)

    async def lapsed() -> bool:
        entity = (await house.running.anonymous.get(f"/entities/{uscc}")).json()
        return bool(entity["address_status"] == "lapsed")

    await eventually(lapsed)
    listed = (await house.officer().get("/hosted-addresses?state=lapsed")).json()["items"]
    mine = next(row for row in listed if row["uscc"] == uscc)
    assert (mine["grant_code"], mine["reason"]) == (grant["code"], "left")


async def _register(house: House, founder: Any, grant: dict[str, Any]) -> str:
    domicile = {
        "region_code": grant["region_code"],
        "street": grant["street"],
        "kind": "hosted",
        "area_m2": 5,
        "address_grant": grant["code"],
    }
    body = form(await house.reserve(founder), domicile=domicile)
    draft = await founder.post("/cases", json={"matter": "company-establishment", "form": body})
    sent = await house.act(founder, draft.json(), "send_for_signing")
    signed = await house.sign(founder, sent.json())
    await house.work()
    done = await house.read(founder, signed.json())
    assert done["state"] == "registered", done["facts"]
    return str(done["facts"]["uscc"])


async def _leave(place: Place, tenant: Any, case: dict[str, Any]) -> None:
    await place.done(tenant, await place.read(tenant, case), "leave")
    with place.later(days=91):
        await place.sweep()
