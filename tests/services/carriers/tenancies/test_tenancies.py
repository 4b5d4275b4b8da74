"""A stay from the first application to its end, each way of ending, and everybody who may not."""

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

GROUND = {
    "ground": "high_tech_enterprise",
    "happened_on": "2026-10-01",
    "evidence": ["证书编号 GR202698000001"],
}
USCCS = iter(f"91980101XY{n:07d}X"[:18] for n in range(1000, 9000))


def as_firm(uscc: str | None, **changes: Any) -> dict[str, Any]:
    return {"applied_as": "firm", "uscc": uscc, "team_name": None, **changes}


async def a_firm(place: Place, name: str, *, months_old: int = 3) -> tuple[str, Any]:
    """A licensed firm and its legal representative."""
    uscc, founder = next(USCCS), place.founder(name)
    founded_on = place.today - timedelta(days=30 * months_old)
    await place.license(uscc, f"person-{name}", founded_on=founded_on)
    return uscc, founder


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


async def test_a_team_cannot_graduate_and_is_told_why(place: Place) -> None:
    founder = place.founder()
    case = await place.tenant(founder)
    blocked = {b["action"]: b["code"] for b in case["blocked_actions"]}
    assert blocked["request_graduation"] == "team_cannot_graduate"
    reply = await place.act(founder, case, "request_graduation", **GROUND)
    assert (reply.status_code, reply.json()["code"]) == (409, "action_blocked")


async def a_tenant_firm(place: Place, name: str, carrier: str) -> tuple[Any, dict[str, Any]]:
    uscc, founder = await a_firm(place, name)
    seat = await place.new_seat(carrier)
    return founder, await place.tenant(founder, carrier=carrier, seat=seat, **as_firm(uscc))


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


async def test_the_matter_has_a_guide_a_form_and_a_clock_in_both_languages(place: Place) -> None:
    matter = (await place.running.anonymous.get("/matters/tenancy")).json()
    assert all(matter["title"].values())
    assert matter["guide"]["steps"][0]["en"]
    assert {d["key"] for d in matter["workflow"]["deadlines"]} >= {"answer", "offer"}
    fields = {f["name"]: f for page in matter["pages"] for f in page["fields"]}
    assert fields["uscc"]["shown_when"] == ["applied_as", "firm"]
    assert all(f["label"]["zh"] and f["label"]["en"] for f in fields.values())


async def test_a_phone_number_is_masked_for_everybody(place: Place) -> None:
    case = await place.submitted(place.founder())
    shown = await place.read(place.operator(), case)
    assert shown["form"]["contact"]["phone"] == "000****0001"


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


@pytest.mark.policy("B019")
@pytest.mark.policy("D018")
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


@pytest.mark.parametrize("path", ["/tenancies", f"/carriers/{PROVINCIAL}/tenants"])
async def test_tenants_come_in_pages_and_by_state(place: Place, path: str) -> None:
    operator = place.operator(PROVINCIAL)
    cases = [await place.tenant(place.founder(), carrier=PROVINCIAL) for _ in range(3)]
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2, "state": "incubating"}
    while True:
        body = (await operator.get(path, params=params)).json()
        seen += [row["id"] for row in body["items"]]
        if body["next"] is None:
            break
        params["cursor"] = body["next"]
    assert len(set(seen)) == len(seen)
    assert {case["id"] for case in cases} <= set(seen)
    left = (await operator.get(path, params={"state": "left"})).json()["items"]
    assert not {case["id"] for case in cases} & {row["id"] for row in left}
