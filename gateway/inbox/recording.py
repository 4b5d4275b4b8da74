"""What follows from an attempt, written down before anything else is done with it.

    delivered ─► one statement for all that finished while the last one was being written
    failed ────► the attempt, the next pause or the end, what the owner is told, how the endpoint is

An attempt that was made is never lost to a failure here: while the database is away it is held, and written
when it is back. Only a process that dies in between sends again, with the same `webhook-id`.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.gateway import WebhookDeliveryGivenUp, WebhookEndpointDisabled
from gateway.inbox import deliveries_store, endpoints_store
from gateway.inbox.rules import IN_TROUBLE, next_pause, pause_of_endpoint
from gateway.inbox.sending import Outcome
from kit.db import Database, is_unreachable
from kit.outbox import Event, emit

log = structlog.get_logger(__name__)
LAST_WORDS = ("gone", "no_longer_kept")
"""Outcomes after which a delivery is not tried again, whatever the schedule says."""


@dataclass
class Health:
    """How one endpoint answers, as its one sender knows it. The rows follow."""

    failures: int
    asked_until: datetime | None = None
    paused_until: datetime | None = None

    @property
    def in_trouble(self) -> bool:
        return self.failures >= IN_TROUBLE

    def fail(self, outcome: Outcome, *, schedule: Sequence[float], now: datetime) -> None:
        self.failures += 1
        chance = random.random()  # noqa: S311  no secret
        pause = pause_of_endpoint(self.failures, schedule=schedule, chance=chance)
        if outcome.retry_after_seconds is not None:
            asked = min(outcome.retry_after_seconds, max(schedule))
            self.asked_until = now + timedelta(seconds=asked)
        ends = [now + timedelta(seconds=pause)] if pause else []
        ends += [self.asked_until] if self.asked_until and self.asked_until > now else []
        self.paused_until = max(ends, default=None)

    def succeed(self, *, now: datetime) -> None:
        """A pause that the receiver asked for stands, though another request still went through."""
        self.failures = 0
        still = self.asked_until is not None and self.asked_until > now
        self.paused_until = self.asked_until if still else None


Mark = tuple[dict[str, Any], "asyncio.Future[None]"]


@dataclass
class Recorder:
    """Writes attempts down for all senders of a process."""

    database: Database
    schedule: Sequence[float]
    _waiting: list[Mark] = field(default_factory=list)
    _pen: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def delivered(self, row: Any, outcome: Outcome, *, at: datetime) -> None:
        """Returns when it stands in the database, together with whatever came meanwhile."""
        mark = {
            "id": row.id,
            "number": row.attempts + 1,
            "at": at,
            "duration_ms": outcome.duration_ms,
            "status": outcome.status,
        }
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((mark, written))
        async with self._pen:
            if not written.done():  # else who held the pen before wrote this one, too
                await self._write_all()
        written.result()

    async def _write_all(self) -> None:
        marks, self._waiting = self._waiting, []
        try:
            await self._write(marks)
        except (
            Exception
        ):  # one of them is refused: each by itself, so that it is its own fault only
            for mark in marks:
                try:
                    await self._write([mark])
                except Exception as error:
                    mark[1].set_exception(error)
        except BaseException:
            self._waiting = marks + self._waiting  # told to end: writing twice changes nothing
            raise

    async def _write(self, marks: Sequence[Mark]) -> None:
        rows = [row for row, _ in marks]
        await self._insist(lambda session: deliveries_store.record_delivered(session, rows))
        for _, written in marks:
            written.set_result(None)

    async def recovered(self, endpoint_id: UUID, health: Health, *, was_in_trouble: bool) -> None:
        """It answers again: what waited for it is due."""

        async def write(session: AsyncSession) -> None:
            await endpoints_store.note_health(
                session, endpoint_id, failures=health.failures, paused_until=health.paused_until
            )
            if was_in_trouble:
                await deliveries_store.bring_forward(session, endpoint_id, now=datetime.now(UTC))

        await self._insist(write)

    async def failed(
        self, endpoint: Any, row: Any, outcome: Outcome, *, at: datetime, health: Health
    ) -> None:
        """The attempt, and what follows: the next pause, given up, or an endpoint disabled."""
        number, now = row.attempts + 1, datetime.now(UTC)
        then = _what_follows(self.schedule, number, outcome, now=now)
        attempt = {
            "at": at,
            "duration_ms": outcome.duration_ms,
            "outcome": outcome.code,
            "status": outcome.status,
            "detail": outcome.detail,
        }

        async def write(session: AsyncSession) -> None:
            if not await deliveries_store.record(
                session, row.id, number=number, attempt=attempt, then=then
            ):
                return
            if then["state"] == "given_up":
                await _tell_given_up(session, endpoint, row, attempts=number, at=now)
            if outcome.code == "gone":
                await _disable(session, endpoint, at=now)
            await endpoints_store.note_health(
                session,
                endpoint.id,
                failures=health.failures,
                paused_until=health.paused_until,
            )

        await self._insist(write)

    async def _insist(self, write: Callable[[AsyncSession], Awaitable[None]]) -> None:
        """In a transaction of its own, again and again while the database cannot be reached."""
        pause = 0.1
        while True:
            try:
                async with self.database.transaction() as session:
                    await write(session)
            except Exception as error:
                if not is_unreachable(error):
                    raise
                log.warning("webhook_record_waits", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
            else:
                return


def _what_follows(
    schedule: Sequence[float], number: int, outcome: Outcome, *, now: datetime
) -> dict[str, Any]:
    pause = next_pause(
        number,
        schedule=schedule,
        chance=random.random(),  # noqa: S311  no secret
        asked=outcome.retry_after_seconds,
    )
    if pause is None or outcome.code in LAST_WORDS:
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
