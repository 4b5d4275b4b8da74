"""What the worker does for messages: sends them, and forgets them in time."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.jobs import jobs
from gateway.messages import sending, store
from gateway.messages.channels import Channels
from gateway.messages.telling import teller_of
from kit.jobs import JobContext

KEPT_DAYS = 730


@jobs.task(sending.SEND, attempts=sending.ATTEMPTS, base_seconds=2, cap_seconds=300)
async def send_message(context: JobContext, *, send_id: str) -> None:
    """At once, then after 2 s, 4 s … eight times."""
    await sending.send(
        context.database,
        context.state.teller.vault,
        context.state.channels,
        send_id=uuid.UUID(send_id),
        attempt=context.attempt,
        now=datetime.now(UTC),
    )


@jobs.periodic("messages.forget", cron="43 3 * * *")
async def forget(context: JobContext) -> None:
    """Every night: messages of two years ago, and the records of codes sent before yesterday."""
    now = datetime.now(UTC)
    async with context.transaction() as session:
        await store.forget_before(
            session, messages=now - timedelta(days=KEPT_DAYS), codes=now - timedelta(days=1)
        )


async def prepare_messages(state: Any) -> None:
    """Worker.prepare: the channels, and who tells of events."""
    settings = state.settings
    state.teller = teller_of(settings)
    state.channels = Channels(
        sms_url=settings.sms_url.rstrip("/"),
        sms_key=settings.sms_key.get_secret_value(),
        smtp_url=settings.smtp_url.get_secret_value(),
        sender=settings.mail_sender,
    )


async def tell_events(
    state: Any, session: AsyncSession, events: Sequence[Mapping[str, Any]]
) -> None:
    """Hears of new events in the transaction that appends them to the feed."""
    await state.teller.tell_events(session, events)
