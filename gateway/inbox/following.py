"""The three services' streams and the gateway's own, brought into one feed with one order.

    JetStream registration ─┐
    JetStream finance ──────┼─ one transaction per batch: positions, readers, deliveries, place
    JetStream carriers ─────┤
    JetStream gateway ──────┘

How far a stream has been read is kept beside what was read, in the same transaction: an event is in the
feed once, whatever dies. A stream that is not there yet is waited for; one that was replaced (its
database is another) is read from its beginning. Must not decide what an event means.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import nats
import structlog
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.inbox import feed_store
from gateway.inbox.outside import outside_data, outside_subject
from gateway.inbox.rules import readers_of
from kit.db import Database
from kit.stopping import heed_stop

log = structlog.get_logger(__name__)
STREAMS = ("registration", "finance", "carriers", "gateway")
BATCH = 200
WAIT_SECONDS = 1.0
LOOK_EVERY = 5
"""Empty rounds after which the follower asks whether its consumer is still there."""
FORGOTTEN_SECONDS = 30.0

OnAppended = Callable[[AsyncSession, Sequence[Mapping[str, Any]]], Awaitable[None]]
"""Hears of new events in the transaction that appends them; each has `event_id`, `type`, `readers`."""


class StreamReplaced(Exception):
    """Messages were missed or the consumer is gone: begin again from the place in the database."""


@dataclass(frozen=True)
class Message:
    """One message of a stream: its sequence there and its body."""

    sequence: int
    body: bytes


class Follower:
    """Reads all streams until cancelled. Several may run: each batch is judged under the feed's lock."""

    def __init__(self, database: Database, *, nats_url: str, on_appended: OnAppended) -> None:
        self._database, self._nats_url, self._on_appended = database, nats_url, on_appended

    async def run(self) -> None:
        """One task per stream, so that a missing one holds up no other."""
        async with asyncio.TaskGroup() as group:
            for stream in STREAMS:
                group.create_task(self._keep_following(stream), name=f"feed-{stream}")

    async def _keep_following(self, stream: str) -> None:
        pause = 0.2
        while True:
            heed_stop()
            try:
                async for _ in self._follow(stream):
                    pause = 0.2
            except asyncio.CancelledError:
                raise
            except NotFoundError:
                log.info("feed_waits_for_stream", stream=stream)
            except Exception as error:  # whatever broke, the stream still has it: try again
                log.warning("feed_interrupted", stream=stream, error=repr(error)[:200])
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _follow(self, stream: str) -> Any:
        client = await nats.connect(self._nats_url, allow_reconnect=False, connect_timeout=3)
        try:
            js = client.jetstream(timeout=5)
            incarnation, after = await self._place(js, stream)
            subscription = await _subscribe(js, stream, after=after)
            expected, empty = 1, 0
            while True:
                heed_stop()
                found = await _fetch(subscription)
                if not found:
                    empty += 1
                    if empty % LOOK_EVERY == 0:
                        await subscription.consumer_info()  # NotFoundError when it is gone
                    yield 0
                    continue
                if found[0].metadata.sequence.consumer != expected:
                    raise StreamReplaced(stream)
                expected, empty = found[-1].metadata.sequence.consumer + 1, 0
                batch = [Message(m.metadata.sequence.stream, m.data) for m in found]
                yield await self.take(stream, incarnation, batch)
        finally:
            with contextlib.suppress(Exception):  # it may be gone already
                async with asyncio.timeout(3):
                    await client.close()

    async def _place(self, js: JetStreamContext, stream: str) -> tuple[str, int]:
        """The stream's incarnation, and the sequence after which to read."""
        info = await js.stream_info(stream)
        incarnation = f"{info.config.description} {info.created}"
        async with self._database.reader() as connection:
            known, sequence = await feed_store.source_of(connection, stream)
        if known and known != incarnation:
            log.warning("feed_stream_of_another_database", stream=stream)
        return incarnation, sequence if known == incarnation else 0

    async def take(self, stream: str, incarnation: str, batch: Sequence[Message]) -> int:
        """Appends what is new of a batch; returns how many events."""
        now = datetime.now(UTC)
        async with self._database.transaction() as session:
            head = await feed_store.hold_head(session)
            known, sequence = await feed_store.source_of(session, stream)
            seen = sequence if known == incarnation else 0
            events = [
                event
                for message in batch
                if message.sequence > seen and (event := _read(stream, message, now)) is not None
            ]
            there = await feed_store.known_ids(session, [e["event_id"] for e in events])
            events = _once(events, there)
            for position, event in enumerate(events, start=head + 1):
                event["position"] = position
            if events:
                rows = [{k: v for k, v in e.items() if k != "readers"} for e in events]
                await feed_store.append(session, rows, _reader_rows(events))
                await feed_store.move_head(session, head + len(events))
                await self._on_appended(session, events)
            last = max(seen, batch[-1].sequence)
            await feed_store.mark_source(
                session, stream, incarnation=incarnation, sequence=last, now=now
            )
        return len(events)


async def _subscribe(js: JetStreamContext, stream: str, *, after: int) -> Any:
    """A consumer that lives as long as it is used: the place is in our database, not in NATS."""
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=after + 1,
        ack_policy=AckPolicy.NONE,
        inactive_threshold=FORGOTTEN_SECONDS,
        mem_storage=True,
        num_replicas=1,
    )
    return await js.pull_subscribe(f"{stream}.>", stream=stream, config=config)


async def _fetch(subscription: Any) -> list[Any]:
    """Messages that are there or come within WAIT_SECONDS; none is no error.

    The client says "none" with its own TimeoutError, with another of JetStream, or with asyncio's plain
    one, as the window happens to close: caught is what all three are. A broker that answers nothing at
    all looks the same here; asking for the consumer, every LOOK_EVERY empty rounds, tells them apart.
    """
    try:
        return list(await subscription.fetch(BATCH, timeout=WAIT_SECONDS))
    except TimeoutError:
        return []


def _read(stream: str, message: Message, now: datetime) -> dict[str, Any] | None:
    """A feed row from a CloudEvent; None for what is none (only our relays publish, so it is told)."""
    try:
        body = json.loads(message.body)
        return {
            "event_id": UUID(body["id"]),
            "type": str(body["type"]),
            "subject": outside_subject(body["subject"]),
            "sequence": int(body["sequence"]),
            "time": datetime.fromisoformat(body["time"]),
            "data": outside_data(body["type"], body["data"]),
            "stream": stream,
            "stream_sequence": message.sequence,
            "recorded_at": now,
            "readers": readers_of(body.get("audience", ())),
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.error("feed_unreadable", stream=stream, sequence=message.sequence, error=repr(error))
        return None


def _once(events: Sequence[dict[str, Any]], there: set[UUID]) -> list[dict[str, Any]]:
    """Without those that are there, and without repeats inside the batch."""
    fresh: dict[UUID, dict[str, Any]] = {}
    for event in events:
        if event["event_id"] not in there:
            fresh.setdefault(event["event_id"], event)
    return list(fresh.values())


def _reader_rows(events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"principal": principal, "position": event["position"], "type": event["type"]}
        for event in events
        for principal in event["readers"]
    ]
