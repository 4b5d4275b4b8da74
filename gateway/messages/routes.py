"""`/messages`: one's own inbox over HTTP, as the pages show it. Thin; nobody else's can be named."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends

from gateway.identity.tables import AnyRow
from gateway.messages import store
from gateway.messages.rules import wording
from gateway.messages.schemas import (
    MessagePreferences,
    MessagePreferencesView,
    MessagesRead,
    MessageView,
    ReadCount,
)
from gateway.messages.service import recipients_of
from kit.auth import Actor, permission
from kit.db import Reader, Session
from kit.errors import NotFound
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from kit.schemas import Label

router = Router(prefix="/messages", tags=["messages"])
MayReadMessages = Annotated[Actor, Depends(permission("message:read"))]
MayMarkMessages = Annotated[Actor, Depends(permission("message:mark"))]


def view_message(row: AnyRow) -> MessageView:
    return MessageView(
        id=row.id,
        template=row.template,
        text=Label(
            zh=wording(row.template, row.values, english=False),
            en=wording(row.template, row.values, english=True),
        ),
        href=row.href,
        created_at=row.created_at,
        read_at=row.read_at,
    )


@router.get("", summary="One's own messages, newest first", operation_id="listMessages")
async def list_messages(
    actor: MayReadMessages, reader: Reader, query: PageQuery, unread: bool = False
) -> Page[MessageView]:
    rows = await store.list_messages(
        reader,
        recipients_of(actor.sub, actor.person),
        limit=query.limit,
        after=query.after("messages"),
        unread=unread,
    )
    return query.page(rows, "messages", key=lambda row: (row.created_at, row.id), view=view_message)


@router.post("/actions/mark-read", summary="Say which were read", operation_id="markMessagesRead")
async def mark_read(given: MessagesRead, actor: MayMarkMessages, session: Session) -> ReadCount:
    """Marking what is read already, or somebody else's, changes nothing."""
    mine = recipients_of(actor.sub, actor.person)
    marked = await store.mark_read(session, mine, ids=given.ids, now=datetime.now(UTC))
    return ReadCount(marked=marked, unread=await store.count_unread(session, mine))


@router.get(
    "/preferences",
    summary="Whether short messages and e-mails are sent beside the inbox",
    operation_id="readMessagePreferences",
    responses=problems(NotFound),
)
async def read_preferences(actor: MayReadMessages, reader: Reader) -> MessagePreferencesView:
    sms, email = await store.preferences_of(reader, _account_of(actor))
    return MessagePreferencesView(sms=sms, email=email)


@router.put(
    "/preferences",
    summary="Change that",
    operation_id="changeMessagePreferences",
    responses=problems(NotFound),
)
async def change_preferences(
    given: MessagePreferences, actor: MayMarkMessages, session: Session
) -> MessagePreferencesView:
    await store.set_preferences(session, _account_of(actor), sms=given.sms, email=given.email)
    return MessagePreferencesView(sms=given.sms, email=given.email)


def _account_of(actor: Actor) -> uuid.UUID:
    """Raises NotFound for a program, which has no inbox of its own."""
    try:
        return uuid.UUID(actor.sub)
    except ValueError as error:
        raise NotFound from error
