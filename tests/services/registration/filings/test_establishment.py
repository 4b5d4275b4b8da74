"""A company from draft to licence, and everything that can stop it on the way."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kit.cases.schemas import CaseSummary
from kit.cases.store import GENESIS, chain_hash, timeline
from kit.cases.sweep import sweep_deadlines
from kit.crypto import person_hash
from kit.jobs import JobContext
from kit.tables import cases
from services.registration.filings.jobs import remind_signers
from services.registration.matters import MATTERS
from tests.services.registration.filings.conftest import (
    CHEN,
    HE,
    KEY,
    LIN,
    PDF,
    ZHOU,
    House,
    form,
)


@pytest.mark.policy("A087")
@pytest.mark.policy("A092")
async def test_one_shareholder_in_order_gets_the_licence_without_a_person(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    assert case["state"] == "signing"
    signed = await house.sign(founder, case)
    assert signed.status_code == 200, signed.text
    assert signed.json()["state"] == "under_review"
    assert signed.json()["facts"]["receipt_number"].startswith("SL")
    await house.work()
    done = await house.read(founder, case, "timeline,signatures,documents,deadlines")
    assert done["state"] == "registered", done["facts"]
    assert done["facts"]["instant"] is True
    assert [t["action"] for t in done["timeline"]] == [
        "create",
        "send_for_signing",
        "sign",
        "submit",
        "accept",
        "assess",
        "approve",
    ]
    entity = await house.running.anonymous.get(f"/entities/{done['facts']['uscc']}")
    assert entity.status_code == 200


async def test_all_shareholders_sign_and_each_sees_the_others_state(house: House) -> None:
    founder, second = house.founder(), house.founder(ZHOU)
    case = await house.signing(founder, holders=(LIN, ZHOU))
    waiting = (await second.get("/signatures")).json()["items"]
    assert case["id"] in [row["case_id"] for row in waiting]
    first = await house.sign(founder, case)
    assert first.json()["state"] == "signing"
    states = (await house.read(second, case, "signatures"))["expanded"]["signatures"]
    assert [(s["name"], s["status"], s["mine"]) for s in states] == [
        ("林晓舟", "signed", False),
        ("周明远", "invited", True),
    ]
    last = await house.sign(second, case)
    assert last.json()["state"] == "under_review"


async def test_two_last_signatures_at_once_submit_once(house: House) -> None:
    founder, second = house.founder(), house.founder(ZHOU)
    case = await house.signing(founder, holders=(LIN, ZHOU))
    digest = case["facts"]["digest"]
    replies = await asyncio.gather(
        *(house.act(c, case, "sign", digest=digest, agreed=True) for c in (founder, second))
    )
    assert sorted(r.status_code for r in replies) == [200, 412]
    loser = founder if replies[0].status_code == 412 else second
    assert (await house.sign(loser, case)).status_code == 200
    done = await house.read(founder, case, "timeline")
    assert [t["action"] for t in done["timeline"]].count("submit") == 1


async def test_stranger_cannot_know_the_case_nor_sign_it(house: House) -> None:
    founder, stranger = house.founder(), house.founder(CHEN)
    case = await house.signing(founder)
    assert (await stranger.get(f"/cases/{case['id']}")).status_code == 404
    reply = await house.act(stranger, case, "sign", digest="0" * 64, agreed=True)
    assert reply.status_code == 404
    assert (await stranger.get(f"/cases/{case['id']}/documents")).status_code == 404
    listed = (await stranger.get("/cases")).json()["items"]
    assert case["id"] not in [row["id"] for row in listed]


async def test_officer_sees_a_case_only_after_submission_and_only_in_the_region(
    house: House,
) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    officer, elsewhere = house.officer(), house.officer(region="980200")
    assert (await officer.get(f"/cases/{case['id']}")).status_code == 404
    await house.sign(founder, case)
    assert (await officer.get(f"/cases/{case['id']}")).status_code == 200
    assert (await elsewhere.get(f"/cases/{case['id']}")).status_code == 404


async def test_edit_voids_every_signature(house: House) -> None:
    founder, second = house.founder(), house.founder(ZHOU)
    case = await house.signing(founder, holders=(LIN, ZHOU))
    signed = (await house.sign(founder, case)).json()
    edit = await founder.put(
        f"/cases/{case['id']}/form", json={"form": signed["form"]}, version=signed["version"]
    )
    assert (edit.status_code, edit.json()["code"]) == (409, "form_not_editable")
    back = (await house.act(founder, signed, "reopen")).json()
    assert back["state"] == "draft"
    body = back["form"] | {"employees": 9}
    saved = await founder.put(
        f"/cases/{case['id']}/form", json={"form": body}, version=back["version"]
    )
    assert saved.status_code == 200, saved.text
    again = await house.act(founder, saved.json(), "send_for_signing")
    stale = await house.act(
        second, again.json(), "sign", digest=case["facts"]["digest"], agreed=True
    )
    assert (stale.status_code, stale.json()["code"]) == (409, "signed_digest_differs")
    states = (await house.read(founder, case, "signatures"))["expanded"]["signatures"]
    assert {s["status"] for s in states} == {"invited"}


async def test_decline_returns_the_form_with_the_reason(house: House) -> None:
    founder, second = house.founder(), house.founder(ZHOU)
    case = await house.signing(founder, holders=(LIN, ZHOU))
    reply = await house.act(second, case, "decline", reason="出资比例与约定不符")
    assert reply.json()["state"] == "draft"
    timeline = (await house.read(founder, case, "timeline"))["timeline"]
    assert timeline[-1]["reason"] == "出资比例与约定不符"


async def test_incomplete_form_is_not_sent_and_says_where(house: House) -> None:
    founder = house.founder()
    body = form(await house.reserve(founder), registered_capital_fen=1)
    body.pop("liaison")
    case = await house.draft(founder, body)
    reply = await house.act(founder, case, "send_for_signing")
    assert (reply.status_code, reply.json()["code"]) == (422, "form_incomplete")
    assert {e["pointer"] for e in reply.json()["errors"]} == {"/form/liaison"}


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (
            {"registered_capital_fen": 5},
            "contributions_do_not_add_up",
            "/form/registered_capital_fen",
        ),
        ({"supervisor_waived": False}, "supervisor_required", "/form/officers"),
        (
            {"legal_representative": ZHOU},
            "legal_representative_not_in_command",
            "/form/legal_representative",
        ),
        ({"scope_items": ["9999-99"]}, "scope_item_unknown", "/form/scope_items/0"),
        ({"industry_code": "9999"}, "industry_unknown", "/form/industry_code"),
        (
            {
                "officers": [{"position": "director", **LIN}, {"position": "supervisor", **LIN}],
                "supervisor_waived": False,
            },
            "supervisor_in_command",
            "/form/officers/1",
        ),
    ],
)
async def test_each_broken_rule_stops_signing(
    house: House, change: dict[str, Any], code: str, pointer: str
) -> None:
    founder = house.founder()
    case = await house.draft(founder, form(await house.reserve(founder)) | change)
    reply = await house.act(founder, case, "send_for_signing")
    assert reply.status_code == 422
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in reply.json()["errors"]}


async def test_missing_proof_of_address_is_named(house: House) -> None:
    founder = house.founder()
    made = await founder.post(
        "/cases",
        json={"matter": "company-establishment", "form": form(await house.reserve(founder))},
    )
    reply = await house.act(founder, made.json(), "send_for_signing")
    assert [e["values"]["material"] for e in reply.json()["errors"]] == ["domicile_proof"]


async def test_validate_only_says_the_same_and_leaves_nothing(house: House) -> None:
    founder = house.founder()
    before = len((await founder.get("/cases?limit=200")).json()["items"])
    body = {
        "matter": "company-establishment",
        "form": form(await house.reserve(founder)) | {"employees": 1},
    }
    reply = await founder.post("/cases?validate_only=true", json=body)
    assert reply.status_code == 200
    assert {f["code"] for f in reply.json()["findings"]} == {"material_missing"}
    assert len((await founder.get("/cases?limit=200")).json()["items"]) == before


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


async def test_officer_decides_what_a_rule_cannot(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    case = await house.signing(
        founder,
        domicile={
            "region_code": "980101",
            "street": "创业路88号共享层12室",
            "kind": "shared",
            "area_m2": 20,
        },
    )
    await house.sign(founder, case)
    await house.work()
    present = await house.read(officer, case)
    assert {j["code"] for j in present["facts"]["judgements"]} == {"shared_address"}
    approved = await house.act(officer, present, "approve")
    assert approved.status_code == 200, approved.text
    assert approved.json()["state"] == "registered"
    assert "instant" not in approved.json()["facts"]


@pytest.mark.policy("A090")
@pytest.mark.policy("B027")
async def test_one_correction_restarts_the_review_and_a_second_is_refused(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    shared = {
        "region_code": "980101",
        "street": "创业路88号共享层15室",
        "kind": "shared",
        "area_m2": 20,
    }
    case = await house.signing(founder, domicile=shared)
    await house.sign(founder, case)
    await house.work()
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
    shared = {
        "region_code": "980101",
        "street": "创业路88号共享层16室",
        "kind": "shared",
        "area_m2": 20,
    }
    case = await house.signing(founder, domicile=shared)
    await house.sign(founder, case)
    await house.work()
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
    shared = {
        "region_code": "980101",
        "street": "创业路88号共享层17室",
        "kind": "shared",
        "area_m2": 20,
    }
    case = await house.signing(founder, domicile=shared)
    await house.sign(founder, case)
    await house.work()
    present = await house.read(officer, case)
    replies = await asyncio.gather(*(house.act(officer, present, "approve") for _ in range(20)))
    assert sorted(r.status_code for r in replies) == [200] + [412] * 19
    async with house.running.app.state.database.reader() as connection:
        for table in ("allocated_codes", "licences", "market_entities"):
            query = text(f"SELECT count(*) FROM {table} WHERE case_id = :case")
            assert (await connection.execute(query, {"case": case["id"]})).scalar() == 1, table


async def test_same_key_gives_the_same_case_and_another_body_is_refused(house: House) -> None:
    founder = house.founder()
    body = {"matter": "company-establishment", "region_code": "980101"}
    first = await founder.post("/cases", json=body, key="open-1")
    repeat = await founder.post("/cases", json=body, key="open-1")
    other = await founder.post("/cases", json=body | {"region_code": "980102"}, key="open-1")
    assert (first.status_code, repeat.status_code) == (201, 201)
    assert first.json() == repeat.json()
    assert repeat.headers["idempotency-hit"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_personal_numbers_are_sealed_at_rest_and_masked_in_replies(house: House) -> None:
    founder = house.founder()
    case = await house.draft(founder, form(await house.reserve(founder)))
    number = LIN["id_number"]
    assert number not in (await founder.get(f"/cases/{case['id']}")).text
    async with house.running.app.state.database.reader() as connection:
        query = text("SELECT form::text FROM cases WHERE id = :id")
        stored = (await connection.execute(query, {"id": case["id"]})).scalar()
    assert number not in stored
    assert LIN["phone"] not in stored


async def test_unchanged_masks_keep_the_number_behind_them(house: House) -> None:
    founder = house.founder()
    case = await house.draft(founder, form(await house.reserve(founder), holders=(LIN, ZHOU)))
    body = case["form"]
    body["shareholders"].reverse()
    saved = await founder.put(
        f"/cases/{case['id']}/form", json={"form": body}, version=case["version"]
    )
    assert saved.status_code == 200, saved.text
    sent = await house.act(founder, saved.json(), "send_for_signing")
    assert sent.status_code == 200, sent.text


async def test_wrong_files_are_refused_by_their_content(house: House) -> None:
    founder = house.founder()
    case = await house.draft(founder, {})
    path = f"/cases/{case['id']}/documents?material=domicile_proof&filename=a.pdf"
    script = await founder.post(
        path, content=b"<script>", headers={"Content-Type": "application/pdf"}
    )
    lying = await founder.post(path, content=PDF, headers={"Content-Type": "image/png"})
    huge = await founder.post(
        path, content=PDF + b"x" * 6_000_000, headers={"Content-Type": "application/pdf"}
    )
    assert [r.status_code for r in (script, lying, huge)] == [415, 415, 413]


@pytest.mark.policy("B027")
async def test_missed_review_is_escalated_once_by_the_business_clock(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    shared = {
        "region_code": "980101",
        "street": "创业路88号共享层18室",
        "kind": "shared",
        "area_m2": 20,
    }
    case = await house.signing(founder, domicile=shared)
    await house.sign(founder, case)
    await house.work()
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


async def test_signing_that_nobody_finishes_goes_back_to_the_applicant(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder, holders=(LIN, ZHOU))
    state = house.running.app.state
    state.clock.offset = timedelta(days=60)
    try:
        await sweep_deadlines(state, MATTERS)
    finally:
        state.clock.offset = timedelta()
    back = await house.read(founder, case, "signatures")
    assert back["state"] == "draft"
    assert {s["status"] for s in back["expanded"]["signatures"]} == {"expired"}


async def test_head_extends_the_review_once(house: House) -> None:
    founder, head = house.founder(), house.officer("head")
    shared = {
        "region_code": "980101",
        "street": "创业路88号共享层19室",
        "kind": "shared",
        "area_m2": 20,
    }
    case = await house.signing(founder, domicile=shared)
    await house.sign(founder, case)
    present = await house.read(head, case)
    extended = await house.act(head, present, "extend_review", reason="需现场核查")
    assert extended.status_code == 200, extended.text
    assert extended.json()["statutory_by"] > present["statutory_by"]
    again = await house.act(head, extended.json(), "extend_review", reason="再次")
    assert again.json()["errors"][0]["code"] == "review_already_extended"


async def test_timeline_is_a_hash_chain_that_cannot_be_rewritten(house: House) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    database = house.running.app.state.database
    async with database.reader() as connection:
        rows = await timeline(connection, UUID(case["id"]))
    previous = GENESIS
    for row in rows:
        plain = {k: v for k, v in row._asdict().items() if k not in ("previous_hash", "hash")}
        assert row.previous_hash == previous
        assert row.hash == chain_hash(previous, plain)
        previous = row.hash
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.transaction() as session:
            await session.execute(text("UPDATE case_timeline SET reason = 'x'"))


async def test_expand_needs_no_second_look_and_etag_saves_one(house: House) -> None:
    founder = house.founder()
    case = await house.draft(founder, {})
    first = await founder.get(f"/cases/{case['id']}")
    again = await founder.get(
        f"/cases/{case['id']}", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    missing = await founder.put(f"/cases/{case['id']}/form", json={"form": {}})
    stale = await founder.put(f"/cases/{case['id']}/form", json={"form": {}}, version=99)
    assert (missing.status_code, stale.status_code) == (428, 412)
    assert stale.json()["current"]["version"] == case["version"]


async def test_pages_of_cases_are_stable_and_cursors_cannot_be_forged(house: House) -> None:
    founder = house.founder(CHEN)
    for _ in range(5):
        await founder.post("/cases", json={"matter": "company-establishment"})
    seen, cursor = [], ""
    while True:
        page = (await founder.get(f"/cases?limit=2{cursor}")).json()
        seen += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) >= 5
    for bad in ("abc", "AAAA" * 10, "é"):
        reply = await founder.get(f"/cases?cursor={bad}")
        assert (reply.status_code, reply.json()["code"]) == (400, "invalid_cursor")


async def test_sampled_approvals_wait_in_a_queue_until_they_are_inspected(house: House) -> None:
    founder, officer = house.founder(), house.officer()
    shared = {
        "region_code": "980101",
        "street": "创业路88号共享层21室",
        "kind": "shared",
        "area_m2": 20,
    }
    case = await house.signing(founder, domicile=shared)
    await house.sign(founder, case)
    await house.work()
    done = (await house.act(officer, await house.read(officer, case), "approve")).json()
    unasked = await house.act(officer, done, "inspect", outcome="in_order", note="现场一致")
    assert unasked.json()["errors"][0]["code"] == "not_sampled"
    async with house.running.app.state.database.transaction() as session:
        drawn = text("UPDATE cases SET facts = facts || '{\"sampled\": true}' WHERE id = :id")
        await session.execute(drawn, {"id": case["id"]})
    queue = (await officer.get("/cases?flag=sampled")).json()["items"]
    assert [row["id"] for row in queue] == [case["id"]]
    inspected = await house.act(officer, done, "inspect", outcome="in_order", note="现场一致")
    assert inspected.json()["facts"]["inspection"]["outcome"] == "in_order"


async def test_signers_are_reminded_by_hand_once_a_day_and_by_the_system_after_three(
    house: House,
) -> None:
    founder = house.founder()
    case = await house.signing(founder, holders=(LIN, ZHOU))
    first = await house.act(founder, case, "remind")
    assert first.status_code == 200, first.text
    again = await house.act(founder, first.json(), "remind")
    assert (again.status_code, again.json()["code"]) == (409, "reminded_today")
    state = house.running.app.state
    state.clock.offset = timedelta(days=4)
    try:
        await remind_signers(JobContext(state.database, state))
    finally:
        state.clock.offset = timedelta()
    signers = (await house.read(founder, case, "signatures"))["expanded"]["signatures"]
    assert {s["reminders"] for s in signers} == {2}


async def test_list_from_the_database_says_what_the_model_says(house: House) -> None:
    founder = house.founder()
    for _ in range(3):
        await house.signing(founder)
    listed = (await founder.get("/cases?limit=200")).json()["items"]
    async with house.running.app.state.database.reader() as connection:
        rows = (await connection.execute(select(cases))).mappings().all()
    by_id = {str(row["id"]): CaseSummary.model_validate(dict(row)) for row in rows}
    assert listed
    for item in listed:
        assert CaseSummary.model_validate(item) == by_id[item["id"]]
        assert set(item) == set(CaseSummary.model_fields)


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


async def test_signer_who_was_taken_out_of_the_form_no_longer_sees_it(house: House) -> None:
    founder, second = house.founder(), house.founder(ZHOU)
    case = await house.signing(founder, holders=(LIN, ZHOU))
    back = (await house.act(founder, case, "reopen")).json()
    alone = back["form"] | {"shareholders": back["form"]["shareholders"][:1]}
    saved = await founder.put(
        f"/cases/{case['id']}/form", json={"form": alone}, version=back["version"]
    )
    assert saved.status_code == 200, saved.text
    assert (await second.get(f"/cases/{case['id']}")).status_code == 404


async def test_a_filename_with_hidden_characters_is_refused(house: House) -> None:
    founder = house.founder()
    case = await house.draft(founder, {})
    path = f"/cases/{case['id']}/documents?material=domicile_proof&filename=a%E2%80%AE%0D%0Afdp.pdf"
    made = await founder.post(path, content=PDF, headers={"Content-Type": "application/pdf"})
    assert (made.status_code, made.json()["errors"][0]["code"]) == (422, "invisible_character")
