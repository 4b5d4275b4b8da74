"""Every query of deliveries and their attempts. A caller's are found by their own endpoint only."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.inbox.tables import webhook_attempts as attempts
from gateway.inbox.tables import webhook_deliveries as deliveries

Reading = AsyncConnection | AsyncSession
_FREE = (  # no earlier one of its line waits; what stands in no line (NULL) always is
    "d.state = 'pending' AND d.next_attempt_at <= :now AND NOT EXISTS ("
    " SELECT 1 FROM webhook_deliveries b WHERE b.endpoint_id = d.endpoint_id AND b.state = 'pending'"
    " AND b.subject = d.subject AND b.position < d.position AND b.next_attempt_at > :now)"
)
_DUE = text(
    f"SELECT d.* FROM webhook_deliveries d WHERE d.endpoint_id = :endpoint AND {_FREE}"  # noqa: S608  constants
    " ORDER BY d.position NULLS FIRST, d.created_at LIMIT :limit"
)
_ENDPOINTS_WITH_DUE = text(
    "SELECT e.id, e.failures FROM webhook_endpoints e CROSS JOIN LATERAL ("  # noqa: S608  constants
    f" SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND {_FREE} LIMIT 1) found"
    " WHERE e.state = 'enabled' AND (e.paused_until IS NULL OR e.paused_until <= :now)"
    " AND e.id <> ALL(CAST(:without AS uuid[])) ORDER BY e.failures, random() LIMIT :limit"
)
_MARK = ("id", "number", "at", "duration_ms", "status")
_RECORD_DELIVERED = text(
    "WITH mark AS (SELECT * FROM unnest(CAST(:id AS uuid[]), CAST(:number AS int[]),"
    " CAST(:at AS timestamptz[]), CAST(:duration_ms AS int[]), CAST(:status AS int[]))"
    " AS m (id, number, at, duration_ms, status)), done AS ("
    " UPDATE webhook_deliveries d SET state = 'delivered', attempts = m.number,"
    " next_attempt_at = NULL, finished_at = :now FROM mark m"
    " WHERE d.id = m.id AND d.attempts = m.number - 1 AND d.state = 'pending' RETURNING d.id)"
    " INSERT INTO webhook_attempts (delivery_id, number, at, duration_ms, outcome, status)"
    " SELECT m.id, m.number, m.at, m.duration_ms, 'delivered', m.status"
    " FROM mark m JOIN done USING (id)"
)


async def plan(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """New deliveries. An event is planned once per endpoint; a repeat of it changes nothing."""
    if rows:
        await session.execute(upsert(deliveries).on_conflict_do_nothing(), list(rows))


async def due(
    connection: AsyncConnection, endpoint_id: UUID, *, now: datetime, limit: int
) -> Sequence[Any]:
    """What may be sent to one endpoint now, in the order of the feed. A delivery whose line waits for an
    earlier one's next attempt is not among them; one that follows a due one is, behind it."""
    values = {"endpoint": endpoint_id, "now": now, "limit": limit}
    return (await connection.execute(_DUE, values)).all()


async def endpoints_with_due(
    connection: AsyncConnection, *, now: datetime, without: Collection[UUID], limit: int
) -> Sequence[Any]:
    """Endpoints (`id`, `failures`) to which something may be sent now; who answers comes first."""
    values = {"now": now, "without": list(without), "limit": limit}
    return (await connection.execute(_ENDPOINTS_WITH_DUE, values)).all()


async def record_delivered(session: AsyncSession, marks: Sequence[Mapping[str, Any]]) -> None:
    """Attempts that succeeded (`id`, `number`, `at`, `duration_ms`, `status`), in one statement. One that
    another worker recorded, or whose endpoint was removed meanwhile, changes nothing."""
    columns = {name: [mark[name] for mark in marks] for name in _MARK}
    await session.execute(_RECORD_DELIVERED, {**columns, "now": datetime.now(UTC)})


async def record(
    session: AsyncSession, delivery_id: UUID, *, number: int, attempt: Mapping[str, Any], then: Any
) -> bool:
    """One attempt and what follows from it. False where another worker recorded this number, or the
    endpoint was removed meanwhile: then nothing is written."""
    changed = await session.execute(
        update(deliveries)
        .where(
            deliveries.c.id == delivery_id,
            deliveries.c.attempts == number - 1,
            deliveries.c.state == "pending",
        )
        .values(attempts=number, **then)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        return False
    await session.execute(
        insert(attempts).values(delivery_id=delivery_id, number=number, **attempt)
    )
    return True


async def bring_forward(session: AsyncSession, endpoint_id: UUID, *, now: datetime) -> None:
    """What waits for an endpoint is due now: it was enabled again, has another address, or answers again."""
    await session.execute(
        update(deliveries)
        .where(
            deliveries.c.endpoint_id == endpoint_id,
            deliveries.c.state == "pending",
            deliveries.c.next_attempt_at > now,
        )
        .values(next_attempt_at=now)
    )


async def log(
    connection: AsyncConnection,
    endpoint_id: UUID,
    *,
    state: str | None,
    event_id: UUID | None,
    limit: int,
    after: tuple[Any, ...] | None,
) -> Sequence[Any]:
    """An endpoint's deliveries, newest first, one more than `limit`."""
    statement = select(deliveries).where(deliveries.c.endpoint_id == endpoint_id)
    if state is not None:
        statement = statement.where(deliveries.c.state == state)
    if event_id is not None:
        statement = statement.where(deliveries.c.event_id == event_id)
    if after is not None:
        statement = statement.where(tuple_(deliveries.c.created_at, deliveries.c.id) < after)
    order = (deliveries.c.created_at.desc(), deliveries.c.id.desc())
    return (await connection.execute(statement.order_by(*order).limit(limit + 1))).all()


async def attempts_of(reader: Reading, ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """Attempts by delivery, in order."""
    statement = select(attempts).where(attempts.c.delivery_id.in_(ids)).order_by(attempts.c.number)
    found: dict[UUID, list[Any]] = {}
    for row in await reader.execute(statement):
        found.setdefault(row.delivery_id, []).append(row)
    return found


async def forget_before(session: AsyncSession, *, before: datetime) -> None:
    """Removes deliveries that ended long ago, and those whose event is no longer kept."""
    await session.execute(delete(deliveries).where(deliveries.c.created_at < before))
