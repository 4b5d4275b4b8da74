"""Every query of the projection, scoped by the regions that the caller serves."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import false, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from services.carriers.enterprises.tables import Enterprise

_ENTERPRISES = Enterprise.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_ROW = select(
    _ENTERPRISES.c.uscc,
    _ENTERPRISES.c.name,
    _ENTERPRISES.c.region_code,
    _ENTERPRISES.c.established_on,
)


async def keep_newest(
    session: AsyncSession,
    *,
    uscc: str,
    name: str,
    region_code: str,
    established_on: date,
    licence_version: int,
    at: datetime,
) -> None:
    """Insert or bring up to date; what is older than the present row changes nothing."""
    values = {
        "name": name,
        "region_code": region_code,
        "established_on": established_on,
        "licence_version": licence_version,
        "updated_at": at,
    }
    statement = insert(_ENTERPRISES).values(uscc=uscc, **values)
    newer = statement.excluded.licence_version >= _ENTERPRISES.c.licence_version
    await session.execute(
        statement.on_conflict_do_update(index_elements=["uscc"], set_=values, where=newer)
    )


async def list_enterprises(
    connection: AsyncConnection, *, actor: Actor, after: str | None, limit: int
) -> Sequence[Any]:
    """Up to `limit + 1` enterprises of the actor's regions, in order of their code."""
    statement = _ROW.order_by(_ENTERPRISES.c.uscc).limit(limit + 1)
    if not actor.has("administrator"):
        regions = [
            _ENTERPRISES.c.region_code.startswith(p, autoescape=True) for p in actor.region_prefixes
        ]
        statement = statement.where(or_(false(), *regions))
    if after is not None:
        statement = statement.where(_ENTERPRISES.c.uscc > after)
    return (await connection.execute(statement)).all()
