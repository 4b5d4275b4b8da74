"""What is to be sent, when, and what follows from each answer: the jobs behind webhooks.

    feed appends ─ plan() ─► drain(endpoint) ─► send ─┬─ 2xx: delivered
                                ▲                     ├─ 410: the endpoint is disabled
              wake(endpoint) ───┘ at the next time ◄──┴─ else: the next pause of the schedule, or given up

One drain runs per endpoint (the job's lock) in a queue of their own, a few requests at a time and for a
slice of time: a slow receiver holds up nobody but itself. An answer and what follows from it are one
transaction; a worker that dies between the two sends again, with the same `webhook-id`.
"""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.gateway import WebhookDeliveryGivenUp, WebhookEndpointDisabled
from gateway.inbox import deliveries_store, endpoints_store, feed_store
from gateway.inbox.planning import DRAIN, QUEUE, defer_drain
from gateway.inbox.rules import next_pause
from gateway.inbox.secrets import open_secrets
from gateway.inbox.sending import Outcome, Sender, signed_headers
from gateway.inbox.views import body_of, test_event, view_event
from kit.jobs import JobContext, Jobs, defer
from kit.outbox import Event, emit

log = structlog.get_logger(__name__)
WAKE = "webhooks.wake"
CONCURRENT_ENDPOINTS = 64
REQUESTS_PER_ENDPOINT = 4
SLICE_SECONDS = 20.0
BATCH = 40
webhook_jobs = Jobs("gateway")


@webhook_jobs.task(WAKE)
async def wake(context: JobContext, *, endpoint_id: str) -> None:
    """A pause is over. Holds no lock itself: a job that waits for hours must not stand before others."""
    async with context.transaction() as session:
        await defer_drain(session, UUID(endpoint_id))


@webhook_jobs.task(DRAIN, attempts=20, cap_seconds=60)
async def drain(context: JobContext, *, endpoint_id: str) -> None:
    """Sends what is due to one endpoint, for at most a slice of time."""
    end = time.monotonic() + SLICE_SECONDS
    id_ = UUID(endpoint_id)
    while time.monotonic() < end:
        async with context.database.reader() as connection:
            endpoint = await endpoints_store.find_any(connection, id_)
            if endpoint is None or endpoint.state != "enabled":
                return
            now = datetime.now(UTC)
            rows = await deliveries_store.due(connection, id_, now=now, limit=BATCH)
            events = await feed_store.events_by_id(connection, [row.event_id for row in rows])
            secrets = await open_secrets(connection, context.state.vault, id_, now=now)
        if not rows:
            return
        await _send_all(context, endpoint, rows, events, secrets, end=end)
    async with context.transaction() as session:
        await defer_drain(session, id_)


async def _send_all(
    context: JobContext,
    endpoint: Any,
    rows: Sequence[Any],
    events: Mapping[UUID, Any],
    secrets: Sequence[str],
    *,
    end: float,
) -> None:
    """A few at a time, in the order in which they are due; none begins after the slice has ended."""
    waiting = iter(rows)
    stop = asyncio.Event()

    async def hand() -> None:
        for row in waiting:
            if stop.is_set() or time.monotonic() >= end:
                return
            if not await _deliver(context, endpoint, row, events.get(row.event_id), secrets):
                stop.set()

    async with asyncio.TaskGroup() as group:
        for _ in range(REQUESTS_PER_ENDPOINT):
            group.create_task(hand())


async def _deliver(
    context: JobContext, endpoint: Any, row: Any, event: Any | None, secrets: Sequence[str]
) -> bool:
    """One attempt, sent and recorded. False when the endpoint is not to be called any more."""
    at = datetime.now(UTC)
    if row.kind == "test":
        outcome = await _send(context.state.sender, endpoint, test_event(row), secrets, now=at)
    elif event is None:
        outcome = Outcome("no_longer_kept")
    else:
        outcome = await _send(context.state.sender, endpoint, view_event(event), secrets, now=at)
    await record_outcome(context, endpoint, row, outcome, at=at)
    return outcome.code != "gone"


async def _send(
    sender: Sender, endpoint: Any, event: Any, secrets: Sequence[str], *, now: datetime
) -> Outcome:
    body = body_of(event)
    headers = signed_headers(event_id=str(event.id), body=body, secrets=secrets, now=now)
    return await sender.send(endpoint.url, body=body, headers=headers)


async def record_outcome(
    context: JobContext, endpoint: Any, row: Any, outcome: Outcome, *, at: datetime
) -> None:
    """The attempt, and what follows: done, the next pause, given up, or an endpoint disabled."""
    number = row.attempts + 1
    now = datetime.now(UTC)
    then = _what_follows(context.state.settings.webhook_retry_seconds, number, outcome, now=now)
    attempt = {
        "at": at,
        "duration_ms": outcome.duration_ms,
        "outcome": outcome.code,
        "status": outcome.status,
    }
    async with context.transaction() as session:
        done = await deliveries_store.record(
            session, row.id, number=number, attempt=attempt, then=then
        )
        if not done:
            return
        if then["state"] == "pending":
            args = {"endpoint_id": str(endpoint.id)}
            await defer(session, WAKE, args, at=then["next_attempt_at"], queue=QUEUE)
        if then["state"] == "given_up":
            await _tell_given_up(session, endpoint, row, attempts=number, at=now)
        if outcome.code == "gone":
            await _disable(session, endpoint, at=now)
    log.info(
        "webhook_attempt",
        endpoint=str(endpoint.id),
        event=str(row.event_id),
        number=number,
        outcome=outcome.code,
        status=outcome.status,
        ms=outcome.duration_ms,
    )


def _what_follows(
    schedule: Sequence[float], number: int, outcome: Outcome, *, now: datetime
) -> dict[str, Any]:
    if outcome.delivered:
        return {"state": "delivered", "next_attempt_at": None, "finished_at": now}
    pause = next_pause(
        number,
        schedule=schedule,
        chance=random.random(),  # noqa: S311  no secret
        asked=outcome.retry_after_seconds,
    )
    if pause is None or outcome.code in ("gone", "no_longer_kept"):
        return {"state": "given_up", "next_attempt_at": None, "finished_at": now}
    return {"state": "pending", "next_attempt_at": now + timedelta(seconds=pause)}


async def _tell_given_up(
    session: AsyncSession, endpoint: Any, row: Any, *, attempts: int, at: datetime
) -> None:
    payload = WebhookDeliveryGivenUp(
        endpoint_id=endpoint.id, delivery_id=row.id, event_id=row.event_id, attempts=attempts
    )
    await _tell(
        session,
        "gateway.webhook-delivery.given-up.v1",
        ("webhook-delivery", str(row.id)),
        payload,
        org=endpoint.org,
        sequence=1,
        at=at,
    )


async def _disable(session: AsyncSession, endpoint: Any, *, at: datetime) -> None:
    if not await endpoints_store.disable_now(session, endpoint.id, reason="gone", now=at):
        return
    await _tell(
        session,
        "gateway.webhook-endpoint.disabled.v1",
        ("webhook-endpoint", str(endpoint.id)),
        WebhookEndpointDisabled(endpoint_id=endpoint.id, reason="gone"),
        org=endpoint.org,
        sequence=endpoint.version + 1,
        at=at,
    )


async def _tell(
    session: AsyncSession,
    type_: str,
    aggregate: tuple[str, str],
    payload: Any,
    *,
    org: str,
    sequence: int,
    at: datetime,
) -> None:
    event = Event(
        type=type_,
        aggregate=aggregate,
        sequence=sequence,
        data=payload,
        audience=(f"org:{org}",),
        occurred_at=at,
    )
    await emit(session, event)
