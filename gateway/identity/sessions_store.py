"""Every query on sessions, grants of apps, and the revocation list. Must not decide anything.

Ending a session or a grant and putting its `sid` on the revocation list are one statement's
neighbours in one transaction, so no ended session keeps a living token.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity.tables import AnyRow
from gateway.identity.tables import accounts as a
from gateway.identity.tables import credentials as c
from gateway.identity.tables import grants as g
from gateway.identity.tables import revocations as r
from gateway.identity.tables import sessions as s
from gateway.identity.tokens import LIFE_S

Connection = AsyncSession | AsyncConnection
TOKENS_DIE_IN = timedelta(seconds=LIFE_S + 60)
"""After this no access token minted before can still be alive, so the list may forget it."""


async def add_session(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(s).values(values))


_LIVING = (
    s.c.sid,
    s.c.account_id,
    s.c.secret_hash,
    s.c.previous_hash,
    s.c.rotated_at,
    s.c.confirmed_at,
    s.c.created_at,
    s.c.seen_at,
    s.c.expires_at,
    s.c.previous_sign_in_at,
    s.c.failed_attempts,
    a.c.name,
    a.c.username_sealed,
    a.c.roles,
    a.c.org,
    a.c.regions,
    a.c.state,
    a.c.person,
    c.c.must_change,
)


async def find_session(connection: Connection, *, secret_hash: bytes) -> AnyRow | None:
    """The unended session that has or just had this secret, with its account."""
    query = (
        select(*_LIVING)
        .join(a, a.c.id == s.c.account_id)
        .join(c, c.c.account_id == a.c.id)
        .where(or_(s.c.secret_hash == secret_hash, s.c.previous_hash == secret_hash))
        .where(s.c.ended_at.is_(None))
    )
    return (await connection.execute(query)).first()


async def account_of_secret(connection: Connection, *, secret_hash: bytes) -> uuid.UUID | None:
    """Whose session had this secret, also where it has ended."""
    query = select(s.c.account_id).where(
        or_(s.c.secret_hash == secret_hash, s.c.previous_hash == secret_hash)
    )
    found: uuid.UUID | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def touch_session(session: AsyncSession, *, sid: str, now: datetime, confirm: bool) -> None:
    values: dict[str, Any] = {"seen_at": now}
    if confirm:
        values["confirmed_at"] = func.coalesce(s.c.confirmed_at, now)
    await session.execute(update(s).where(s.c.sid == sid).values(values))


async def rotate_session(
    session: AsyncSession, *, sid: str, old: bytes, new: bytes, now: datetime
) -> bool:
    """Swap the secret once; False when another request already did."""
    values = {
        "secret_hash": new,
        "previous_hash": old,
        "rotated_at": now,
        "confirmed_at": None,
        "seen_at": now,
    }
    changed = update(s).where(s.c.sid == sid, s.c.secret_hash == old).values(values)
    return (await session.execute(changed.returning(s.c.sid))).first() is not None


async def end_session(session: AsyncSession, *, sid: str, now: datetime) -> bool:
    ended = update(s).where(s.c.sid == sid, s.c.ended_at.is_(None)).values(ended_at=now)
    found = (await session.execute(ended.returning(s.c.sid))).first() is not None
    if found:
        await revoke(session, kind="sid", values=[sid], now=now)
    return found


async def end_everything(session: AsyncSession, *, account_id: uuid.UUID, now: datetime) -> int:
    """End all sessions and grants of an account. The number of them."""
    ended = update(s).where(s.c.account_id == account_id, s.c.ended_at.is_(None))
    first = (await session.execute(ended.values(ended_at=now).returning(s.c.sid))).scalars().all()
    stopped = update(g).where(g.c.account_id == account_id, g.c.revoked_at.is_(None))
    then = (await session.execute(stopped.values(revoked_at=now).returning(g.c.sid))).scalars()
    sids = [*first, *then.all()]
    await revoke(session, kind="sid", values=sids, now=now)
    return len(sids)


async def revoke(
    session: AsyncSession,
    *,
    kind: str,
    values: Sequence[str],
    now: datetime,
    lasting: timedelta = TOKENS_DIE_IN,
) -> None:
    """Put `jti`, `sid` or `sub` values on the list that services poll."""
    if not values:
        return
    rows = [
        {"kind": kind, "value": value, "expires_at": now + lasting, "created_at": now}
        for value in values
    ]
    statement = upsert(r).values(rows)
    renewed = {"expires_at": func.greatest(r.c.expires_at, statement.excluded.expires_at)}
    await session.execute(
        statement.on_conflict_do_update(index_elements=["kind", "value"], set_=renewed)
    )


async def unrevoke_sub(session: AsyncSession, *, sub: str) -> None:
    """An unlocked account may have new tokens; its old sessions stay ended by their sid."""
    await session.execute(delete(r).where(r.c.kind == "sub", r.c.value == sub))


async def list_revocations(connection: Connection, *, now: datetime) -> Sequence[AnyRow]:
    query = select(r.c.kind, r.c.value, r.c.expires_at).where(r.c.expires_at > now)
    return (await connection.execute(query.order_by(r.c.id))).all()


async def revocations_mark(connection: Connection, *, now: datetime) -> tuple[Any, ...]:
    """Differs whenever the list does: asked every second, where reading the list is not needed."""
    query = select(func.count(), func.max(r.c.id), func.max(r.c.expires_at))
    return tuple((await connection.execute(query.where(r.c.expires_at > now))).one())


async def is_revoked(
    connection: Connection, *, jti: str, sid: str | None, sub: str, now: datetime
) -> bool:
    named = or_(
        (r.c.kind == "jti") & (r.c.value == jti),
        (r.c.kind == "sid") & (r.c.value == (sid or "")),
        (r.c.kind == "sub") & (r.c.value == sub),
    )
    query = select(r.c.kind).where(named, r.c.expires_at > now).limit(1)
    return (await connection.execute(query)).first() is not None
