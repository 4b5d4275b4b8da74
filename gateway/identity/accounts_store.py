"""Every query on accounts and their passwords. Must not decide anything."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity.tables import AnyRow
from gateway.identity.tables import accounts as a
from gateway.identity.tables import credentials as c

Connection = AsyncSession | AsyncConnection
SIGN_IN_STATES = ("active", "pending_verification", "closing")
"""In which a right password opens something: `closing` only the question whether to keep the account."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A row to be; sealed and hashed already."""

    id: uuid.UUID
    username_hash: str
    username_sealed: str
    name: str
    person: str | None
    id_number_sealed: str | None
    roles: Sequence[str]
    org: str | None
    regions: Sequence[str]
    state: str
    password_hash: str
    must_change: bool = False
    is_demo: bool = False
    name_en: str | None = None


async def add_account(session: AsyncSession, account: NewAccount, *, now: datetime) -> str | None:
    """Insert, or say what is in the way: "username" or "person". Writes nothing then."""
    values = {
        "id": account.id,
        "username_hash": account.username_hash,
        "username_sealed": account.username_sealed,
        "name": account.name,
        "name_en": account.name_en,
        "person": account.person,
        "id_number_sealed": account.id_number_sealed,
        "roles": list(account.roles),
        "org": account.org,
        "regions": list(account.regions),
        "state": account.state,
        "is_demo": account.is_demo,
        "created_at": now,
        "updated_at": now,
        "verified_at": now if account.state == "active" else None,
    }
    done = await session.execute(
        upsert(a).values(values).on_conflict_do_nothing().returning(a.c.id)
    )
    if done.first() is None:
        person = None
        if account.person:
            person = (
                await session.execute(select(a.c.id).where(a.c.person == account.person))
            ).first()
        return "person" if person else "username"
    await session.execute(
        insert(c).values(
            account_id=account.id,
            password_hash=account.password_hash,
            changed_at=now,
            must_change=account.must_change,
        )
    )
    return None


async def find_credentials(connection: Connection, *, username_hash: str) -> AnyRow | None:
    """id, state and password hash of the account with this name."""
    query = select(a.c.id, a.c.state, c.c.password_hash).join(c, c.c.account_id == a.c.id)
    return (await connection.execute(query.where(a.c.username_hash == username_hash))).first()


async def find_account(connection: Connection, *, account_id: uuid.UUID) -> AnyRow | None:
    return (await connection.execute(select(a).where(a.c.id == account_id))).first()


async def set_password(
    session: AsyncSession,
    *,
    account_id: uuid.UUID,
    password_hash: str,
    now: datetime,
    must_change: bool = False,
) -> None:
    values = {"password_hash": password_hash, "changed_at": now, "must_change": must_change}
    await session.execute(update(c).where(c.c.account_id == account_id).values(values))


async def change_account(
    session: AsyncSession,
    *,
    account_id: uuid.UUID,
    version: int | None,
    values: dict[str, Any],
    now: datetime,
) -> bool:
    """Set columns and count the version up. False when the row is gone or has another version."""
    statement = update(a).where(a.c.id == account_id)
    if version is not None:
        statement = statement.where(a.c.version == version)
    changed = statement.values(**values, version=a.c.version + 1, updated_at=now).returning(a.c.id)
    return (await session.execute(changed)).first() is not None


async def remove_pending(session: AsyncSession, *, account_id: uuid.UUID) -> None:
    """Forget somebody whose real-name check failed: nothing of the attempt stays."""
    gone = delete(a).where(a.c.id == account_id, a.c.state == "pending_verification")
    await session.execute(gone)


async def list_accounts(
    connection: Connection,
    *,
    limit: int,
    after: tuple[Any, ...] | None,
    org: str | None = None,
    role: str | None = None,
    state: str | None = None,
) -> Sequence[AnyRow]:
    """Up to `limit + 1` accounts, newest first, from after the key (created_at, id)."""
    query = select(a).order_by(a.c.created_at.desc(), a.c.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(tuple_(a.c.created_at, a.c.id) < tuple_(*after))
    if org is not None:
        query = query.where(a.c.org == org)
    if role is not None:
        query = query.where(a.c.roles.contains([role]))
    if state is not None:
        query = query.where(a.c.state == state)
    return (await connection.execute(query)).all()


async def colleagues(
    connection: Connection, *, org: str, roles: Sequence[str], limit: int = 200
) -> Sequence[AnyRow]:
    """Active accounts of an organisation that hold one of these roles, by name."""
    query = (
        select(a.c.id, a.c.name, a.c.person, a.c.roles, a.c.org, a.c.regions)
        .where(a.c.org == org, a.c.state == "active", a.c.roles.overlap(list(roles)))
        .order_by(a.c.name, a.c.id)
        .limit(limit)
    )
    return (await connection.execute(query)).all()
