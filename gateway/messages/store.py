"""Every query on messages. A reader's are found by their own recipients only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity.tables import AnyRow
from gateway.identity.tables import accounts as a
from gateway.messages.tables import message_attempts as attempts
from gateway.messages.tables import message_preferences as preferences
from gateway.messages.tables import message_sends as sends
from gateway.messages.tables import messages as m

Reading = AsyncConnection | AsyncSession


async def accounts_of(
    session: AsyncSession, *, ids: Sequence[UUID], persons: Sequence[str]
) -> Sequence[AnyRow]:
    """The accounts behind an event's readers, with what their channels need."""
    columns = (a.c.id, a.c.person, a.c.state, a.c.username_sealed, a.c.email_sealed)
    wants = (preferences.c.sms, preferences.c.email)
    query = select(*columns, *wants).outerjoin(preferences, preferences.c.account_id == a.c.id)
    named = a.c.id.in_(ids) | a.c.person.in_(persons)
    return (await session.execute(query.where(named))).all()


async def add_message(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """False when this person was told of this cause before."""
    added = upsert(m).values(values).on_conflict_do_nothing().returning(m.c.id)
    return (await session.execute(added)).first() is not None


async def add_send(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(sends).values(values))


async def pending_send(session: AsyncSession, send_id: UUID) -> AnyRow | None:
    """The send if it is not over, held until the transaction ends. Who comes second waits, then finds it
    over: two workers send it once, and no job passes for done because somebody else looked at the row."""
    query = select(sends).where(sends.c.id == send_id, sends.c.state == "pending")
    return (await session.execute(query.with_for_update())).first()


async def finish_send(
    session: AsyncSession, send_id: UUID, *, state: str, provider_id: str | None, now: datetime
) -> None:
    """Over: what was sent and where to is forgotten."""
    values = {
        "state": state,
        "provider_id": provider_id,
        "finished_at": now,
        "address_sealed": None,
        "text_sealed": None,
    }
    await session.execute(update(sends).where(sends.c.id == send_id).values(values))


async def add_attempt(session: AsyncSession, send_id: UUID, *, at: datetime, outcome: str) -> None:
    number = select(func.count()).where(attempts.c.send_id == send_id).scalar_subquery() + 1
    row = insert(attempts).values(send_id=send_id, number=number, at=at, outcome=outcome)
    await session.execute(row)


async def list_messages(
    reading: Reading,
    recipients: Sequence[str],
    *,
    limit: int,
    after: tuple[Any, ...] | None = None,
    unread: bool = False,
) -> Sequence[AnyRow]:
    """Up to `limit + 1`, newest first."""
    query = select(m).where(m.c.recipient.in_(recipients))
    if after is not None:
        query = query.where(tuple_(m.c.created_at, m.c.id) < tuple_(*after))
    if unread:
        query = query.where(m.c.read_at.is_(None))
    return (
        await reading.execute(query.order_by(m.c.created_at.desc(), m.c.id.desc()).limit(limit + 1))
    ).all()


async def count_unread(reading: Reading, recipients: Sequence[str]) -> int:
    query = select(func.count()).where(m.c.recipient.in_(recipients), m.c.read_at.is_(None))
    return int((await reading.execute(query)).scalar_one())


async def find_message(
    reading: Reading, recipients: Sequence[str], message_id: UUID
) -> AnyRow | None:
    query = select(m).where(m.c.id == message_id, m.c.recipient.in_(recipients))
    return (await reading.execute(query)).first()


async def mark_read(
    session: AsyncSession, recipients: Sequence[str], *, ids: Sequence[UUID] | None, now: datetime
) -> int:
    """Mark some, or with None all, as read. How many were not."""
    changed = update(m).where(m.c.recipient.in_(recipients), m.c.read_at.is_(None))
    if ids is not None:
        changed = changed.where(m.c.id.in_(ids))
    return len((await session.execute(changed.values(read_at=now).returning(m.c.id))).all())


async def preferences_of(reading: Reading, account_id: UUID) -> tuple[bool, bool]:
    """(short messages?, e-mails?)"""
    query = select(preferences.c.sms, preferences.c.email)
    row = (await reading.execute(query.where(preferences.c.account_id == account_id))).first()
    return (row.sms, row.email) if row else (True, True)


async def set_preferences(
    session: AsyncSession, account_id: UUID, *, sms: bool, email: bool
) -> None:
    statement = upsert(preferences).values(account_id=account_id, sms=sms, email=email)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id"], set_={"sms": sms, "email": email}
        )
    )


async def forget_before(session: AsyncSession, *, messages: datetime, codes: datetime) -> None:
    await session.execute(delete(m).where(m.c.created_at < messages))
    await session.execute(
        delete(sends).where(sends.c.message_id.is_(None), sends.c.finished_at < codes)
    )
