"""A company at a carrier's address: by the grant, by nobody else's, as the grant says."""

from typing import Any

import pytest

from tests.services.registration.addresses.conftest import Carrier
from tests.services.registration.addresses.hosting import (
    Domicile,
    drafted,
    entity,
    registered,
    rows,
)
from tests.services.registration.filings.conftest import CHEN, LIN, ZHOU, House, form


@pytest.mark.policy_part("C011")
@pytest.mark.policy_part("B023")
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
