"""Applying for a seat and being let in: what stops it, who sees it, how an offer ends."""

from datetime import timedelta
from typing import Any

import pytest

from tests.services.carriers.place import (
    ACCELERATOR,
    FIRM,
    INCUBATOR,
    PROVINCIAL,
    SPACE,
    Place,
)
from tests.services.carriers.tenancies.firms import USCCS, a_firm, as_firm


@pytest.mark.policy("C002")
async def test_a_team_applies_is_offered_a_seat_and_moves_in(place: Place) -> None:
    founder = place.founder()
    case = await place.submitted(founder)
    assert case["state"] == "submitted"
    assert case["region_code"] == "980101"
    assert {v["key"]: v["ok"] for v in case["facts"]["admission"]} == {
        "works_on_site": True,
        "sci_tech": True,
    }
    seat = await place.free_seat()
    body = {"workstations": [seat], "starts_on": str(place.today), "months": 12}
    offered = await place.done(place.operator(), case, "admit", **body)
    assert offered["state"] == "offered"
    assert offered["facts"]["workstations"] == [seat]
    said = {line["label"]["zh"]: line["value"] for line in offered["shown"]}
    assert said["工位"]["zh"] == seat
    assert said["每月费用"]["zh"].startswith("载体没有写明")
    inside = await place.done(founder, await place.read(founder, case), "move_in")
    assert inside["state"] == "incubating"
    row = (await founder.get(f"/tenancies/{case['id']}")).json()
    assert (row["state"], row["workstations"], row["applied_as"]) == ("incubating", [seat], "team")
    assert row["limit_on"] > row["ends_on"]
    told = [
        e
        for e in await place.events("carriers.tenancy.admitted.v1")
        if e["tenancy_id"] == case["id"]
    ]
    assert [e["uscc"] for e in told] == [None]
    assert told[0]["carrier_code"] == SPACE


async def test_before_submission_nobody_else_knows_of_it(place: Place) -> None:
    case = await place.draft(place.founder())
    for stranger in (place.founder(), place.operator(), place.officer()):
        assert (await stranger.get(f"/cases/{case['id']}")).status_code == 404


async def test_afterwards_the_operator_and_the_department_see_it_others_do_not(
    place: Place,
) -> None:
    founder = place.founder()
    case = await place.tenant(founder)
    for path in (f"/cases/{case['id']}", f"/tenancies/{case['id']}"):
        for known in (founder, place.operator(), place.officer(), place.officer("980000")):
            assert (await known.get(path)).status_code == 200, path
        elsewhere = place.officer("980200")
        other = place.operator(PROVINCIAL)
        treasury = place.running.caller("officer", org="treasury", regions=["980100"])
        bank = place.running.caller("bank", org="qingyu-example-bank")
        for stranger in (place.founder(), elsewhere, other, treasury):
            assert (await stranger.get(path)).status_code == 404, path
        assert (await bank.get(path)).status_code in (403, 404)
    for stranger in (place.founder(), other, elsewhere):
        ids = [row["id"] for row in (await stranger.get("/tenancies")).json()["items"]]
        assert case["id"] not in ids
    assert (await other.get(f"/carriers/{SPACE}/tenants")).status_code == 404
    mine = (await place.operator().get(f"/carriers/{SPACE}/tenants")).json()["items"]
    assert case["id"] in [row["id"] for row in mine]


async def test_only_the_operator_admits_and_only_the_applicant_moves_in(place: Place) -> None:
    founder = place.founder()
    case = await place.submitted(founder)
    body = {"workstations": ["A-001"], "starts_on": str(place.today), "months": 12}
    for caller in (founder, place.officer()):
        reply = await place.act(caller, case, "admit", **body)
        assert (reply.status_code, reply.json()["code"]) == (403, "not_your_move")
    offered = await place.offered(founder)
    reply = await place.act(place.operator(), offered, "move_in")
    assert (reply.status_code, reply.json()["code"]) == (403, "not_your_move")


async def test_an_operator_does_not_apply_to_its_own_carrier(place: Place) -> None:
    operator = place.operator()
    case = await place.draft(operator)
    reply = await place.act(operator, case, "submit")
    assert reply.status_code == 422
    assert [e["code"] for e in reply.json()["errors"]] == ["carrier_is_your_own"]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"carrier_code": "ZZ-999"}, "carrier_unknown", "/form/carrier_code"),
        ({"team_name": None}, "name_required", "/form/team_name"),
        ({"uscc": FIRM}, "team_has_no_code", "/form/uscc"),
        (as_firm(FIRM), "enterprise_not_yours", "/form/uscc"),
        (as_firm(None), "uscc_required", "/form/uscc"),
        ({"from_on": "2020-01-01"}, "date_in_past", "/form/from_on"),
        ({"from_on": "2199-12-31"}, "stay_starts_too_late", "/form/from_on"),
        ({"months": 49}, "stay_limit_exceeded", "/form/months"),
        ({"works_on_site": False}, "admission_works_on_site", "/form/works_on_site"),
        ({"sci_tech": False}, "admission_sci_tech", "/form/sci_tech"),
        ({"carrier_code": ACCELERATOR}, "admission_registered_firm", "/form/applied_as"),
    ],
)
async def test_what_stops_an_application_is_said_with_its_place(
    place: Place, changes: dict[str, Any], code: str, pointer: str
) -> None:
    founder = place.founder()
    case = await place.draft(founder, **changes)
    reply = await place.act(founder, case, "submit")
    assert (reply.status_code, reply.json()["code"]) == (422, "form_incomplete")
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in reply.json()["errors"]}


async def test_somebody_elses_firm_cannot_be_entered(place: Place) -> None:
    uscc, _ = await a_firm(place, "owner-1")
    thief = place.founder()
    case = await place.draft(thief, **as_firm(uscc))
    reply = await place.act(thief, case, "submit")
    assert [e["code"] for e in reply.json()["errors"]] == ["enterprise_not_yours"]


async def test_a_firm_of_two_years_enters_and_one_day_older_does_not(place: Place) -> None:
    """The day of entry counts: the operator may not offer a later one past the age."""
    young = place.today.replace(year=place.today.year - 2)
    uscc, founder = next(USCCS), place.founder("owner-2")
    await place.license(uscc, "person-owner-2", founded_on=young)
    form = as_firm(uscc, from_on=str(place.today))
    case = await place.submitted(founder, carrier=INCUBATOR, **form)
    verdicts = {v["key"]: v for v in case["facts"]["admission"]}
    assert (verdicts["age_months"]["value"], verdicts["age_months"]["ok"]) == ("24", True)
    assert "演示" in verdicts["age_months"]["source_document"]
    seat, operator = await place.free_seat(INCUBATOR), place.operator(INCUBATOR)
    body = {"workstations": [seat], "months": 12}
    tomorrow = str(place.today + timedelta(days=1))
    late = await place.act(operator, case, "admit", starts_on=tomorrow, **body)
    assert (late.status_code, late.json()["code"]) == (422, "admission_criteria_not_met")
    assert late.json()["errors"][0]["values"]["criterion"] == "age_months"
    done = await place.act(operator, case, "admit", starts_on=str(place.today), **body)
    assert done.status_code == 200, done.text


async def test_a_wrong_offer_writes_nothing(place: Place) -> None:
    founder = place.founder()
    case = await place.submitted(founder)
    seat, operator = await place.new_seat(), place.operator()
    past = str(place.today - timedelta(days=1))
    for body, code in (
        ({"starts_on": past, "months": 6}, "stay_starts_in_past"),
        ({"starts_on": "2199-12-31", "months": 6}, "stay_starts_too_late"),
        ({"starts_on": str(place.today), "months": 49}, "stay_limit_exceeded"),
    ):
        reply = await place.act(operator, case, "admit", workstations=[seat], **body)
        assert (reply.status_code, reply.json()["code"]) == (422, code)
    assert (await founder.get(f"/tenancies/{case['id']}")).status_code == 404
    assert (await place.read(founder, case))["version"] == case["version"]
    stale = await operator.post(
        f"/cases/{case['id']}/actions/refuse", json={"reason": "满员"}, version=1
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_etag")


async def test_refused_and_withdrawn_are_ends(place: Place) -> None:
    founder = place.founder()
    case = await place.submitted(founder)
    refused = await place.done(place.operator(), case, "refuse", reason="方向不符")
    assert refused["state"] == "refused"
    told = (await place.read(founder, case, "timeline"))["timeline"]
    assert told[-1]["reason"] == "方向不符"
    seat = await place.new_seat()
    offered = await place.offered(founder, seat=seat)
    assert (await place.done(founder, offered, "withdraw"))["state"] == "withdrawn"
    assert (await place.offered(place.founder(), seat=seat))["state"] == "offered"


async def test_an_offer_lapses_and_its_seat_is_free(place: Place) -> None:
    founder, seat = place.founder(), await place.new_seat()
    case = await place.offered(founder, seat=seat)
    with place.later(days=15):
        await place.sweep()
        assert (await place.read(founder, case))["state"] == "offered"
    with place.later(days=20):
        await place.sweep()
        assert (await place.read(founder, case))["state"] == "lapsed"
        assert (await place.offered(place.founder(), seat=seat, from_on=str(place.today)))[
            "state"
        ] == "offered"


async def test_an_operator_that_does_not_answer_is_marked(place: Place) -> None:
    founder = place.founder()
    case = await place.submitted(founder)
    with place.later(days=30):
        await place.sweep()
    shown = await place.read(founder, case, "deadlines")
    assert shown["facts"]["overdue"] is True
    assert shown["state"] == "submitted"


async def test_money_and_whom_to_ask_are_read_before_moving_in(place: Place) -> None:
    founder = place.founder()
    case = await place.submitted(founder)
    terms = {"fee_fen": 30_000, "deposit_fen": 0, "contact": "招商部 0511-00000001"}
    body = {"workstations": [await place.free_seat()], "starts_on": str(place.today), "months": 12}
    wrong = await place.act(place.operator(), case, "admit", **body, **(terms | {"fee_fen": -1}))
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/fee_fen")
    await place.done(place.operator(), case, "admit", **body, **terms)
    seen = await place.read(founder, case)
    said = {line["label"]["zh"]: line["value"] for line in seen["shown"]}
    assert said["每月费用"] == 30_000
    assert said["押金"]["zh"] == "不收"
    assert said["联系人"]["zh"] == "招商部 0511-00000001"
    assert said["到期日期"] == seen["facts"]["ends_on"]
