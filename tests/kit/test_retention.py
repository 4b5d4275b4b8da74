"""What is past is forgotten in small pieces; what may still be asked for, and the newest event, stay."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from kit import retention
from kit.db import Database
from kit.jobs import defer
from kit.retention import forget_past

NOW = datetime.now(UTC)
OLD, YOUNG = NOW - timedelta(days=101), NOW - timedelta(days=89)
_EVENT = (
    "INSERT INTO outbox (event_id, type, aggregate_kind, aggregate_id, sequence, audience, data,"
    " occurred_at, published_at) VALUES (:id, 'registration.thing.made.v1', 'thing', :of, 1, '{}',"
    " '{}', :at, :published)"
)


async def event(database: Database, at: datetime, *, told: bool = True) -> None:
    values = {"id": uuid.uuid4(), "of": uuid.uuid4().hex, "at": at}
    async with database.transaction() as session:
        await session.execute(text(_EVENT), values | {"published": at if told else None})


async def count(database: Database, table: str) -> int:
    async with database.reader() as connection:
        found = await connection.execute(text(f"SELECT count(*) FROM {table}"))
        return int(found.scalar_one())


async def test_told_events_go_after_a_hundred_days_untold_and_the_newest_stay(
    fresh_database: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PIECE", 3)
    database = Database(fresh_database("registration").app)
    for _ in range(8):
        await event(database, OLD)
    await event(database, OLD, told=False)
    await event(database, YOUNG)
    found = await asyncio.gather(*(forget_past(database, now=NOW) for _ in range(3)))
    assert sum(one["outbox"] for one in found) == 8
    assert await count(database, "outbox") == 2
    async with database.transaction() as session:
        await session.execute(text("UPDATE outbox SET published_at = :old"), {"old": OLD})
    assert (await forget_past(database, now=NOW))["outbox"] == 1
    assert await count(database, "outbox") == 1  # the fence asks the stream's last one against it
    await database.close()


async def test_marks_and_replies_go_in_their_time(fresh_database: Callable[[str], Any]) -> None:
    database = Database(fresh_database("registration").app)
    async with database.transaction() as session:
        for number, at in enumerate((OLD, OLD, YOUNG)):
            values = {"key": f"consumer:{number}", "at": at}
            await session.execute(text("INSERT INTO inbox VALUES (:key, :at)"), values)
        for number, days in enumerate((31, 29, 0)):
            values = {"scope": bytes([number]), "at": NOW - timedelta(days=days)}
            await session.execute(
                text(
                    "INSERT INTO idempotency_keys (scope, body_hash, status, headers, body, created_at)"
                    " VALUES (:scope, '', 201, '{}', '', :at)"
                ),
                values,
            )
    gone = await forget_past(database, now=NOW)
    assert (gone["inbox"], gone["idempotency_keys"]) == (2, 1)
    assert (await count(database, "inbox"), await count(database, "idempotency_keys")) == (1, 2)
    await database.close()


async def test_done_jobs_go_failed_and_waiting_ones_stay(
    fresh_database: Callable[[str], Any],
) -> None:
    database = Database(fresh_database("registration").app)
    async with database.transaction() as session:
        for state in ("succeeded", "cancelled", "failed", "todo"):
            await defer(session, f"test.{state}")
            await session.execute(
                text(
                    "UPDATE procrastinate_jobs SET status = CAST(:s AS procrastinate_job_status)"
                    " WHERE task_name = :t"
                ),
                {"s": state, "t": f"test.{state}"},
            )
        await session.execute(text("UPDATE procrastinate_events SET at = :old"), {"old": OLD})
    assert (await forget_past(database, now=NOW))["procrastinate_jobs"] == 2
    assert await count(database, "procrastinate_jobs") == 2
    await database.close()
