"""Sends what is due to one endpoint, until nothing is.

    what may be sent now, by lines ─► hands, a line each ─► send ─► recorder ─┬─ arrived: the next of the line
    (a line: one subject's events)                                            └─ failed: the line waits

One event of a line is on its way at a time, in the order of the feed. Several lines are sent side by side; an
endpoint in trouble is tried with one. Whatever is wrong with one delivery is written down as its attempt, and
its siblings go on. Must not decide who is served when: gateway/inbox/dispatching.py does.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from gateway.inbox import deliveries_store, endpoints_store, feed_store
from gateway.inbox.recording import Health, Recorder
from gateway.inbox.secrets import open_secrets
from gateway.inbox.sending import Outcome, Sender, signed_headers
from gateway.inbox.views import body_of, test_event, view_event
from kit.crypto import Vault
from kit.db import Database

log = structlog.get_logger(__name__)
REQUESTS_PER_ENDPOINT = 4
BATCH = 200
SLICE_SECONDS = 5.0
"""After so long the endpoint is read anew: it may be disabled, moved, or sign with another secret."""


@dataclass(frozen=True)
class Tools:
    """What a sender works with."""

    database: Database
    vault: Vault
    sender: Sender
    recorder: Recorder
    schedule: Sequence[float]


@dataclass
class Round:
    """One reading of an endpoint, and what is sent by it."""

    tools: Tools
    endpoint: Any
    rows: Sequence[Any]
    events: Mapping[UUID, Any]
    secrets: Sequence[str]
    stop: asyncio.Event
    health: Health
    over: bool = False
    end: float = field(default_factory=lambda: time.monotonic() + SLICE_SECONDS)

    @property
    def is_over(self) -> bool:
        return self.over or self.stop.is_set() or time.monotonic() >= self.end

    async def send_all(self) -> None:
        """Raises the first failure of ours, once every hand has finished what it held."""
        lines = iter(lines_of(self.rows))
        hands = 1 if self.health.in_trouble else REQUESTS_PER_ENDPOINT
        done = await asyncio.gather(
            *(self._hand(lines) for _ in range(hands)), return_exceptions=True
        )
        for found in done:
            if isinstance(found, BaseException):
                raise found

    async def _hand(self, lines: Iterator[list[Any]]) -> None:
        try:
            for line in lines:
                for row in line:
                    if self.is_over:
                        return
                    if not await self._deliver(row):
                        break
        except BaseException:
            self.over = True  # what was made and could not be written down: nobody goes on
            raise

    async def _deliver(self, row: Any) -> bool:
        """One attempt, sent and recorded. False when its line waits."""
        at = datetime.now(UTC)
        outcome = await self._try(row, at=at)
        if outcome.delivered:
            await self.tools.recorder.delivered(row, outcome, at=at)
            await self._note_success()
        else:
            await self._note_failure(row, outcome, at=at)
        log.info(
            "webhook_attempt",
            endpoint=str(self.endpoint.id),
            event_id=str(row.event_id),
            number=row.attempts + 1,
            outcome=outcome.code,
            status=outcome.status,
            ms=outcome.duration_ms,
        )
        return outcome.delivered

    async def _try(self, row: Any, *, at: datetime) -> Outcome:
        """Never raises for what is wrong with one delivery: the others are not to suffer for it."""
        try:
            event = self._event(row)
            if event is None:
                return Outcome("no_longer_kept")
            body = body_of(event)
            headers = signed_headers(
                event_id=str(event.id), body=body, secrets=self.secrets, now=at
            )
            return await self.tools.sender.send(self.endpoint.url, body=body, headers=headers)
        except Exception as error:
            log.exception("webhook_not_sent", event_id=str(row.event_id))
            return Outcome("not_sent", detail=type(error).__name__)

    def _event(self, row: Any) -> Any:
        if row.kind == "test":
            return test_event(row)
        found = self.events.get(row.event_id)
        return None if found is None else view_event(found)

    async def _note_success(self) -> None:
        if not self.health.failures:
            return
        was_in_trouble = self.health.in_trouble
        self.health.succeed(now=datetime.now(UTC))
        await self.tools.recorder.recovered(
            self.endpoint.id, self.health, was_in_trouble=was_in_trouble
        )
        if was_in_trouble:
            self.over = True  # much more is due now, and for more hands

    async def _note_failure(self, row: Any, outcome: Outcome, *, at: datetime) -> None:
        if outcome.code not in ("no_longer_kept", "not_sent"):  # the endpoint was not even asked
            now = datetime.now(UTC)
            self.health.fail(outcome, schedule=self.tools.schedule, now=now)
        if outcome.code == "gone" or self.health.paused_until is not None:
            self.over = True
        await self.tools.recorder.failed(self.endpoint, row, outcome, at=at, health=self.health)


def lines_of(rows: Sequence[Any]) -> list[list[Any]]:
    """Deliveries by subject, each line and the lines in the order given. What has no subject is a line
    of its own."""
    lines: dict[Any, list[Any]] = {}
    for row in rows:
        lines.setdefault(row.subject or row.id, []).append(row)
    return list(lines.values())


async def deliver_to(tools: Tools, endpoint_id: UUID, stop: asyncio.Event) -> None:
    """Until nothing is due, the endpoint is not to be called now, or `stop` is set."""
    while not stop.is_set():
        found = await _begin(tools, endpoint_id, stop)
        if found is None:
            return
        await found.send_all()


async def _begin(tools: Tools, endpoint_id: UUID, stop: asyncio.Event) -> Round | None:
    now = datetime.now(UTC)
    async with tools.database.reader() as connection:
        endpoint = await endpoints_store.find_any(connection, endpoint_id)
        if endpoint is None or endpoint.state != "enabled":
            return None
        if endpoint.paused_until is not None and endpoint.paused_until > now:
            return None
        limit = 1 if Health(endpoint.failures).in_trouble else BATCH
        rows = await deliveries_store.due(connection, endpoint_id, now=now, limit=limit)
        if not rows:
            return None
        events = await feed_store.events_by_id(connection, [row.event_id for row in rows])
        secrets = await open_secrets(connection, tools.vault, endpoint_id, now=now)
    return Round(tools, endpoint, rows, events, secrets, stop, Health(endpoint.failures))
