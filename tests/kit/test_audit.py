"""The global seal: every head that moved is under it, and each seal holds the one before."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from kit.audit import GENESIS, seal, seal_hash
from kit.cases.store import chained
from kit.db import Database
from kit.tables import audit_seals, case_timeline, cases

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


async def _case(database: Database, moves: int, at: datetime) -> None:
    case_id = uuid.uuid4()
    base = {"id": case_id, "reference": str(case_id), "matter": "m", "state": "s", "version": moves,
            "applicant_sub": "x", "region_code": "980101", "form": {}, "facts": {},
            "created_at": at, "updated_at": at}  # fmt: skip
    async with database.transaction() as session:
        await session.execute(insert(cases), base)
        head = GENESIS
        for number in range(1, moves + 1):
            row = chained(
                head,
                {"case_id": case_id, "sequence": number, "at": at, "actor_sub": "x",
                 "actor_role": "founder", "action": "a", "source": "s", "target": "s",
                 "reason": None, "data": {}},
            )  # fmt: skip
            await session.execute(insert(case_timeline), row)
            head = row["hash"]


async def test_seals_form_a_chain_over_the_heads_that_moved(
    fresh_database: Callable[[str], Any],
) -> None:
    database = Database(fresh_database("registration").app)
    for moves in (1, 3):
        await _case(database, moves, NOW - timedelta(hours=1))
    async with database.transaction() as session:
        first = await seal(session, NOW)
        assert await seal(session, NOW) is None
    await _case(database, 2, NOW)
    async with database.transaction() as session:
        assert await seal(session, NOW + timedelta(minutes=1)) is None  # not settled yet
        second = await seal(session, NOW + timedelta(hours=1))
    async with database.reader() as connection:
        rows = list(await connection.execute(select(audit_seals).order_by(audit_seals.c.id)))
    assert [row.entries for row in rows] == [2, 1]
    previous = GENESIS
    for row, made in zip(rows, (first, second), strict=True):
        assert (
            row.hash == made == seal_hash(previous, up_to=row.up_to, heads_digest=row.heads_digest)
        )
        previous = row.hash
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.transaction() as session:
            await session.execute(text("DELETE FROM audit_seals"))
    await database.close()
