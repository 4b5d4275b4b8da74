"""Every query on notices and objections. Notices are public; who sees objections is asked of the case."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.tables import notices, objections

Connection = AsyncSession | AsyncConnection


async def insert_notice(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(notices), dict(values))


async def close_notice(session: AsyncSession, case_id: UUID, *, on: date) -> None:
    statement = update(notices).where(notices.c.case_id == case_id, notices.c.closed_on.is_(None))
    await session.execute(statement.values(closed_on=on))


async def list_notices(
    connection: Connection,
    *,
    running: bool | None,
    kind: str | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[Any]:
    """Up to `limit + 1`, newest first."""
    query = select(notices).order_by(notices.c.created_at.desc(), notices.c.id.desc())
    if running is not None:
        open_ = notices.c.closed_on.is_(None)
        query = query.where(open_ if running else ~open_)
    if kind is not None:
        query = query.where(notices.c.kind == kind)
    if after is not None:
        query = query.where(tuple_(notices.c.created_at, notices.c.id) < after)
    return (await connection.execute(query.limit(limit + 1))).all()


async def find_notice(connection: Connection, notice_id: UUID) -> Any | None:
    query = select(notices).where(notices.c.id == notice_id)
    return (await connection.execute(query)).first()


async def insert_objection(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """False where this caller has objected to this notice before."""
    statement = pg_insert(objections).values(**values).on_conflict_do_nothing()
    return (await session.execute(statement.returning(objections.c.id))).first() is not None


async def objections_of(
    connection: Connection, case_id: UUID, *, raised_by: str | None = None
) -> Sequence[Any]:
    query = select(objections).where(objections.c.case_id == case_id)
    if raised_by is not None:
        query = query.where(objections.c.raised_by == raised_by)
    return (await connection.execute(query.order_by(objections.c.raised_at))).all()


async def find_objection(connection: Connection, objection_id: UUID) -> Any | None:
    query = select(objections).where(objections.c.id == objection_id)
    return (await connection.execute(query)).first()


async def decide_objection(
    session: AsyncSession, objection_id: UUID, values: Mapping[str, Any]
) -> bool:
    """False where somebody has decided it meanwhile."""
    statement = (
        update(objections)
        .where(objections.c.id == objection_id, objections.c.state == "open")
        .values(**values)
        .returning(objections.c.id)
    )
    return (await session.execute(statement)).first() is not None
