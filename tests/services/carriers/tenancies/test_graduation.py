"""Graduating by one of its grounds, on whose word, and what comes after."""

from typing import Any

import pytest

from tests.services.carriers.place import (
    ACCELERATOR,
    INCUBATOR,
    PROVINCIAL,
    Place,
)
from tests.services.carriers.tenancies.firms import GROUND, a_tenant_firm, as_firm


async def test_a_team_cannot_graduate_and_is_told_why(place: Place) -> None:
    founder = place.founder()
    case = await place.tenant(founder)
    blocked = {b["action"]: b["code"] for b in case["blocked_actions"]}
    assert blocked["request_graduation"] == "team_cannot_graduate"
    reply = await place.act(founder, case, "request_graduation", **GROUND)
    assert (reply.status_code, reply.json()["code"]) == (409, "action_blocked")


async def test_a_firm_graduates_on_the_operators_word_at_a_city_carrier(place: Place) -> None:
    founder, case = await a_tenant_firm(place, "owner-3", INCUBATOR)
    asked = await place.done(founder, case, "request_graduation", **GROUND)
    assert asked["state"] == "graduation_requested"
    early = await place.act(founder, asked, "verify_graduation", seen="我自己看过")
    assert early.status_code == 403
    done = await place.done(
        place.operator(INCUBATOR), asked, "verify_graduation", seen="已核对证书原件"
    )
    assert (done["state"], done["facts"]["ground"]) == ("graduated", "high_tech_enterprise")
    told = [
        e
        for e in await place.events("carriers.tenancy.graduated.v1")
        if e["tenancy_id"] == case["id"]
    ]
    assert [(e["ground"], e["on"]) for e in told] == [("high_tech_enterprise", str(place.today))]
    assert told[0]["uscc"] == case["facts"]["uscc"]
    assert not [
        e for e in await place.events("carriers.tenancy.left.v1") if e["tenancy_id"] == case["id"]
    ]


async def test_at_a_provincial_carrier_the_department_confirms_the_graduation(place: Place) -> None:
    founder, case = await a_tenant_firm(place, "owner-4", PROVINCIAL)
    asked = await place.done(founder, case, "request_graduation", **GROUND)
    seen = await place.done(place.operator(PROVINCIAL), asked, "verify_graduation", seen="已核对")
    assert (seen["state"], seen["facts"]["needs_confirmation"]) == ("graduation_verified", True)
    officer = place.officer()
    back = await place.done(officer, seen, "return_graduation", reason="证书已过有效期")
    assert back["state"] == "incubating"
    asked = await place.done(founder, back, "request_graduation", **GROUND)
    seen = await place.done(place.operator(PROVINCIAL), asked, "verify_graduation", seen="新证书")
    done = await place.done(place.officer(role="head"), seen, "confirm_graduation")
    assert done["state"] == "graduated"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"ground": "financed", "amount_fen": 500_000_000}, 422),
        ({"ground": "financed"}, 422),
        ({"ground": "revenue", "amount_fen": 999}, 422),
        ({"happened_on": "2036-01-01"}, 422),
        ({"ground": "wishful_thinking"}, 422),
        ({"evidence": []}, 422),
        ({"ground": "financed", "amount_fen": 500_000_001}, 200),
    ],
)
async def test_a_ground_must_be_reached_and_proved(
    place: Place, changes: dict[str, Any], status: int
) -> None:
    founder, case = await a_tenant_firm(place, f"owner-5-{status}-{len(str(changes))}", INCUBATOR)
    reply = await place.act(founder, case, "request_graduation", **(GROUND | changes))
    assert reply.status_code == status, reply.text


async def test_a_graduation_that_waits_is_not_overtaken_by_the_end_of_the_stay(
    place: Place,
) -> None:
    founder, case = await a_tenant_firm(place, "owner-6", INCUBATOR)
    asked = await place.done(founder, case, "request_graduation", **GROUND)
    with place.later(days=800):
        await place.sweep()
        waiting = await place.read(founder, asked)
        assert (waiting["state"], waiting["facts"]["overdue"]) == ("graduation_requested", True)
        back = await place.done(
            place.operator(INCUBATOR), waiting, "return_graduation", reason="材料不全"
        )
        await place.sweep()
        assert (await place.read(founder, back))["state"] == "expired"


async def test_anybody_sees_how_many_are_in_incubation_and_have_graduated(place: Place) -> None:
    async def counts(region: str) -> dict[str, Any]:
        reply = await place.running.anonymous.get("/incubation-counts", params={"region": region})
        found: dict[str, Any] = reply.json()
        return found

    before, elsewhere = await counts("980100"), await counts("980200")
    founder, case = await a_tenant_firm(place, "owner-7", INCUBATOR)
    await place.tenant(place.founder())
    during = await counts("980100")
    assert (during["firms"], during["teams"]) == (before["firms"] + 1, before["teams"] + 1)
    assert during["people"] == before["people"] + 6
    asked = await place.done(founder, case, "request_graduation", **GROUND)
    await place.done(place.operator(INCUBATOR), asked, "verify_graduation", seen="已核对")
    after = await counts("980100")
    assert (after["firms"], after["graduates"]) == (before["firms"], before["graduates"] + 1)
    assert await counts("980200") == elsewhere


@pytest.mark.policy_part("B019")
@pytest.mark.policy_part("D018")
async def test_an_accelerator_sees_that_a_firm_comes_to_it_as_a_graduate(place: Place) -> None:
    founder, case = await a_tenant_firm(place, "owner-8", INCUBATOR)
    assert case["facts"]["came_from"] is None
    asked = await place.done(founder, case, "request_graduation", **GROUND)
    await place.done(place.operator(INCUBATOR), asked, "verify_graduation", seen="已核对")
    form = as_firm(case["facts"]["uscc"], carrier=ACCELERATOR)
    promoted = await place.submitted(founder, **form)
    shown = await place.read(place.operator(ACCELERATOR), promoted)
    assert shown["facts"]["came_from"] == {
        "carrier_code": INCUBATOR,
        "carrier_name": case["facts"]["carrier_name"],
        "stage": "incubation",
        "state": "graduated",
        "ended_on": str(place.today),
    }
    seat = await place.new_seat(ACCELERATOR)
    body = {"workstations": [seat], "starts_on": str(place.today), "months": 24}
    offered = await place.done(place.operator(ACCELERATOR), shown, "admit", **body)
    assert (await place.done(founder, offered, "move_in"))["state"] == "incubating"
