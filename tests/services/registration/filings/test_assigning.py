"""Whose desk a case lies on: taken, handed to a colleague who may, given back; and what lists say of it."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from kit.crypto import person_hash
from kit.tables import outbox
from tests.fixtures.callers import Caller, token
from tests.services.registration.filings.conftest import KEY, LIN, House
from tests.services.registration.filings.test_review import waiting_for_a_person

CITY = ["980100"]
LIANG: dict[str, Any] = {"sub": "sub-liang", "name": "梁守正", "regions": CITY}
WEN: dict[str, Any] = {"sub": "sub-wen", "name": "温若谷", "regions": CITY}


def colleague_pass(roles: tuple[str, ...] = ("officer",), **claims: Any) -> str:
    given: dict[str, Any] = {"org": "registration", **WEN, "aud": "yichuang-colleagues", **claims}
    return token(roles, "colleague+jwt", **given)


def officer(house: House, who: dict[str, Any] = LIANG, *roles: str) -> Caller:
    return house.running.caller(*(roles or ("officer",)), **who)


async def assign(caller: Caller, case: dict[str, Any], action: str, **body: Any) -> httpx.Response:
    path = f"/cases/{case['id']}/assignment/{action}"
    return await caller.post(path, json=body, version=case["version"])


async def test_an_officer_takes_a_case_and_gives_it_back_and_the_timeline_keeps_it(
    house: House,
) -> None:
    founder, liang = house.founder(), officer(house)
    case = await house.read(liang, await waiting_for_a_person(house, founder))
    assert case["assignment"] == {"name": None, "mine": False, "allowed_actions": ["take_over"]}
    taken = await assign(liang, case, "take_over")
    assert taken.status_code == 200, taken.text
    assert taken.headers["etag"] == f'"{case["version"] + 1}"'
    assert taken.json()["assignment"] == {
        "name": "梁守正",
        "mine": True,
        "allowed_actions": ["hand_over", "give_back"],
    }
    assert taken.json()["state"] == case["state"]
    given = await assign(liang, taken.json(), "give_back", reason="休假")
    assert given.json()["assignment"]["name"] is None
    told = (await house.read(liang, case, "timeline"))["timeline"][-2:]
    assert [(e["action"], e["reason"], e["data"]["to"]) for e in told] == [
        ("take_over", None, "梁守正"),
        ("give_back", "休假", None),
    ]
    again = await assign(liang, given.json(), "give_back")
    assert (again.status_code, again.json()["code"]) == (409, "case_not_assigned")


async def test_of_two_takers_one_wins_and_the_other_reads_who_has_it(house: House) -> None:
    case = await waiting_for_a_person(house, house.founder())
    takers = [
        officer(house, {"sub": f"sub-{n}", "name": f"经办{n}", "regions": CITY}) for n in range(8)
    ]
    seen = await house.read(takers[0], case)
    replies = await asyncio.gather(*(assign(one, seen, "take_over") for one in takers))
    won = [r for r in replies if r.status_code == 200]
    assert len(won) == 1
    name = won[0].json()["assignment"]["name"]
    for lost in (r for r in replies if r.status_code != 200):
        assert (lost.status_code, lost.json()["code"]) == (409, "case_assigned")
        assert lost.json()["assigned_to"] == name
        assert name in lost.json()["detail"]


async def test_a_case_goes_only_to_a_colleague_who_may_handle_it(house: House) -> None:
    liang = officer(house)
    case = await house.read(liang, await waiting_for_a_person(house, house.founder()))
    case = (await assign(liang, case, "take_over")).json()
    wrong = {
        "another region": colleague_pass(regions=["980200"]),
        "another department": colleague_pass(org="tax"),
        "without the permission": colleague_pass(("department_officer",)),
        "a person of the form": colleague_pass(
            person=person_hash(LIN["id_number"], person_key=KEY)
        ),
        "an access token": token(("officer",), org="registration", **WEN),
        "expired": colleague_pass(exp=1, iat=0),
        "words": "温若谷",
    }
    for what, given in wrong.items():
        reply = await assign(liang, case, "hand_over", to=given)
        assert (reply.status_code, reply.json()["code"]) == (422, "colleague_cannot_handle"), what
    missing = await assign(liang, case, "hand_over")
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/to")
    stale = await assign(liang, case | {"version": 1}, "hand_over", to=colleague_pass())
    assert stale.status_code == 412
    done = await assign(liang, case, "hand_over", to=colleague_pass(), reason="换岗")
    assert done.json()["assignment"] == {"name": "温若谷", "mine": False, "allowed_actions": []}
    seen = await house.read(officer(house, WEN), case)
    assert seen["assignment"]["mine"]
    async with house.running.app.state.database.reader() as connection:
        query = select(outbox.c.audience, outbox.c.data).order_by(outbox.c.id.desc()).limit(1)
        told = (await connection.execute(query)).one()
    assert (told.data["action"], told.data["case_id"]) == ("hand_over", case["id"])
    assert set(told.audience) == {"staff", "staff:registration:980101", "sub:sub-wen"}


async def test_a_head_moves_what_a_colleague_has_and_others_cannot(house: House) -> None:
    liang, head = (
        officer(house),
        officer(house, {"sub": "sub-h", "name": "孟", "regions": CITY}, "head"),
    )
    case = await house.read(liang, await waiting_for_a_person(house, house.founder()))
    case = (await assign(liang, case, "take_over")).json()
    other = await assign(officer(house, WEN), case, "hand_over", to=colleague_pass())
    assert (other.status_code, other.json()["assigned_to"]) == (409, "梁守正")
    moved = await assign(head, case, "hand_over", to=colleague_pass())
    assert moved.json()["assignment"]["name"] == "温若谷"
    assert moved.json()["assignment"]["allowed_actions"] == ["take_over", "hand_over", "give_back"]


async def test_it_is_nobodys_but_the_staffs(house: House) -> None:
    founder, liang = house.founder(), officer(house)
    case = await house.read(liang, await waiting_for_a_person(house, founder))
    assert (await house.read(founder, case))["assignment"] is None
    refused = await assign(founder, case, "take_over")
    assert refused.status_code == 403
    far = officer(house, {"sub": "sub-far", "name": "远", "regions": ["980200"]})
    assert (await assign(far, case, "take_over")).status_code == 404
    await assign(liang, case, "take_over")
    mine = (await founder.get("/cases?limit=200")).json()["items"]
    assert {row["assigned_to"] for row in mine} == {None}
    assert (await founder.get("/cases?assigned=mine")).json()["items"] == []
    assert (await founder.get("/case-counts")).status_code == 403


async def test_lists_and_counts_say_whose_and_how_late(house: House) -> None:
    who = {"sub": "sub-counter", "name": "计数", "regions": CITY}
    me = officer(house, who)
    before = (await me.get("/case-counts")).json()
    first = await house.read(me, await waiting_for_a_person(house, house.founder()))
    second = await house.read(me, await waiting_for_a_person(house, house.founder()))
    await assign(me, first, "take_over")
    rows = (await me.get("/cases?assigned=mine&sort=due_on")).json()["items"]
    assert [(r["id"], r["assigned_to"], r["due_key"]) for r in rows] == [
        (first["id"], "计数", "promised_review")
    ]
    assert rows[0]["due_on"] == first["promised_by"]
    free = (await me.get("/cases?assigned=nobody&limit=200")).json()["items"]
    assert second["id"] in {r["id"] for r in free}
    assert first["id"] not in {r["id"] for r in free}
    after = (await me.get("/case-counts")).json()
    assert after["total"]["open"] == before["total"]["open"] + 2
    assert after["mine"] == {"open": 1, "overdue": 0, "due_today": 0}
    mine = {"officer": "sub-counter", "name": "计数", "open": 1, "overdue": 0, "due_today": 0}
    assert mine in after["officers"]
    theirs = (await officer(house).get("/cases?assigned=sub-counter")).json()["items"]
    assert [r["id"] for r in theirs] == [first["id"]]
    clock = house.running.app.state.clock
    clock.offset = timedelta(days=30)
    try:
        late = (await me.get("/cases?due=overdue&assigned=mine")).json()["items"]
        assert [r["id"] for r in late] == [first["id"]]
        assert (await me.get("/case-counts")).json()["mine"]["overdue"] == 1
        assert (await me.get("/cases?due=today&assigned=mine")).json()["items"] == []
    finally:
        clock.offset = timedelta()
