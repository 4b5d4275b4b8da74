"""What the worker does for the inbox: follows the streams, sends webhooks, and by the clock forgets what is
over."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.inbox import deliveries_store, endpoints_store, feed_store
from gateway.inbox.delivering import Tools
from gateway.inbox.dispatching import Dispatcher
from gateway.inbox.following import Follower
from gateway.inbox.planning import plan
from gateway.inbox.recording import Recorder
from gateway.inbox.runtime import policy_of
from gateway.inbox.sending import Sender
from gateway.jobs import jobs
from gateway.messages.jobs import tell_events
from kit.jobs import JobContext

KEPT_DAYS = 90
"""As long as the streams keep an event (kit.outbox.MAX_AGE_SECONDS)."""


@jobs.periodic("inbox.forget", cron="17 3 * * *")
async def forget(context: JobContext) -> None:
    """Every night: events, deliveries and secrets that are over."""
    now = datetime.now(UTC)
    before = now - timedelta(days=KEPT_DAYS)
    async with context.transaction() as session:
        await deliveries_store.forget_before(session, before=before)
        await endpoints_store.forget_secrets(session, before=now - timedelta(days=1))
        await feed_store.forget_before(session, before=before)


async def prepare_inbox(state: Any) -> None:
    """Worker.prepare: the HTTP client of all deliveries."""
    settings = state.settings
    state.sender = Sender(policy_of(settings), timeout_seconds=settings.webhook_timeout_seconds)
    await state.sender.__aenter__()


async def follow_streams(state: Any) -> None:
    """Worker.tasks: fills the feed; whom an event concerns hears of it in the same transaction."""

    async def appended(session: AsyncSession, events: Sequence[Mapping[str, Any]]) -> None:
        await plan(session, events)
        await tell_events(state, session, events)

    follower = Follower(state.database, nats_url=state.settings.nats_url, on_appended=appended)
    await follower.run()


async def send_webhooks(state: Any) -> None:
    """Worker.tasks: sends what is due, to every endpoint by itself."""
    schedule = state.settings.webhook_retry_seconds
    recorder = Recorder(state.database, schedule)
    tools = Tools(state.database, state.vault, state.sender, recorder, schedule)
    await Dispatcher(tools, state.settings.database_url).run()


async def close_inbox(state: Any) -> None:
    """Worker.close."""
    await state.sender.__aexit__(None, None, None)
