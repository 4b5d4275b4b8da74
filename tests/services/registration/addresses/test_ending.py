"""A grant that is over: its firms are marked, whenever and however often the news comes."""

from tests.services.registration.addresses.conftest import Carrier
from tests.services.registration.addresses.hosting import (
    Domicile,
    drafted,
    entity,
    registered,
    rows,
    signed,
)
from tests.services.registration.filings.conftest import LIN, House


async def test_when_the_grant_ends_the_address_lapses_for_everybody_to_see(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    founder, grant = house.founder(), await carrier.grant()
    uscc = (await registered(house, founder, domicile(grant)))["facts"]["uscc"]
    before = await entity(house, uscc)
    officer, elsewhere = house.officer(), house.officer(region="980200")
    await carrier.close(grant)
    closing = (await officer.get("/hosted-addresses?state=closing")).json()["items"]
    assert uscc in [row["uscc"] for row in closing]
    assert (await entity(house, uscc))["address_status"] == "hosted"
    await carrier.end(grant, reason="graduated")
    after = await entity(house, uscc)
    assert after["address_status"] == "lapsed"
    assert after["version"] == before["version"] + 1
    lapsed = (await officer.get("/hosted-addresses?state=lapsed")).json()["items"]
    mine = next(row for row in lapsed if row["uscc"] == uscc)
    assert (mine["reason"], mine["lapsed_on"]) == ("graduated", str(carrier.today))
    assert (mine["carrier_code"], mine["grant_code"]) == ("ZC-001", grant["code"])
    assert uscc not in (await elsewhere.get("/hosted-addresses?state=lapsed")).text
    told = await rows(
        house,
        "SELECT data, audience FROM outbox WHERE type = 'registration.address.lapsed.v1'"
        " AND data->>'uscc' = :uscc",
        uscc=uscc,
    )
    assert [row.data["reason"] for row in told] == ["graduated"]
    assert [a for a in told[0].audience if a.startswith("person:")]


async def test_the_same_end_again_changes_nothing(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    founder, grant = house.founder(), await carrier.grant()
    uscc = (await registered(house, founder, domicile(grant)))["facts"]["uscc"]
    await carrier.end(grant)
    once = await entity(house, uscc)
    await carrier.end(grant, sequence=4)
    await carrier.close(grant, sequence=2)
    await carrier.tell("granted", grant, sequence=1)
    assert await entity(house, uscc) == once


async def test_events_in_the_wrong_order_end_the_same(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    founder, grant = house.founder(), carrier.values(LIN)
    await carrier.end(grant, sequence=3)
    await carrier.close(grant, sequence=2)
    await carrier.tell("granted", grant, sequence=1)
    case = await drafted(house, founder, domicile(grant))
    reply = await house.act(founder, case, "send_for_signing")
    assert [e["code"] for e in reply.json()["errors"]] == ["address_grant_over"]


async def test_a_grant_that_ends_between_signing_and_approval_stops_the_approval(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    founder, grant = house.founder(), await carrier.grant()
    case = await signed(house, founder, domicile(grant))
    await carrier.end(grant, reason="revoked")
    await house.work()
    present = await house.read(founder, case)
    assert present["state"] == "under_review"
    assert {j["code"] for j in present["facts"]["judgements"]} == {"address_grant_over"}
