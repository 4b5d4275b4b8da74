"""`/inbox`: pull and acknowledge. Webhooks carry the same facts to those who can receive them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from kit.db import Session
from kit.errors import NotFound
from kit.http import Router
from kit.schemas import Label, Out
from services.finance.bank import inbox
from services.finance.bank.access import MayAcknowledge, MayReadInbox, bank_of

router = Router(tags=["bank inbox"])
Hidden = Annotated[
    int,
    Query(
        ge=0,
        le=43_200,
        description="Seconds for which the messages of this reply stay hidden from the next pull; "
        "whatever is not acknowledged by then comes again",
    ),
]
Limit = Annotated[int, Query(ge=1, le=200, description="Messages at most, the oldest first")]


class MessageView(Out):
    """One message. `deliveries` counts how often it was handed out, this time included."""

    id: UUID
    kind: str
    subject: Label
    href: str
    created_at: datetime
    deliveries: int
    visible_again_at: datetime


class InboxView(Out):
    """What waits. There is no cursor: acknowledge, then pull again. `waiting` counts to 1,000."""

    items: list[MessageView]
    waiting: int


class AcknowledgementView(Out):
    """When the message was acknowledged for the first time."""

    id: UUID
    acknowledged_at: datetime


@router.get(
    "/inbox", summary="Pull the messages that wait for your bank", operation_id="pullBankInbox"
)
async def pull_inbox(
    actor: MayReadInbox, session: Session, limit: Limit = 50, visibility_seconds: Hidden = 60
) -> InboxView:
    """Each message comes again until it is acknowledged, so do first, acknowledge after."""
    bank = bank_of(actor)
    rows = await inbox.take(session, bank=bank, limit=limit, hidden_s=visibility_seconds)
    items = [
        MessageView(
            id=row.id,
            kind=row.kind,
            subject=Label(zh=row.subject_zh, en=row.subject_en),
            href=row.href,
            created_at=row.created_at,
            deliveries=row.deliveries,
            visible_again_at=row.visible_at,
        )
        for row in rows
    ]
    return InboxView(items=items, waiting=await inbox.waiting(session, bank=bank))


@router.post(
    "/inbox/{message_id}/acknowledgements",
    summary="Say that a message was dealt with",
    operation_id="acknowledgeBankMessage",
)
async def acknowledge_message(
    message_id: UUID, request: Request, actor: MayAcknowledge, session: Session
) -> AcknowledgementView:
    """Acknowledging twice changes nothing and gives the first time again."""
    at = await inbox.acknowledge(
        session, bank=bank_of(actor), message_id=message_id, now=request.app.state.clock.now()
    )
    if at is None:
        raise NotFound
    return AcknowledgementView(id=message_id, acknowledged_at=at)
