"""Planning what goes out, in the transaction of its cause; and sending it, one job each.

Must not know what a message is about.
"""

from __future__ import annotations

import uuid
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.messages import store
from gateway.messages.channels import Channels, Refused
from kit.crypto import Vault
from kit.db import Database
from kit.jobs import RetryLater, defer

SEND = "messages.send"
ATTEMPTS = 8
ADDRESS, TEXT = "message_sends.address_sealed", "message_sends.text_sealed"
log = structlog.get_logger(__name__)


def channel_of(address: str) -> str:
    """By which channel an address is reached."""
    return "email" if "@" in address else "sms"


async def plan_send(
    session: AsyncSession,
    vault: Vault,
    *,
    message_id: uuid.UUID | None,
    address: str,
    text: str,
    now: datetime,
) -> uuid.UUID:
    """A send and its job; both or neither."""
    send_id = uuid.uuid4()
    await store.add_send(
        session,
        {
            "id": send_id,
            "message_id": message_id,
            "channel": channel_of(address),
            "address_sealed": vault.encrypt(address, context=ADDRESS),
            "text_sealed": vault.encrypt(text, context=TEXT),
            "state": "pending",
            "created_at": now,
        },
    )
    await defer(session, SEND, {"send_id": str(send_id)})
    return send_id


async def send(
    database: Database,
    vault: Vault,
    channels: Channels,
    *,
    send_id: uuid.UUID,
    attempt: int,
    now: datetime,
) -> None:
    """One attempt, recorded whatever comes of it. Raises RetryLater while another may help.

    The row is held while the provider is asked, so two workers never send the same at once; should this one
    die, the next sends again under the same id.
    """
    failed = ""
    async with database.transaction() as session:
        row = await store.pending_send(session, send_id)
        if row is None:
            return
        try:
            provider_id = await channels.send(
                row.channel,
                message_id=str(send_id),
                address=vault.decrypt(row.address_sealed, context=ADDRESS),
                text=vault.decrypt(row.text_sealed, context=TEXT),
            )
            state, outcome = "sent", "sent"
        except Refused as refused:
            provider_id, state, outcome = None, "refused", refused.reason
        except Exception as error:  # whatever broke, it is recorded and tried again
            provider_id, outcome = None, type(error).__name__
            last = attempt + 1 >= ATTEMPTS
            state, failed = ("given_up" if last else "pending"), outcome
        await store.add_attempt(session, send_id, at=now, outcome=outcome)
        if state != "pending":
            await store.finish_send(session, send_id, state=state, provider_id=provider_id, now=now)
    log.info("message_attempt", send=str(send_id), channel=row.channel, outcome=outcome)
    if failed and state == "pending":
        raise RetryLater(min(300, 2 ** (attempt + 1)), failed)
