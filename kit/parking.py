"""An event that its handler cannot take stops no other: tried with growing pauses, then parked and shown.

Later events of the same subject are parked behind it, so that nothing overtakes; those of others go on.
Whoever has mended the cause tries it again, or gives it up with a reason; either is kept.
"""

import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.errors import NotFound, Problem
from kit.tables import parked_events as parked

log = structlog.get_logger(__name__)
MOST_TRIES = 6
BEHIND = "behind an earlier event of the same subject"
Take = Callable[[AsyncSession, str, dict[str, Any]], Awaitable[None]]
"""Takes an event for a consumer in a transaction; raises what the handler raises."""


class AlreadySettled(Problem):
    code = "parked_event_settled"
    status = 409
    title_zh = "这条事件已处理过"
    title_en = "This event was dealt with before"


class EarlierParked(Problem):
    code = "earlier_event_parked"
    status = 409
    title_zh = "同一对象更早的事件还没有处理"
    title_en = "An earlier event of the same subject is parked"


def pause_of(tries: int) -> float:
    """Seconds before the next try: 1, 2, 4, 8, 16."""
    return float(min(2 ** (tries - 1), 60))


async def is_blocked(session: AsyncSession, consumer: str, subject: str) -> bool:
    """Whether an earlier event of the subject is parked."""
    query = select(parked.c.id).where(
        parked.c.consumer == consumer, parked.c.subject == subject, parked.c.state == "parked"
    )
    return (await session.execute(query.limit(1))).first() is not None


async def park(
    session: AsyncSession, consumer: str, body: dict[str, Any], *, error: str, tries: int
) -> None:
    """Keeps an event that is not taken now; once, however often it comes."""
    values = {
        "id": uuid.uuid4(),
        "consumer": consumer,
        "event_id": uuid.UUID(body["id"]),
        "type": body["type"],
        "subject": body["subject"],
        "body": body,
        "error": error[:500],
        "tries": tries,
        "state": "parked",
        "parked_at": datetime.now(UTC),
    }
    await session.execute(insert(parked).values(values).on_conflict_do_nothing())
    log.error(
        "event_parked", consumer=consumer, event_id=body["id"], error=error[:200], tries=tries
    )


async def open_ones(connection: AsyncConnection, *, limit: int = 200) -> list[Any]:
    """The parked events, those that stand in front first."""
    query = select(parked).where(parked.c.state == "parked")
    return list(await connection.execute(query.order_by(parked.c.parked_at).limit(limit)))


async def try_again(session: AsyncSession, event_id: uuid.UUID, take: Take, *, by: str) -> Any:
    """Takes a parked event now. Raises NotFound, AlreadySettled 409, EarlierParked 409, and what the handler
    raises."""
    row = await _open(session, event_id)
    earlier = select(parked.c.id).where(
        parked.c.consumer == row.consumer,
        parked.c.subject == row.subject,
        parked.c.state == "parked",
        parked.c.parked_at < row.parked_at,
    )
    if (await session.execute(earlier.limit(1))).first() is not None:
        raise EarlierParked
    await take(session, row.consumer, row.body)
    return await _settle(session, event_id, "done", by=by, reason=None)


async def give_up(session: AsyncSession, event_id: uuid.UUID, *, by: str, reason: str) -> Any:
    """Nobody takes it any more. Raises NotFound, AlreadySettled 409."""
    await _open(session, event_id)
    return await _settle(session, event_id, "given_up", by=by, reason=reason)


async def _open(session: AsyncSession, event_id: uuid.UUID) -> Any:
    query = select(parked).where(parked.c.id == event_id).with_for_update()
    row = (await session.execute(query)).first()
    if row is None:
        raise NotFound
    if row.state != "parked":
        raise AlreadySettled
    return row


async def _settle(
    session: AsyncSession, event_id: uuid.UUID, state: str, *, by: str, reason: str | None
) -> Any:
    values = {"state": state, "settled_at": datetime.now(UTC), "settled_by": by, "reason": reason}
    changed = update(parked).where(parked.c.id == event_id).values(values).returning(*parked.c)
    log.info("parked_event_settled", event_id=str(event_id), state=state, by=by)
    return (await session.execute(changed)).one()
