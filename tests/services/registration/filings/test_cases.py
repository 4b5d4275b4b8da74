"""Cases as they are read: keys, pages, ETags, and a timeline that cannot be rewritten."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kit.cases import reading
from kit.cases.schemas import CaseRow
from kit.cases.store import GENESIS, chain_hash, timeline
from kit.tables import cases
from tests.services.registration.filings.conftest import (
    CHEN,
    House,
)


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


async def test_a_case_that_moves_while_it_is_being_read_is_shown_as_it_was_before(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    founder = house.founder()
    case = await house.signing(founder)
    before = await house.read(founder, case, "timeline")
    read = reading.see_case

    async def then_move(*args: Any) -> Any:
        found = await read(*args)
        monkeypatch.undo()
        assert (await house.act(founder, case, "reopen")).status_code == 200
        return found

    monkeypatch.setattr(reading, "see_case", then_move)
    assert await house.read(founder, case, "timeline") == before
    after = await house.read(founder, case, "timeline")
    assert (len(after["timeline"]), after["state"]) == (len(before["timeline"]) + 1, "draft")


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


async def test_list_from_the_database_says_what_the_model_says(house: House) -> None:
    founder = house.founder()
    for _ in range(3):
        await house.signing(founder)
    listed = (await founder.get("/cases?limit=200")).json()["items"]
    async with house.running.app.state.database.reader() as connection:
        rows = (await connection.execute(select(cases))).mappings().all()
    by_id = {str(row["id"]): CaseRow.model_validate(dict(row)) for row in rows}
    assert listed
    for item in listed:
        assert CaseRow.model_validate(item) == by_id[item["id"]]
        assert set(item) == set(CaseRow.model_fields)
