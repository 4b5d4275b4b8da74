"""Everybody signs one form: who has to, what voids it, who is reminded."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from kit.cases.sweep import sweep_deadlines
from kit.jobs import JobContext
from services.registration.filings.jobs import remind_signers
from services.registration.matters import MATTERS
from tests.services.registration.filings.conftest import (
    LIN,
    ZHOU,
    House,
)


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


async def test_every_case_that_waits_for_me_is_on_some_page(house: House) -> None:
    second = house.founder(ZHOU)
    made = {(await house.signing(house.founder(), holders=(LIN, ZHOU)))["id"] for _ in range(3)}
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        body = (await second.get("/signatures", params=params)).json()
        assert len(body["items"]) <= 2
        seen += [row["case_id"] for row in body["items"]]
        if body["next"] is None:
            break
        params["cursor"] = body["next"]
    assert len(seen) == len(set(seen))
    assert made <= set(seen)


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


async def test_a_clock_that_cannot_be_moved_stops_no_other_and_is_tried_again_later(
    house: House,
) -> None:
    founder = house.founder()
    bad = await house.signing(founder, holders=(LIN, ZHOU))
    good = await house.signing(founder, holders=(LIN, ZHOU))
    state = house.running.app.state

    async def clock_of(case: dict[str, Any]) -> Any:
        query = "SELECT * FROM case_deadlines WHERE case_id = :id AND status = 'running'"
        async with state.database.reader() as connection:
            return (await connection.execute(text(query), {"id": case["id"]})).first()

    async def change(case: dict[str, Any], values: str) -> None:
        query = f"UPDATE case_deadlines SET {values} WHERE case_id = :id AND status = 'running'"
        async with state.database.transaction() as session:
            await session.execute(text(query), {"id": case["id"]})

    await change(bad, "key = 'unheard_of', due_on = due_on - 90")  # and the oldest of all
    state.clock.offset = timedelta(days=60)
    try:
        for _ in range(2):
            await sweep_deadlines(state, MATTERS)
        assert (await house.read(founder, good))["state"] == "draft"
        row = await clock_of(bad)
        assert (row.failures, "unheard_of" in row.error) == (1, True)
        assert row.retry_at > datetime.now(UTC)
        await change(bad, "key = 'signing', retry_at = now()")
        await sweep_deadlines(state, MATTERS)
    finally:
        state.clock.offset = timedelta()
    assert (await house.read(founder, bad))["state"] == "draft"


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
