"""The review: what an officer decides, corrects, refuses and inspects, and its clocks."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from kit.cases.sweep import sweep_deadlines
from kit.crypto import person_hash
from services.registration.matters import MATTERS
from tests.fixtures.callers import Caller
from tests.services.registration.filings.conftest import (
    CHEN,
    HE,
    KEY,
    House,
    form,
)

_rooms = itertools.count(12)


async def waiting_for_a_person(house: House, founder: Caller) -> dict[str, Any]:
    """A case in review whose shared address an officer has to judge."""
    shared = {
        "region_code": "980101",
        "street": f"创业路88号共享层{next(_rooms)}室",
        "kind": "shared",
        "area_m2": 20,
    }
    case: dict[str, Any] = await house.signing(founder, domicile=shared)
    await house.sign(founder, case)
    await house.work()
    return case


async def test_mismatched_person_needs_an_officer_who_cannot_approve(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder, liaison=HE)
    await house.sign(founder, case)
    await house.work()
    officer = house.officer()
    present = await house.read(officer, case)
    assert present["state"] == "under_review"
    assert "people_mismatch" in {j["code"] for j in present["facts"]["judgements"]}
    reply = await house.act(officer, present, "approve")
    assert (reply.status_code, reply.json()["code"]) == (409, "people_mismatch")


async def test_a_name_kept_for_review_waits_for_the_officer(house: House) -> None:
    """席近平 sounds like a leader's name: no rule may decide, so no licence comes by itself."""
    founder, officer = house.founder(), house.officer()
    name = {"name": "青屿席近平软件有限公司", "region_code": "980101", "for_review": True}
    kept = await founder.post("/name-reservations", json=name)
    assert kept.status_code == 201, kept.text
    case = await house.draft(founder, form(kept.json()["id"]))
    sent = await house.act(founder, case, "send_for_signing")
    await house.sign(founder, sent.json())
    await house.work()
    present = await house.read(officer, case)
    assert present["state"] == "under_review"
    assert {j["code"] for j in present["facts"]["judgements"]} == {"name_to_judge"}
    approved = await house.act(officer, present, "approve")
    assert approved.json()["state"] == "registered", approved.text


async def test_officer_decides_what_a_rule_cannot(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await waiting_for_a_person(house, founder)
    present = await house.read(officer, case)
    assert {j["code"] for j in present["facts"]["judgements"]} == {"shared_address"}
    approved = await house.act(officer, present, "approve")
    assert approved.status_code == 200, approved.text
    assert approved.json()["state"] == "registered"
    assert "instant" not in approved.json()["facts"]


@pytest.mark.policy("A090")
@pytest.mark.policy_part("B027")
async def test_one_correction_restarts_the_review_and_a_second_is_refused(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await waiting_for_a_person(house, founder)
    present = await house.read(officer, case)
    asked = await house.act(
        officer, present, "request_correction", reason="材料不清", items=["请重新上传租赁合同"]
    )
    assert asked.json()["state"] == "correction_requested", asked.text
    mine = await house.read(founder, case, "deadlines")
    assert {(d["key"], d["status"]) for d in mine["deadlines"]} >= {
        ("review", "met"),
        ("answer", "running"),
    }
    assert (await house.upload(founder, case["id"])).status_code == 201
    sent = await house.act(founder, mine, "send_for_signing")
    assert sent.json()["state"] == "resigning"
    assert (await house.sign(founder, case)).json()["state"] == "under_review"
    await house.work()
    again = await house.read(officer, case, "deadlines")
    running = [d["key"] for d in again["deadlines"] if d["status"] == "running"]
    assert sorted(running) == ["promised_review", "review"]
    second = await house.act(officer, again, "request_correction", reason="x", items=["y"])
    assert (second.status_code, second.json()["code"]) == (409, "action_blocked")
    assert second.json()["errors"][0]["code"] == "correction_already_requested"
    assert any(b["code"] == "correction_already_requested" for b in again["blocked_actions"])


async def test_refusal_carries_its_reasons_and_frees_the_name(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await waiting_for_a_person(house, founder)
    present = await house.read(officer, case)
    refused = await house.act(officer, present, "refuse", reason="住所不符合规定")
    assert refused.json()["state"] == "refused"
    reservation = present["form"]["name_reservation_id"]
    held = (await founder.get(f"/name-reservations/{reservation}")).json()
    assert held["state"] == "reserved"
    late = await house.act(founder, await house.read(founder, case), "withdraw")
    assert (late.status_code, late.json()["code"]) == (409, "illegal_transition")


async def test_founder_cannot_decide_and_officer_cannot_sign(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await house.signing(founder)
    await house.sign(founder, case)
    present = await house.read(founder, case)
    mine = await house.act(founder, present, "approve")
    theirs = await house.act(officer, present, "sign", digest="0" * 64, agreed=True)
    assert (mine.status_code, mine.json()["code"]) == (403, "not_your_move")
    assert (theirs.status_code, theirs.json()["code"]) == (403, "not_your_move")


async def test_twenty_approvals_at_once_make_one_company(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await waiting_for_a_person(house, founder)
    present = await house.read(officer, case)
    replies = await asyncio.gather(*(house.act(officer, present, "approve") for _ in range(20)))
    assert sorted(r.status_code for r in replies) == [200] + [412] * 19
    async with house.running.app.state.database.reader() as connection:
        for table in ("allocated_codes", "licences", "market_entities"):
            query = text(f"SELECT count(*) FROM {table} WHERE case_id = :case")
            assert (await connection.execute(query, {"case": case["id"]})).scalar() == 1, table


@pytest.mark.policy_part("B027")
async def test_missed_review_is_escalated_once_by_the_business_clock(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await waiting_for_a_person(house, founder)
    state = house.running.app.state
    state.clock.offset = timedelta(days=15)
    try:
        await sweep_deadlines(state, MATTERS)
        await sweep_deadlines(state, MATTERS)
    finally:
        state.clock.offset = timedelta()
    late = await house.read(officer, case, "deadlines,timeline")
    assert late["facts"]["overdue"] is True
    missed = {d["key"] for d in late["deadlines"] if d["status"] == "missed"}
    assert missed == {"review", "promised_review"}
    assert [t["action"] for t in late["timeline"]].count("escalate") == 2


async def test_head_extends_the_review_once(house: House) -> None:
    founder, head = house.founder(), house.officer("head")
    case = await waiting_for_a_person(house, founder)
    present = await house.read(head, case)
    extended = await house.act(head, present, "extend_review", reason="需现场核查")
    assert extended.status_code == 200, extended.text
    assert extended.json()["statutory_by"] > present["statutory_by"]
    again = await house.act(head, extended.json(), "extend_review", reason="再次")
    assert again.json()["errors"][0]["code"] == "review_already_extended"


async def test_sampled_approvals_are_listed_and_inspected_once(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await waiting_for_a_person(house, founder)
    done = (await house.act(officer, await house.read(officer, case), "approve")).json()
    unasked = await house.act(officer, done, "inspect", outcome="in_order", note="现场一致")
    assert unasked.json()["errors"][0]["code"] == "not_sampled"
    async with house.running.app.state.database.transaction() as session:
        drawn = text("UPDATE cases SET facts = facts || '{\"sampled\": true}' WHERE id = :id")
        await session.execute(drawn, {"id": case["id"]})
    queue = (await officer.get("/cases?flag=sampled&limit=200")).json()["items"]
    assert case["id"] in [row["id"] for row in queue]  # beside others that were drawn
    inspected = await house.act(officer, done, "inspect", outcome="in_order", note="现场一致")
    assert inspected.json()["facts"]["inspection"]["outcome"] == "in_order"
    again = await house.act(officer, inspected.json(), "inspect", outcome="in_order", note="再查")
    assert again.json()["errors"][0]["code"] == "not_sampled"


async def test_officer_named_in_a_form_does_not_decide_it(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder, liaison=CHEN)
    await house.sign(founder, case)
    person = person_hash(CHEN["id_number"], person_key=KEY)
    named = house.running.caller("officer", regions=["980100"], person=person)
    present = await house.read(named, case)
    assert present["allowed_actions"] == []
    refused = await house.act(named, present, "refuse", reason="x")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_move")
    assert (await house.read(house.officer(), case))["allowed_actions"]
