"""What pages may ask of messages: the reader's inbox, and what to do with it.

Everything takes the request first. Must not be told whose inbox: that is the session's.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from gateway.identity.sessions import Session
from gateway.identity.tables import AnyRow
from gateway.messages import store
from gateway.messages.rules import wording
from kit.paging import CursorCodec

PAGE = 20


@dataclass(frozen=True, slots=True)
class Message:
    """One message in the reader's language."""

    id: uuid.UUID
    text: str
    href: str
    created_at: datetime
    unread: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """Newest first; `older` is the cursor of the next page."""

    messages: list[Message]
    unread: int
    older: str | None


def recipients_of(account_id: str, person: str | None) -> list[str]:
    """As whom somebody is written to: their account, and before they had one, their person."""
    return [f"account:{account_id}", *([f"person:{person}"] if person else [])]


async def inbox(
    request: Request, session: Session, *, english: bool, cursor: str = "", limit: int = PAGE
) -> Inbox:
    """A page of the reader's messages. Raises InvalidCursor."""
    codec = CursorCodec(request.app.state.secret, "inbox")
    after = codec.decode(cursor) if cursor else None
    mine = recipients_of(session.account_id, session.person)
    async with request.app.state.database.reader() as reader:
        rows = await store.list_messages(reader, mine, limit=limit, after=after)
        unread = await store.count_unread(reader, mine)
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    older = codec.encode((last.created_at, last.id)) if last else None
    return Inbox([_message(row, english=english) for row in shown], unread, older)


async def open_message(request: Request, session: Session, message_id: uuid.UUID) -> str | None:
    """Mark one of the reader's messages as read; the page that it is about, None where there is none."""
    mine = recipients_of(session.account_id, session.person)
    async with request.app.state.database.transaction() as transaction:
        found = await store.find_message(transaction, mine, message_id)
        if found is None:
            return None
        await store.mark_read(transaction, mine, ids=[message_id], now=datetime.now(UTC))
        return str(found.href)


async def mark_all_read(request: Request, session: Session) -> None:
    mine = recipients_of(session.account_id, session.person)
    async with request.app.state.database.transaction() as transaction:
        await store.mark_read(transaction, mine, ids=None, now=datetime.now(UTC))


async def preferences(request: Request, session: Session) -> tuple[bool, bool]:
    """(short messages?, e-mails?)"""
    async with request.app.state.database.reader() as reader:
        return await store.preferences_of(reader, uuid.UUID(session.account_id))


async def set_preferences(request: Request, session: Session, *, sms: bool, email: bool) -> None:
    async with request.app.state.database.transaction() as transaction:
        await store.set_preferences(
            transaction, uuid.UUID(session.account_id), sms=sms, email=email
        )


async def export(request: Request, session: Session) -> list[dict[str, Any]]:
    """All of the reader's messages as data."""
    mine = recipients_of(session.account_id, session.person)
    async with request.app.state.database.reader() as reader:
        rows = await store.list_messages(reader, mine, limit=100_000)
    return [
        {
            "text": wording(row.template, row.values, english=False),
            "template": row.template,
            "about": row.href,
            "created_at": row.created_at.isoformat(),
            "read_at": row.read_at.isoformat() if row.read_at else None,
        }
        for row in rows
    ]


def _message(row: AnyRow, *, english: bool) -> Message:
    text = wording(row.template, row.values, english=english)
    return Message(row.id, text, row.href, row.created_at, row.read_at is None)
