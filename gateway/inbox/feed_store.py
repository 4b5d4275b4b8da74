"""Every query of the feed: appending under its one lock, and reading in its one order.

Positions are given while `feed_head` is held, so a reader who has seen position n has had the chance
to see everything up to n; there are no late commits. Reading always names the reader's principals.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.inbox.tables import feed_events, feed_head, feed_readers, feed_sources

_PAGE = text(
    "SELECT e.* FROM ("
    "  SELECT DISTINCT r.position FROM unnest(CAST(:principals AS text[])) AS p (principal)"
    "  CROSS JOIN LATERAL ("
    "    SELECT f.position FROM feed_readers f"
    "    WHERE f.principal = p.principal AND f.position > :after AND f.position <= :up_to"
    "      AND (cardinality(CAST(:types AS text[])) = 0 OR EXISTS ("
    "        SELECT 1 FROM unnest(CAST(:types AS text[])) AS t (name)"
    "        WHERE f.type = t.name OR starts_with(f.type, t.name || '.')))"
    "    ORDER BY f.position LIMIT :limit"
    "  ) r ORDER BY r.position LIMIT :limit"
    ") found JOIN feed_events e USING (position) ORDER BY e.position"
)


async def hold_head(session: AsyncSession) -> int:
    """The last position given, held until this transaction ends."""
    found = await session.execute(select(feed_head.c.position).with_for_update())
    return int(found.scalar_one())


async def move_head(session: AsyncSession, position: int) -> None:
    await session.execute(update(feed_head).values(position=position))


async def read_head(connection: AsyncConnection) -> tuple[int, int]:
    """The last position and the last one that is no longer kept."""
    row = (await connection.execute(select(feed_head.c.position, feed_head.c.pruned_to))).one()
    return row.position, row.pruned_to


async def source_of(reader: AsyncConnection | AsyncSession, stream: str) -> tuple[str, int]:
    """Which incarnation of a stream is followed, and up to which of its sequences."""
    row = (
        await reader.execute(select(feed_sources).where(feed_sources.c.stream == stream))
    ).one_or_none()
    return (row.incarnation, row.sequence) if row else ("", 0)


async def mark_source(
    session: AsyncSession, stream: str, *, incarnation: str, sequence: int, now: datetime
) -> None:
    values = {"incarnation": incarnation, "sequence": sequence, "updated_at": now}
    statement = upsert(feed_sources).values(stream=stream, **values)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[feed_sources.c.stream], set_=values)
    )


async def known_ids(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these events the feed has already."""
    found = await session.execute(
        select(feed_events.c.event_id).where(feed_events.c.event_id.in_(ids))
    )
    return set(found.scalars())


async def append(
    session: AsyncSession, events: Sequence[Mapping[str, Any]], readers: Sequence[Mapping[str, Any]]
) -> None:
    """Events with their positions, and a row per event and principal."""
    await session.execute(insert(feed_events), list(events))
    if readers:
        await session.execute(insert(feed_readers), list(readers))


async def page(
    connection: AsyncConnection,
    *,
    principals: Sequence[str],
    types: Sequence[str],
    after: int,
    up_to: int,
    limit: int,
) -> Sequence[Any]:
    """Events that one of the principals may read, with positions in (after, up_to], oldest first."""
    values = {
        "principals": list(principals),
        "types": list(types),
        "after": after,
        "up_to": up_to,
        "limit": limit,
    }
    return (await connection.execute(_PAGE, values)).all()


async def find_event(
    reader: AsyncConnection | AsyncSession, event_id: UUID, *, principals: Sequence[str]
) -> Any | None:
    """One event, if one of the principals may read it."""
    readable = select(feed_readers.c.position).where(
        feed_readers.c.position == feed_events.c.position,
        feed_readers.c.principal.in_(principals),
    )
    statement = select(feed_events).where(feed_events.c.event_id == event_id, readable.exists())
    return (await reader.execute(statement)).one_or_none()


async def events_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """The events themselves, for deliveries that were planned when their audience was judged."""
    rows = await connection.execute(select(feed_events).where(feed_events.c.event_id.in_(ids)))
    return {row.event_id: row for row in rows}


async def forget_before(session: AsyncSession, *, before: datetime) -> int:
    """Removes what was recorded before an instant; returns how many events."""
    await hold_head(session)
    newest = select(func.max(feed_events.c.position)).where(feed_events.c.recorded_at < before)
    up_to = (await session.execute(newest)).scalar()
    if up_to is None:
        return 0
    gone = await session.execute(delete(feed_events).where(feed_events.c.position <= up_to))
    await session.execute(update(feed_head).values(pruned_to=up_to))
    return int(gone.rowcount)  # type: ignore[attr-defined]
