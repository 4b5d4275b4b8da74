"""Segments: who may open them, and that no two of them ever meet."""

import asyncio
from typing import Any

import asyncpg
import pytest

from services.registration.codes.seed import DEMO_AUTHORITIES, seed
from tests.fixtures.callers import Caller, Running

SEGMENT = {
    "authority_code": "980101",
    "prefix": "XYA",
    "first_sequence": 0,
    "last_sequence": 999,
}


async def test_an_administrator_opens_reads_and_lists_segments(administrator: Caller) -> None:
    opened = await administrator.post("/code-segments", json=SEGMENT)
    assert opened.status_code == 201, opened.text
    view = opened.json()
    assert (view["next_sequence"], view["remaining"], view["opened_by"]) == (0, 1000, "admin-1")
    read = await administrator.get("//" + opened.headers["location"].lstrip("/"))
    assert read.json() == view
    listed = (await administrator.get("/code-segments?authority_code=980101")).json()
    assert view in listed["items"]


async def test_the_same_key_opens_one_segment(administrator: Caller) -> None:
    body = SEGMENT | {"prefix": "XYB"}
    first = await administrator.post("/code-segments", json=body, key="open-b")
    again = await administrator.post("/code-segments", json=body, key="open-b")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotency-hit"] == "true"


async def test_segments_of_two_authorities_may_not_overlap(administrator: Caller) -> None:
    held = await administrator.post("/code-segments", json=SEGMENT | {"prefix": "XYC"})
    for other in (
        {"first_sequence": 999, "last_sequence": 2000},
        {"first_sequence": 10, "last_sequence": 20},
        # the same numbers, written with a longer prefix: XYC00 + 25 = XYC + 25
        {"prefix": "XYC00", "first_sequence": 25, "last_sequence": 30},
    ):
        body = SEGMENT | {"prefix": "XYC", "authority_code": "980102"} | other
        refused = await administrator.post("/code-segments", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "code_segment_overlaps")
        assert refused.json()["existing"]["id"] == held.json()["id"]
    beside = SEGMENT | {"prefix": "XYC", "first_sequence": 1000, "last_sequence": 2000}
    assert (await administrator.post("/code-segments", json=beside)).status_code == 201


async def test_a_race_for_the_same_range_has_one_winner(administrator: Caller) -> None:
    bodies = [
        SEGMENT | {"prefix": "XYD", "authority_code": code}
        for code in ("980101", "980102", "980181", "980201")
    ]
    replies = await asyncio.gather(
        *(administrator.post("/code-segments", json=body) for body in bodies)
    )
    assert sorted(r.status_code for r in replies) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"authority_code": "999999"}, "/authority_code"),
        ({"first_sequence": 5, "last_sequence": 4}, "/last_sequence"),
        ({"prefix": "XYE0000", "last_sequence": 31}, "/last_sequence"),
        ({"prefix": "XO"}, "/prefix"),
        ({"prefix": "XY000000"}, "/prefix"),
        ({"first_sequence": -1}, "/first_sequence"),
        ({"first_sequence": True}, "/first_sequence"),
        ({"first_sequence": "7"}, "/first_sequence"),
        ({"last_sequence": 31**9}, "/last_sequence"),
    ],
)
async def test_a_wrong_segment_is_refused_with_its_place(
    administrator: Caller, change: dict[str, Any], pointer: str
) -> None:
    reply = await administrator.post("/code-segments", json=SEGMENT | {"prefix": "XYE"} | change)
    assert reply.status_code == 422
    assert [e["pointer"] for e in reply.json()["errors"]] == [pointer]


@pytest.mark.parametrize("role", ["founder", "officer", "bank", "department_officer"])
async def test_nobody_else_sees_or_opens_segments(service: Running, role: str) -> None:
    caller = service.caller(role)
    assert (await caller.get("/code-segments")).status_code == 403
    assert (await caller.post("/code-segments", json=SEGMENT)).status_code == 403
    assert (await service.anonymous.get("/code-segments")).status_code == 401


async def test_the_list_pages_through_all_segments_once(administrator: Caller) -> None:
    for number in range(5):
        body = SEGMENT | {"prefix": f"XYF{number}", "authority_code": "980221"}
        assert (await administrator.post("/code-segments", json=body)).status_code == 201
    seen, cursor = [], ""
    while True:
        page = await administrator.get(
            f"/code-segments?authority_code=980221&limit=2{cursor and '&cursor=' + cursor}"
        )
        seen += [item["prefix"] for item in page.json()["items"]]
        cursor = page.json()["next"]
        if not cursor:
            break
    assert seen == [f"XYF{number}" for number in range(5)]


async def test_an_unknown_segment_is_404(administrator: Caller) -> None:
    for name in ("00000000-0000-0000-0000-000000000000", "nonsense"):
        assert (await administrator.get(f"/code-segments/{name}")).status_code == 404


async def test_the_demo_seed_may_run_again(service: Running, administrator: Caller) -> None:
    for _ in range(2):
        await seed(service.app.state)
    listed = (await administrator.get("/code-segments?limit=200")).json()["items"]
    seeded = [item for item in listed if item["opened_by"] == "seed"]
    assert {item["authority_code"] for item in seeded} == set(DEMO_AUTHORITIES)
    assert len(seeded) == len(DEMO_AUTHORITIES)


async def test_the_database_itself_refuses_to_go_back(urls: Any, administrator: Caller) -> None:
    made = await administrator.post("/code-segments", json=SEGMENT | {"prefix": "XYG"})
    connection = await asyncpg.connect(urls.app)
    try:
        segment = made.json()["id"]
        await connection.execute("UPDATE code_segments SET next_seq = 9 WHERE id = $1", segment)
        for statement in (
            "UPDATE code_segments SET next_seq = 8 WHERE id = $1",
            "UPDATE code_segments SET end_seq = 99999 WHERE id = $1",
            "UPDATE code_segments SET prefix = 'XYH' WHERE id = $1",
            "DELETE FROM code_segments WHERE id = $1",
        ):
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(statement, segment)
    finally:
        await connection.close()
