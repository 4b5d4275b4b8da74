"""Every query on sign-in attempts. Must not decide anything: `throttle.py` does."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity import throttle
from gateway.identity.tables import login_attempts as la
from gateway.identity.throttle import Failures

Connection = AsyncSession | AsyncConnection
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a try comes from, hashed: the network address, and what it is counted under, which is the
    address again or a device or session of the person's own."""

    ip_hash: str
    source_hash: str

    @property
    def own(self) -> bool:
        return self.source_hash != self.ip_hash


async def begin_attempt(
    session: AsyncSession,
    *,
    username_hash: str,
    place: Place,
    now: datetime,
    wait_left: Callable[[Failures], timedelta],
) -> tuple[int | None, timedelta]:
    """Count, and if a try is left, write one down as failed before the password is looked at.

    Under a lock per name, so that a hundred guesses at once are a hundred attempts. Returns the
    attempt's id (None when refused) and how long to wait.
    """
    key = int.from_bytes(hashlib.sha256(username_hash.encode()).digest()[:8], "big", signed=True)
    await session.execute(_LOCK, {"key": key})
    left = wait_left(await _failures(session, username_hash=username_hash, place=place, now=now))
    if left > timedelta(0):
        return None, left
    values = {
        "username_hash": username_hash,
        "ip_hash": place.ip_hash,
        "source_hash": place.source_hash,
        "succeeded": False,
        "at": now,
    }
    added = await session.execute(insert(la).values(values).returning(la.c.id))
    return int(added.scalar_one()), left


async def _failures(
    session: AsyncSession, *, username_hash: str, place: Place, now: datetime
) -> Failures:
    since = now - throttle.PAIR_WINDOW
    failed, named = la.c.succeeded.is_(False), la.c.username_hash == username_hash
    here = named & (la.c.source_hash == place.source_hash)
    last_right = select(func.max(la.c.at)).where(here, la.c.succeeded).scalar_subquery()
    count = select(func.count(), func.max(la.c.at))
    pair = count.where(here, failed, la.c.at > since, la.c.at > func.coalesce(last_right, since))
    strange = select(func.count()).where(
        named, failed, la.c.source_hash == la.c.ip_hash, la.c.at > since
    )
    address = count.where(
        la.c.ip_hash == place.ip_hash,
        la.c.source_hash == la.c.ip_hash,
        failed,
        la.c.at > now - throttle.ADDRESS_WINDOW,
    )
    here, last_here = (await session.execute(pair)).one()
    there, last_there = (await session.execute(address)).one()
    everywhere = (await session.execute(strange)).scalar_one()
    return Failures(here, last_here, there, last_there, everywhere)


async def succeed_attempt(session: AsyncSession, *, attempt_id: int) -> None:
    await session.execute(update(la).where(la.c.id == attempt_id).values(succeeded=True))


async def last_success(
    connection: Connection, *, username_hash: str, before_id: int
) -> tuple[datetime | None, int]:
    """When this name last signed in before an attempt, and how many tries failed since."""
    mine = la.c.username_hash == username_hash
    at = select(func.max(la.c.at)).where(mine, la.c.succeeded, la.c.id < before_id)
    last = (await connection.execute(at)).scalar_one()
    failed = select(func.count()).where(mine, la.c.succeeded.is_(False), la.c.id < before_id)
    if last is not None:
        failed = failed.where(la.c.at > last)
    return last, int((await connection.execute(failed)).scalar_one())
