"""Every query of webhook endpoints and their secrets. What a caller sees is scoped by organisation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, or_, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.inbox.tables import webhook_endpoints as endpoints
from gateway.inbox.tables import webhook_secrets as secrets

Reading = AsyncConnection | AsyncSession
COUNT_LIMIT = 1000
_LOCK_ORG = text("SELECT pg_advisory_xact_lock(hashtext('webhook-endpoints:' || :org))")
_COUNTS = text(
    "SELECT e.id, s.state, c.n FROM unnest(CAST(:ids AS uuid[])) AS e (id)"
    " CROSS JOIN (VALUES ('pending'), ('given_up')) AS s (state)"
    " CROSS JOIN LATERAL (SELECT count(*) AS n FROM ("
    "   SELECT 1 FROM webhook_deliveries d"
    "   WHERE d.endpoint_id = e.id AND d.state = s.state LIMIT :limit) few) c"
)


async def list_endpoints(
    connection: AsyncConnection, *, org: str, limit: int, after: tuple[Any, ...] | None
) -> Sequence[Any]:
    """Newest first, one more than `limit`."""
    statement = select(endpoints).where(endpoints.c.org == org)
    if after is not None:
        statement = statement.where(tuple_(endpoints.c.created_at, endpoints.c.id) < after)
    order = (endpoints.c.created_at.desc(), endpoints.c.id.desc())
    return (await connection.execute(statement.order_by(*order).limit(limit + 1))).all()


async def find(reader: Reading, endpoint_id: UUID, *, org: str) -> Any | None:
    statement = select(endpoints).where(endpoints.c.id == endpoint_id, endpoints.c.org == org)
    return (await reader.execute(statement)).one_or_none()


async def find_any(reader: Reading, endpoint_id: UUID) -> Any | None:
    """For the worker only: whoever's it is."""
    return (await reader.execute(select(endpoints).where(endpoints.c.id == endpoint_id))).first()


async def enabled(reader: Reading, *, org: str | None = None) -> Sequence[Any]:
    """Endpoints that are sent to: all, for the fan-out, or an organisation's."""
    statement = select(endpoints).where(endpoints.c.state == "enabled")
    if org is not None:
        statement = statement.where(endpoints.c.org == org)
    return (await reader.execute(statement.order_by(endpoints.c.created_at))).all()


async def count_of(session: AsyncSession, *, org: str) -> int:
    """How many an organisation has; held until the transaction ends, so that two cannot be the last."""
    await session.execute(_LOCK_ORG, {"org": org})
    statement = select(func.count()).select_from(endpoints).where(endpoints.c.org == org)
    return int((await session.execute(statement)).scalar_one())


async def counts(reader: Reading, ids: Sequence[UUID]) -> dict[tuple[UUID, str], int]:
    """Deliveries pending and given up, at most COUNT_LIMIT each."""
    rows = await reader.execute(_COUNTS, {"ids": list(ids), "limit": COUNT_LIMIT})
    return {(row.id, row.state): row.n for row in rows}


async def add(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(endpoints).values(**values))


async def change(
    session: AsyncSession, endpoint_id: UUID, *, version: int, values: Mapping[str, Any]
) -> Any | None:
    """The endpoint as it is now, or None where `version` is no longer the present one."""
    statement = (
        update(endpoints)
        .where(endpoints.c.id == endpoint_id, endpoints.c.version == version)
        .values(version=version + 1, **values)
        .returning(endpoints)
    )
    return (await session.execute(statement)).one_or_none()


async def disable_now(session: AsyncSession, endpoint_id: UUID, *, reason: str, now: Any) -> bool:
    """The receiver asked for it. False when it was disabled already, or removed."""
    statement = (
        update(endpoints)
        .where(endpoints.c.id == endpoint_id, endpoints.c.state == "enabled")
        .values(
            state="disabled",
            disabled_reason=reason,
            updated_at=now,
            version=endpoints.c.version + 1,
        )
    )
    done = await session.execute(statement)
    return bool(done.rowcount)  # type: ignore[attr-defined]


async def note_health(
    session: AsyncSession, endpoint_id: UUID, *, failures: int, paused_until: datetime | None
) -> None:
    """How an endpoint answers. No change of its owner's: the version stays."""
    values = {"failures": failures, "paused_until": paused_until}
    await session.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(**values))


async def remove(session: AsyncSession, endpoint_id: UUID, *, version: int) -> bool:
    statement = delete(endpoints).where(
        endpoints.c.id == endpoint_id, endpoints.c.version == version
    )
    return bool((await session.execute(statement)).rowcount)  # type: ignore[attr-defined]


async def add_secret(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(secrets).values(**values))


async def end_secrets(session: AsyncSession, endpoint_id: UUID, *, at: datetime) -> None:
    """No present secret signs after `at`; one that ends earlier keeps its end."""
    later = or_(secrets.c.expires_at.is_(None), secrets.c.expires_at > at)
    await session.execute(
        update(secrets).where(secrets.c.endpoint_id == endpoint_id, later).values(expires_at=at)
    )


async def living_secrets(reader: Reading, endpoint_id: UUID, *, now: datetime) -> Sequence[Any]:
    """Secrets that sign, newest first."""
    living = or_(secrets.c.expires_at.is_(None), secrets.c.expires_at > now)
    statement = select(secrets).where(secrets.c.endpoint_id == endpoint_id, living)
    order = (secrets.c.expires_at.is_(None).desc(), secrets.c.created_at.desc())
    return (await reader.execute(statement.order_by(*order))).all()


async def forget_secrets(session: AsyncSession, *, before: datetime) -> None:
    await session.execute(delete(secrets).where(secrets.c.expires_at < before))
