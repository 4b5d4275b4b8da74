"""Every query on closings, copies, and what an account leaves behind. Must not decide anything."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity import tables as identity
from gateway.identity.tables import AnyRow
from gateway.leaving.tables import account_closings as c
from gateway.leaving.tables import data_export_parts as p
from gateway.leaving.tables import data_exports as e
from gateway.messages import tables as messages

Connection = AsyncSession | AsyncConnection
_OPEN = (c.c.withdrawn_at.is_(None), c.c.closed_at.is_(None))


async def lock_account(session: AsyncSession, account_id: uuid.UUID) -> AnyRow | None:
    """The account, held until the transaction ends."""
    query = select(identity.accounts).where(identity.accounts.c.id == account_id)
    return (await session.execute(query.with_for_update())).first()


async def add_closing(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(c).values(values))


async def open_closing(connection: Connection, account_id: uuid.UUID) -> AnyRow | None:
    query = select(c).where(c.c.account_id == account_id, *_OPEN)
    return (await connection.execute(query)).first()


async def change_closing(session: AsyncSession, closing_id: uuid.UUID, **values: Any) -> None:
    await session.execute(update(c).where(c.c.id == closing_id).values(values))


async def due_closings(connection: Connection, *, now: datetime, limit: int) -> Sequence[AnyRow]:
    """Those to look at now, the oldest first."""
    query = select(c).where(*_OPEN, c.c.look_at <= now).order_by(c.c.look_at).limit(limit)
    return (await connection.execute(query)).all()


async def find_closing(connection: Connection, closing_id: uuid.UUID) -> AnyRow | None:
    query = select(c).where(c.c.id == closing_id, *_OPEN)
    return (await connection.execute(query)).first()


async def hold_closing(session: AsyncSession, closing_id: uuid.UUID) -> AnyRow | None:
    """The closing if it is still open and nobody else has it in hand."""
    query = select(c).where(c.c.id == closing_id, *_OPEN)
    return (await session.execute(query.with_for_update(skip_locked=True))).first()


async def erase(session: AsyncSession, account: AnyRow) -> None:
    """All that the gateway holds of a person beside the account's own row."""
    recipients = [f"account:{account.id}"]
    if account.person:
        recipients.append(f"person:{account.person}")
    for statement in (
        delete(identity.login_attempts).where(
            identity.login_attempts.c.username_hash == account.username_hash
        ),
        delete(messages.messages).where(messages.messages.c.recipient.in_(recipients)),
        delete(messages.message_preferences).where(
            messages.message_preferences.c.account_id == account.id
        ),
        delete(e).where(e.c.account_id == account.id),
        *(
            delete(table).where(table.c.account_id == account.id)
            for table in (
                identity.grants,
                identity.authorization_codes,
                identity.consents,
                identity.one_time_codes,
                identity.sessions,
                identity.credentials,
            )
        ),
    ):
        await session.execute(statement)


async def add_export(session: AsyncSession, values: dict[str, Any]) -> bool:
    """False where one is being made already."""
    done = await session.execute(
        upsert(e).values(values).on_conflict_do_nothing().returning(e.c.id)
    )
    return done.first() is not None


async def find_export(connection: Connection, export_id: uuid.UUID) -> AnyRow | None:
    return (await connection.execute(select(e).where(e.c.id == export_id))).first()


async def last_export(connection: Connection, account_id: uuid.UUID) -> AnyRow | None:
    query = select(e).where(e.c.account_id == account_id).order_by(e.c.asked_at.desc()).limit(1)
    return (await connection.execute(query)).first()


async def change_export(session: AsyncSession, export_id: uuid.UUID, **values: Any) -> bool:
    """Only one that is being made; False where it is not any more."""
    changed = update(e).where(e.c.id == export_id, e.c.state == "preparing").values(values)
    return (await session.execute(changed.returning(e.c.id))).first() is not None


async def replace_part(
    session: AsyncSession, export_id: uuid.UUID, *, number: int, sealed: bytes
) -> None:
    statement = upsert(p).values(export_id=export_id, number=number, sealed=sealed)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["export_id", "number"], set_={"sealed": sealed}
        )
    )


async def find_part(connection: AsyncConnection, export_id: uuid.UUID, number: int) -> bytes | None:
    """One piece, still sealed."""
    query = select(p.c.sealed).where(p.c.export_id == export_id, p.c.number == number)
    found: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def expire_exports(session: AsyncSession, *, now: datetime) -> None:
    """What nobody may fetch any more is gone; that there was a copy stays known."""
    over = update(e).where(e.c.state == "ready", e.c.expires_at <= now).values(state="expired")
    ids = (await session.execute(over.returning(e.c.id))).scalars().all()
    if ids:
        await session.execute(delete(p).where(p.c.export_id.in_(ids)))
