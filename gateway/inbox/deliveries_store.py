"""Every query of deliveries and their attempts. A caller's are found by their own endpoint only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.inbox.tables import webhook_attempts as attempts
from gateway.inbox.tables import webhook_deliveries as deliveries
from gateway.inbox.tables import webhook_endpoints as endpoints

Reading = AsyncConnection | AsyncSession


async def plan(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """New deliveries. An event is planned once per endpoint; a repeat of it changes nothing."""
    if rows:
        await session.execute(upsert(deliveries).on_conflict_do_nothing(), list(rows))


async def due(
    connection: AsyncConnection, endpoint_id: UUID, *, now: datetime, limit: int
) -> Sequence[Any]:
    """What is to be sent to one endpoint now, longest due first."""
    statement = (
        select(deliveries)
        .where(
            deliveries.c.endpoint_id == endpoint_id,
            deliveries.c.state == "pending",
            deliveries.c.next_attempt_at <= now,
        )
        .order_by(deliveries.c.next_attempt_at, deliveries.c.created_at)
        .limit(limit)
    )
    return (await connection.execute(statement)).all()


async def overdue_endpoints(connection: AsyncConnection, *, before: datetime) -> Sequence[UUID]:
    """Enabled endpoints with something that was due before an instant."""
    waiting = select(deliveries.c.id).where(
        deliveries.c.endpoint_id == endpoints.c.id,
        deliveries.c.state == "pending",
        deliveries.c.next_attempt_at < before,
    )
    statement = select(endpoints.c.id).where(endpoints.c.state == "enabled", waiting.exists())
    return list((await connection.execute(statement)).scalars())


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
    """What waits for an endpoint is due now: it was enabled again."""
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
