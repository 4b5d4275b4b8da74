"""A company at a carrier's address: by the grant, by nobody else's, once, and marked when it is over."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.registration.addresses.errors import AddressGrantUsedUp
from services.registration.addresses.service import claim_grant
from tests.fixtures.callers import Caller
from tests.services.registration.addresses.conftest import Carrier
from tests.services.registration.filings.conftest import CHEN, LIN, ZHOU, House, form

Domicile = Callable[..., dict[str, Any]]


async def drafted(house: House, founder: Caller, domicile: dict[str, Any], **changes: Any) -> Any:
    """A draft without any uploaded document."""
    body = form(await house.reserve(founder), domicile=domicile, **changes)
    made = await founder.post("/cases", json={"matter": "company-establishment", "form": body})
    assert made.status_code == 201, made.text
    return made.json()


async def signed(house: House, founder: Caller, domicile: dict[str, Any]) -> Any:
    case = await drafted(house, founder, domicile)
    sent = await house.act(founder, case, "send_for_signing")
    assert sent.status_code == 200, sent.text
    done = await house.sign(founder, sent.json())
    assert done.status_code == 200, done.text
    return done.json()


async def registered(house: House, founder: Caller, domicile: dict[str, Any]) -> Any:
    case = await signed(house, founder, domicile)
    await house.work()
    done = await house.read(founder, case)
    assert done["state"] == "registered", done["facts"]
    return done


async def entity(house: House, uscc: str) -> dict[str, Any]:
    found: dict[str, Any] = (await house.running.anonymous.get(f"/entities/{uscc}")).json()
    return found


async def rows(house: House, query: str, **values: Any) -> list[Any]:
    async with house.running.app.state.database.reader() as connection:
        return list(await connection.execute(text(query), values))


@pytest.mark.policy("C011")
@pytest.mark.policy("B023")
async def test_with_a_grant_a_company_is_registered_at_once_without_any_proof(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    founder, grant = house.founder(), await carrier.grant()
    offered = (await founder.get("/address-grants")).json()["items"]
    assert grant["code"] in [item["code"] for item in offered]
    case = await registered(house, founder, domicile(grant))
    assert case["facts"]["instant"] is True
    found = await entity(house, case["facts"]["uscc"])
    assert found["address_status"] == "hosted"
    assert found["domicile"] == "云川省青屿市江湾区创业路34号集群注册区（集群注册）"
    issued = await rows(
        house,
        "SELECT data FROM outbox WHERE type = 'registration.licence.issued.v1'"
        " AND data->>'uscc' = :uscc",
        uscc=case["facts"]["uscc"],
    )
    assert [row.data["address_grant"] for row in issued] == [grant["code"]]
    assert grant["code"] not in [
        item["code"] for item in (await founder.get("/address-grants")).json()["items"]
    ]


async def test_without_a_grant_the_licence_names_none_and_proof_is_needed(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    await house.sign(founder, case)
    await house.work()
    uscc = (await house.read(founder, case))["facts"]["uscc"]
    assert (await entity(house, uscc))["address_status"] == "own"
    issued = await rows(
        house,
        "SELECT data FROM outbox WHERE data->>'uscc' = :uscc AND type LIKE '%issued%'",
        uscc=uscc,
    )
    assert [row.data["address_grant"] for row in issued] == [None]


async def test_a_hosted_address_without_a_grant_still_needs_proof_and_an_officer(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    founder, grant = house.founder(), await carrier.grant()
    place = domicile(grant, address_grant=None)
    case = await drafted(house, founder, place)
    reply = await house.act(founder, case, "send_for_signing")
    assert [e["code"] for e in reply.json()["errors"]] == ["material_missing"]
    await house.upload(founder, case["id"])
    sent = await house.act(founder, case, "send_for_signing")
    await house.sign(founder, sent.json())
    await house.work()
    present = await house.read(founder, case)
    assert {j["code"] for j in present["facts"]["judgements"]} == {"shared_address"}


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"street": "创业路35号集群注册区"}, "address_differs_from_grant", "/form/domicile/street"),
        ({"region_code": "980102"}, "address_differs_from_grant", "/form/domicile/region_code"),
        ({"kind": "leased"}, "address_grant_needs_hosted", "/form/domicile/kind"),
        (
            {"address_grant": "HA22222222"},
            "address_grant_not_yours",
            "/form/domicile/address_grant",
        ),
    ],
)
async def test_the_form_says_what_the_grant_says(
    house: House,
    carrier: Carrier,
    domicile: Domicile,
    changes: dict[str, Any],
    code: str,
    pointer: str,
) -> None:
    founder, grant = house.founder(), await carrier.grant()
    case = await drafted(house, founder, domicile(grant, **changes))
    reply = await house.act(founder, case, "send_for_signing")
    assert (reply.status_code, reply.json()["code"]) == (422, "form_incomplete")
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in reply.json()["errors"]}


async def test_a_code_of_another_form_is_refused_at_once(house: House) -> None:
    founder = house.founder()
    place = {"region_code": "980101", "street": "创业路34号", "kind": "hosted", "area_m2": 5}
    body = form(await house.reserve(founder), domicile=place | {"address_grant": "ha-1"})
    reply = await founder.post("/cases", json={"matter": "company-establishment", "form": body})
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == "/form/domicile/address_grant"


async def test_a_strangers_grant_is_as_unknown_as_none(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    """Neither applicant nor shareholder: even that the code exists is not told."""
    founder, grant = house.founder(), await carrier.grant(CHEN)
    case = await drafted(house, founder, domicile(grant, street="任意街道1号"))
    reply = await house.act(founder, case, "send_for_signing")
    assert [e["code"] for e in reply.json()["errors"]] == ["address_grant_not_yours"]
    assert grant["code"] not in (await founder.get("/address-grants")).text


async def test_a_shareholder_may_bring_the_grant(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    founder, grant = house.founder(), await carrier.grant(ZHOU)
    case = await drafted(house, founder, domicile(grant), holders=(LIN, ZHOU))
    body = form(case["form"]["name_reservation_id"], holders=(LIN, ZHOU), domicile=domicile(grant))
    saved = await founder.put(
        f"/cases/{case['id']}/form", json={"form": body}, version=case["version"]
    )
    reply = await house.act(founder, saved.json(), "send_for_signing")
    assert reply.status_code == 200, reply.text


@pytest.mark.parametrize("over", ["closing", "ended", "not_yet", "past"])
async def test_a_grant_out_of_its_time_is_refused(
    house: House, carrier: Carrier, domicile: Domicile, over: str
) -> None:
    founder, day = house.founder(), carrier.today
    dates = {
        "not_yet": {
            "valid_from": day.replace(year=day.year + 1),
            "valid_to": day.replace(year=day.year + 2),
        },
        "past": {
            "valid_from": day.replace(year=day.year - 2),
            "valid_to": day.replace(year=day.year - 1),
        },
    }
    grant = await carrier.grant(**dates.get(over, {}))
    if over == "closing":
        await carrier.close(grant)
    if over == "ended":
        await carrier.end(grant)
    case = await drafted(house, founder, domicile(grant))
    reply = await house.act(founder, case, "send_for_signing")
    assert [e["code"] for e in reply.json()["errors"]] == ["address_grant_over"]


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


async def test_who_may_list_what(house: House, carrier: Carrier) -> None:
    grant = await carrier.grant()
    for caller, path, status in (
        (house.running.anonymous, "/hosted-addresses", 401),
        (house.founder(), "/hosted-addresses", 403),
        (house.running.caller("bank", org="qingyu-example-bank"), "/hosted-addresses", 403),
        (house.running.anonymous, "/address-grants", 401),
        (house.officer(), "/address-grants", 403),
    ):
        assert (await caller.get(path)).status_code == status, path
    theirs = (await house.founder(CHEN).get("/address-grants")).json()["items"]
    assert grant["code"] not in [item["code"] for item in theirs]
    bad = await house.officer().get("/hosted-addresses?cursor=bad")
    assert (bad.status_code, bad.json()["code"]) == (400, "invalid_cursor")


async def test_firms_at_hosted_addresses_come_in_pages(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    founder, officer, grant = house.founder(), house.officer(), await carrier.grant(uses_max=2)
    made = {(await registered(house, founder, domicile(grant)))["facts"]["uscc"] for _ in range(2)}
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 1}
    while True:
        body = (await officer.get("/hosted-addresses", params=params)).json()
        seen += [row["uscc"] for row in body["items"]]
        if body["next"] is None:
            break
        params["cursor"] = body["next"]
    assert len(set(seen)) == len(seen)
    assert made <= set(seen)
