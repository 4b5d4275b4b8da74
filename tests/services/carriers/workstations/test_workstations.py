"""Seats: numbered, counted, and never two at once on one, whatever races for it."""

import asyncio
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.services.carriers.place import INCUBATOR, SPACE, Place

RACERS = 50


async def test_fifty_admissions_for_one_seat_have_one_winner(place: Place) -> None:
    seat, operator = await place.new_seat(), place.operator()
    founders = [place.founder() for _ in range(RACERS)]
    cases = [await place.submitted(founder) for founder in founders]
    body = {"workstations": [seat], "starts_on": str(place.today), "months": 12}
    replies = await asyncio.gather(*(place.act(operator, case, "admit", **body) for case in cases))
    assert Counter(reply.status_code for reply in replies) == {200: 1, 409: RACERS - 1}
    winner = next(reply.json() for reply in replies if reply.status_code == 200)
    refused = [reply.json() for reply in replies if reply.status_code == 409]
    assert {problem["code"] for problem in refused} == {"workstation_taken"}
    assert {problem["existing"]["id"] for problem in refused} == {winner["id"]}
    assert {problem["existing"]["reference"] for problem in refused} == {winner["reference"]}
    states = Counter(
        [(await place.read(f, c))["state"] for f, c in zip(founders, cases, strict=True)]
    )
    assert states == {"offered": 1, "submitted": RACERS - 1}
    async with place.state.database.reader() as connection:
        rows = await connection.execute(
            text(
                "SELECT count(*) FROM workstation_allocations a JOIN workstations w"
                " ON w.id = a.workstation_id WHERE w.number = :seat"
            ),
            {"seat": seat},
        )
        assert rows.scalar_one() == 1


async def test_the_database_itself_refuses_an_overlap(place: Place) -> None:
    seat = await place.new_seat()
    insert = text(
        "INSERT INTO workstation_allocations (id, workstation_id, period, planned_to, note, created_at)"
        " SELECT :id, id, daterange(CAST(:first AS date), CAST(:last AS date), '[]'), CAST(:last AS date),"
        " 'test', now() FROM workstations WHERE number = :seat"
    )
    day = place.today

    async def take(first: int, last: int) -> None:
        values = {"first": day + timedelta(first), "last": day + timedelta(last), "seat": seat}
        async with place.state.database.transaction() as session:
            await session.execute(insert, {"id": uuid.uuid4(), **values})

    await take(0, 9)
    await take(10, 19)  # the day after the last is free
    for first, last in ((9, 9), (-5, 0), (5, 12), (0, 30)):
        with pytest.raises(IntegrityError, match="workstation_allocations_no_overlap"):
            await take(first, last)


async def test_two_admissions_to_two_seats_in_other_order_do_not_deadlock(place: Place) -> None:
    one, two, operator = await place.new_seat(), await place.new_seat(), place.operator()
    first, second = [await place.submitted(place.founder()) for _ in range(2)]
    body = {"starts_on": str(place.today), "months": 3}
    replies = await asyncio.gather(
        place.act(operator, first, "admit", workstations=[one, two], **body),
        place.act(operator, second, "admit", workstations=[two, one], **body),
    )
    assert sorted(reply.status_code for reply in replies) == [200, 409]


async def test_a_seat_is_free_again_after_the_term_and_may_be_promised_from_then(
    place: Place,
) -> None:
    seat = await place.new_seat()
    first = await place.tenant(place.founder(), seat=seat, months=6)
    second = await place.submitted(place.founder())
    ends_on = place.today.fromisoformat(first["facts"]["ends_on"])
    body = {"workstations": [seat], "months": 6}
    operator = place.operator()
    early = await place.act(operator, second, "admit", starts_on=str(ends_on), **body)
    assert (early.status_code, early.json()["code"]) == (409, "workstation_taken")
    assert early.json()["existing"]["reference"] == first["reference"]
    day_after = str(ends_on + timedelta(days=1))
    later = await place.act(operator, second, "admit", starts_on=day_after, **body)
    assert later.status_code == 200, later.text


async def test_an_unknown_seat_is_named(place: Place) -> None:
    case = await place.submitted(place.founder())
    body = {"workstations": ["Z-999"], "starts_on": str(place.today), "months": 6}
    reply = await place.act(place.operator(), case, "admit", **body)
    assert (reply.status_code, reply.json()["code"]) == (422, "unknown_workstation")
    assert reply.json()["errors"][0]["values"]["numbers"] == ["Z-999"]


async def test_counts_follow_admissions_and_departures(place: Place) -> None:
    founder = place.founder()
    total, free = await place.occupancy(INCUBATOR)
    case = await place.tenant(founder, carrier=INCUBATOR, seat=await place.free_seat(INCUBATOR))
    assert await place.occupancy(INCUBATOR) == (total, free - 1)
    listed = await place.running.anonymous.get("/open-carriers", params={"limit": 200})
    counts = {item["code"]: item["free_workstations"] for item in listed.json()["items"]}
    assert counts[INCUBATOR] == free - 1
    await place.done(founder, case, "leave")
    assert await place.occupancy(INCUBATOR, place.today) == (
        total,
        free - 1,
    )  # today is still theirs
    with place.later(days=1):
        await place.sweep()
        assert await place.occupancy(INCUBATOR) == (total, free)


async def test_only_the_operator_sees_and_numbers_the_seats(place: Place) -> None:
    path = f"/carriers/{SPACE}/workstations"
    body = {"numbers": ["Q-1"], "kind": "office", "area_m2": 12}
    other = place.running.caller("carrier_operator", org="another-operator")
    assert (await other.get(path)).status_code == 404
    assert (await other.post(path, json=body)).status_code == 404
    assert (await place.founder().get(path)).status_code == 403
    assert (await place.running.anonymous.get(path)).status_code == 401
    assert (await place.operator().get("/carriers/ZZ-999/workstations")).status_code == 404


async def test_a_number_exists_once_and_a_list_is_taken_whole(place: Place) -> None:
    seat, path = await place.new_seat(), f"/carriers/{SPACE}/workstations"
    fresh = f"M-{uuid.uuid4().hex[:8]}"
    body = {"numbers": [fresh, seat], "kind": "open_desk", "area_m2": 4}
    reply = await place.operator().post(path, json=body)
    assert (reply.status_code, reply.json()["code"]) == (409, "workstation_exists")
    assert reply.json()["number"] == seat
    again = await place.operator().post(path, json=body | {"numbers": [fresh]})
    assert again.status_code == 201


async def test_seats_come_in_pages_with_who_has_them(place: Place) -> None:
    founder, seat = place.founder(), await place.new_seat()
    case = await place.tenant(founder, seat=seat)
    seen, cursor = [], None
    while True:
        params = {"limit": 40} | ({"cursor": cursor} if cursor else {})
        body = (await place.operator().get(f"/carriers/{SPACE}/workstations", params=params)).json()
        seen += body["items"]
        cursor = body["next"]
        if cursor is None:
            break
    numbers = [item["number"] for item in seen]
    assert len(set(numbers)) == len(numbers) == (await place.occupancy())[0]
    mine = next(item for item in seen if item["number"] == seat)
    assert (mine["free"], mine["tenancy_id"]) == (False, case["id"])
    assert mine["tenancy_reference"] == case["reference"]
