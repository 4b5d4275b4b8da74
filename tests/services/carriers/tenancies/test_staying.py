"""A stay: leaving, being sent away, lengthening, and its last day."""

from datetime import timedelta

import pytest

from tests.services.carriers.place import (
    Place,
)


@pytest.mark.policy("C002")
async def test_leaving_is_free_and_asks_nobody(place: Place) -> None:
    founder = place.founder()
    case = await place.tenant(founder)
    gone = await place.done(founder, case, "leave")
    assert (gone["state"], gone["facts"]["ground"]) == ("left", "left")
    row = (await founder.get(f"/tenancies/{case['id']}")).json()
    assert (row["state"], row["ended_on"], row["ground"]) == ("left", str(place.today), "left")
    told = [
        e for e in await place.events("carriers.tenancy.left.v1") if e["tenancy_id"] == case["id"]
    ]
    assert [e["ground"] for e in told] == ["left"]
    assert not [
        e
        for e in await place.events("carriers.tenancy.graduated.v1")
        if e["tenancy_id"] == case["id"]
    ]


async def test_the_operator_may_end_a_tenancy_with_its_reason(place: Place) -> None:
    founder = place.founder()
    case = await place.tenant(founder)
    bare = await place.act(place.operator(), case, "terminate")
    assert bare.status_code == 422
    ended = await place.done(place.operator(), case, "terminate", reason="长期不在载体内工作")
    assert ended["state"] == "terminated"


async def test_a_stay_is_lengthened_within_its_limit_only(place: Place) -> None:
    founder, operator, seat = place.founder(), place.operator(), await place.new_seat()
    case = await place.tenant(founder, seat=seat, months=3)
    limit_on, ends_on = case["facts"]["limit_on"], case["facts"]["ends_on"]
    day = place.today.fromisoformat(limit_on)
    beyond = str(day + timedelta(days=1))
    for until, code in ((beyond, "stay_limit_exceeded"), (ends_on, "stay_not_longer")):
        reply = await place.act(operator, case, "extend_stay", until_on=until, reason="项目未完")
        assert (reply.status_code, reply.json()["code"]) == (422, code)
    longer = await place.done(operator, case, "extend_stay", until_on=limit_on, reason="项目未完")
    assert longer["facts"]["ends_on"] == limit_on
    row = (await founder.get(f"/tenancies/{case['id']}")).json()
    assert row["ends_on"] == limit_on
    other = await place.submitted(place.founder())
    later = str(place.today + timedelta(days=200))  # free before, taken now
    body = {"workstations": [seat], "starts_on": later, "months": 1}
    taken = await place.act(operator, other, "admit", **body)
    assert taken.json()["code"] == "workstation_taken"


async def test_a_stay_is_not_lengthened_over_a_seat_that_is_promised(place: Place) -> None:
    operator, seat = place.operator(), await place.new_seat()
    case = await place.tenant(place.founder(), seat=seat, months=6)
    next_day = place.today.fromisoformat(case["facts"]["ends_on"]) + timedelta(days=1)
    other = await place.submitted(place.founder())
    body = {"workstations": [seat], "starts_on": str(next_day), "months": 6}
    await place.done(operator, other, "admit", **body)
    reply = await place.act(operator, case, "extend_stay", until_on=str(next_day), reason="延长")
    assert (reply.status_code, reply.json()["code"]) == (409, "workstation_taken")
    assert reply.json()["existing"]["reference"] == other["reference"]


async def test_a_stay_ends_with_its_last_day_whenever_the_sweep_comes(place: Place) -> None:
    founder, seat = place.founder(), await place.new_seat()
    case = await place.tenant(founder, seat=seat, months=2)
    ends_on = place.today.fromisoformat(case["facts"]["ends_on"])
    with place.later(days=(ends_on - place.today).days):
        await place.sweep()
        assert (await place.read(founder, case))["state"] == "incubating"
    with place.later(days=(ends_on - place.today).days + 9):
        await place.sweep()
        await place.sweep()
        assert (await place.read(founder, case))["state"] == "expired"
    row = (await founder.get(f"/tenancies/{case['id']}")).json()
    assert (row["state"], row["ended_on"]) == ("expired", str(ends_on))
    told = [
        e for e in await place.events("carriers.tenancy.left.v1") if e["tenancy_id"] == case["id"]
    ]
    assert [(e["ground"], e["on"]) for e in told] == [("expired", str(ends_on))]
