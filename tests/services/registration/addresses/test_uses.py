"""A grant is used as often as it allows: two companies at once on a grant for one make one."""

import asyncio
from uuid import uuid4

from services.registration.addresses.errors import AddressGrantUsedUp
from services.registration.addresses.service import claim_grant
from tests.services.registration.addresses.conftest import Carrier
from tests.services.registration.addresses.hosting import (
    Domicile,
    drafted,
    registered,
    rows,
    signed,
)
from tests.services.registration.filings.conftest import House, form


async def test_two_companies_at_once_on_a_grant_for_one_make_one(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    """Both are in order when they are submitted; the database gives the use to one."""
    founder, grant = house.founder(), await carrier.grant()
    cases = [await signed(house, founder, domicile(grant)) for _ in range(2)]
    await house.work()  # both assessments at once; who loses finds it used when it tries again
    async with asyncio.timeout(60):
        while True:
            states = [(await house.read(founder, case))["state"] for case in cases]
            facts = [(await house.read(founder, case))["facts"] for case in cases]
            if "registered" in states and all(f.get("assessed") for f in facts):
                break
            await asyncio.sleep(0.2)
            await house.work()
    assert sorted(states) == ["registered", "under_review"]
    loser = cases[states.index("under_review")]
    officer = house.officer()
    present = await house.read(officer, loser)
    assert {j["code"] for j in present["facts"]["judgements"]} == {"address_grant_used_up"}
    reply = await house.act(officer, present, "approve")
    assert (reply.status_code, reply.json()["code"]) == (409, "rules_not_met")
    used = await rows(
        house, "SELECT uses FROM address_grants WHERE code = :code", code=grant["code"]
    )
    assert [row.uses for row in used] == [1]


async def test_two_officers_approving_two_companies_on_a_grant_for_one_make_one(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    founder, officer, grant = house.founder(), house.officer(), await carrier.grant()
    waiting = []
    for _ in range(2):
        body = form(await house.reserve(founder), domicile=domicile(grant))
        body["shareholders"][0]["method"] = "in_kind"  # lawful, but somebody has to look
        made = await founder.post("/cases", json={"matter": "company-establishment", "form": body})
        sent = await house.act(founder, made.json(), "send_for_signing")
        waiting.append((await house.sign(founder, sent.json())).json())
    await house.work()
    present = [await house.read(officer, case) for case in waiting]
    replies = await asyncio.gather(*(house.act(officer, case, "approve") for case in present))
    assert sorted(reply.status_code for reply in replies) == [200, 409]
    loser = next(reply.json() for reply in replies if reply.status_code == 409)
    assert loser["code"] in ("address_grant_used_up", "rules_not_met")
    used = await rows(
        house, "SELECT uses FROM address_grants WHERE code = :code", code=grant["code"]
    )
    assert [row.uses for row in used] == [1]


async def test_ten_claims_at_once_on_a_grant_for_three_take_three(
    house: House, carrier: Carrier
) -> None:
    grant = await carrier.grant(uses_max=3)

    async def one() -> bool:
        try:
            async with house.running.app.state.database.transaction() as session:
                await claim_grant(session, grant["code"], case_id=uuid4(), today=carrier.today)
        except AddressGrantUsedUp:
            return False
        return True

    assert sum(await asyncio.gather(*(one() for _ in range(10)))) == 3


async def test_a_grant_for_two_registers_two_and_no_third(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    founder, grant = house.founder(), await carrier.grant(uses_max=2)
    for _ in range(2):
        await registered(house, founder, domicile(grant))
    case = await drafted(house, founder, domicile(grant))
    reply = await house.act(founder, case, "send_for_signing")
    assert [e["code"] for e in reply.json()["errors"]] == ["address_grant_used_up"]
