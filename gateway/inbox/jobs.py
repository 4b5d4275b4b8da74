"""What the worker does for the inbox: follows the streams, sends webhooks in a queue of their own, and by
the clock looks after deliveries that nobody sends and forgets what is over."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.inbox import deliveries_store, endpoints_store, feed_store
from gateway.inbox.delivering import CONCURRENT_ENDPOINTS, webhook_jobs
from gateway.inbox.following import Follower
from gateway.inbox.planning import QUEUE, defer_drain, plan
from gateway.inbox.runtime import policy_of
from gateway.inbox.sending import Sender
from gateway.jobs import jobs
from gateway.messages.jobs import tell_events
from kit.jobs import JobContext, run_jobs

log = structlog.get_logger(__name__)
KEPT_DAYS = 90
"""As long as the streams keep an event (kit.outbox.MAX_AGE_SECONDS)."""
OVERDUE_SECONDS = 120


@jobs.periodic("inbox.look_after_deliveries", cron="* * * * *")
async def look_after_deliveries(context: JobContext) -> None:
    """Every minute: what is long due is sent, should its job have been lost."""
    before = datetime.now(UTC) - timedelta(seconds=OVERDUE_SECONDS)
    async with context.database.reader() as connection:
        found = await deliveries_store.overdue_endpoints(connection, before=before)
    for endpoint_id in found:
        log.warning("webhook_overdue", endpoint=str(endpoint_id))
        async with context.transaction() as session:
            await defer_drain(session, endpoint_id)


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
    """Worker.tasks: the jobs of a queue of their own, so that slow receivers hold up nobody's job."""
    app = webhook_jobs.procrastinate_app(state.settings.database_url, state)
    await run_jobs(app, queue=QUEUE, concurrency=CONCURRENT_ENDPOINTS)


async def close_inbox(state: Any) -> None:
    """Worker.close."""
    await state.sender.__aexit__(None, None, None)
