"""Every query on one-time codes. Single use and the number of tries are decided here, by the database."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity.tables import AnyRow
from gateway.identity.tables import one_time_codes as oc

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


async def count_asked(
    session: AsyncSession, *, purpose: str, subject: str, asked_from: str, now: datetime
) -> tuple[int, int, datetime | None]:
    """How many codes were asked for in the last hour and day, and when the oldest that counts was. Under a
    lock, so that ten wishes at once are ten."""
    digest = hashlib.sha256(f"code\x1f{purpose}\x1f{subject}".encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    await session.execute(_LOCK, {"key": key})
    mine = (
        (oc.c.purpose == purpose)
        & (oc.c.subject == subject)
        & (oc.c.asked_from == asked_from)
        & (oc.c.created_at > now - timedelta(days=1))
    )
    recent = oc.c.created_at > now - timedelta(hours=1)
    query = select(
        func.count().filter(recent),
        func.count(),
        func.min(oc.c.created_at).filter(recent),
        func.min(oc.c.created_at),
    ).where(mine)
    hour, day, oldest_hour, oldest_day = (await session.execute(query)).one()
    return hour, day, oldest_hour or oldest_day


async def add_code(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(oc).values(values))


async def count_try(
    session: AsyncSession, *, ticket: uuid.UUID, purpose: str, tries: int, now: datetime
) -> AnyRow | None:
    """The code with one try less, or None where none is left, it is over, used, or for something else."""
    changed = update(oc).where(
        oc.c.id == ticket,
        oc.c.purpose == purpose,
        oc.c.tries < tries,
        oc.c.used_at.is_(None),
        oc.c.expires_at > now,
    )
    return (await session.execute(changed.values(tries=oc.c.tries + 1).returning(*oc.c))).first()


async def use_up(session: AsyncSession, *, ticket: uuid.UUID, now: datetime) -> bool:
    """True for exactly one of racing uses."""
    used = update(oc).where(oc.c.id == ticket, oc.c.used_at.is_(None)).values(used_at=now)
    return (await session.execute(used.returning(oc.c.id))).first() is not None
