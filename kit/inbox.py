"""Events of other services (or one's own): each has its effect once, however often it comes.

    inbox = Inbox("finance")

    @inbox.consumes("registration.licence.issued.v1", consumer="finance-enterprises")
    async def remember(session: AsyncSession, event: Incoming) -> None: ...

The inbox row, the effect and follow-up jobs share one transaction. A handler that raises is asked again after
growing pauses; at last its event is parked (kit.parking) and the others go on.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit import parking, places
from kit.db import Database, is_unreachable
from kit.stopping import heed_stop
from kit.tables import inbox as inbox_table

log = structlog.get_logger(__name__)
ACK_WAIT_SECONDS = 30
PULL_BATCH = 20
LOOK_SECONDS = 1.0
LOOK_TIMEOUT_SECONDS = 5
FIRST_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Incoming:
    """A CloudEvent as a handler sees it."""

    id: str
    type: str
    subject: str
    sequence: int
    time: datetime
    audience: tuple[str, ...]
    data: dict[str, Any]
    stream_sequence: int = 0


Handler = Callable[[AsyncSession, Incoming], Awaitable[None]]


@dataclass(frozen=True)
class _Consumer:
    subject: str
    name: str
    handler: Handler

    @property
    def stream(self) -> str:
        return self.subject.split(".")[0]


class Inbox:
    """One service's subscriptions."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.consumers: list[_Consumer] = []

    def consumes(self, subject: str, *, consumer: str) -> Callable[[Handler], Handler]:
        """Registers a handler for a subject of the stream named by its first word."""

        def keep(handler: Handler) -> Handler:
            if any(known.name == consumer for known in self.consumers):
                raise ValueError(f"consumer {consumer!r} is declared twice")
            self.consumers.append(_Consumer(subject, consumer, handler))
            return handler

        return keep

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams of its subscriptions: one for each service it listens to."""
        return tuple(sorted({consumer.stream for consumer in self.consumers}))

    def of(self, stream: str) -> list[_Consumer]:
        """The subscriptions to one stream."""
        return [consumer for consumer in self.consumers if consumer.stream == stream]

    def broker(self, nats_url: str, database: Database, *, stream: str) -> NatsBroker:
        """A FastStream broker with a durable pull consumer for each subscription to one stream."""
        broker = NatsBroker(nats_url, max_reconnect_attempts=-1, reconnect_time_wait=1, logger=None)
        for consumer in self.of(stream):
            self._attach(broker, consumer, database)
        return broker

    def _attach(self, broker: NatsBroker, consumer: _Consumer, database: Database) -> None:
        async def receive(message: NatsMessage) -> None:
            tries = _tries(message)
            try:
                event = read_event(message)
                async with database.transaction() as session:
                    if not await is_first(session, consumer.name, event.id):
                        return
                    if await parking.is_blocked(session, consumer.name, event.subject):
                        body = json.loads(message.body)
                        await parking.park(
                            session, consumer.name, body, error=parking.BEHIND, tries=tries
                        )
                        return
                    await consumer.handler(session, event)
            except Exception as error:
                await self._refused(message, consumer, database, error, tries)

        broker.subscriber(
            consumer.subject,
            stream=JStream(consumer.stream, declare=False),
            durable=consumer.name,
            pull_sub=PullSub(batch_size=PULL_BATCH, timeout=1.0),
            deliver_policy=DeliverPolicy.ALL,
            config=ConsumerConfig(ack_wait=ACK_WAIT_SECONDS, max_deliver=-1, backoff=None),
            ack_policy=AckPolicy.NACK_ON_ERROR,  # what `receive` itself has not answered
            title=consumer.name,
        )(receive)

    async def _refused(
        self,
        message: NatsMessage,
        consumer: _Consumer,
        database: Database,
        error: Exception,
        tries: int,
    ) -> None:
        """Again after a pause; after the last try parked, unless only an engine is away."""
        log.warning("event_not_taken", consumer=consumer.name, tries=tries, error=repr(error)[:200])
        if tries < parking.MOST_TRIES or is_unreachable(error):
            await message.nack(delay=parking.pause_of(min(tries, parking.MOST_TRIES)))
            return
        try:
            body = json.loads(message.body)
            async with database.transaction() as session:
                if await is_first(session, consumer.name, str(body["id"])):
                    said = f"{type(error).__name__}: {error}"
                    await parking.park(session, consumer.name, body, error=said, tries=tries)
        except (ValueError, KeyError, TypeError):  # no event at all: nobody could take it
            log.error("event_unreadable", consumer=consumer.name, error=repr(error)[:200])

    async def take(self, session: AsyncSession, name: str, body: dict[str, Any]) -> None:
        """Takes a parked event for a consumer. Raises LookupError where that consumer is no more."""
        consumer = next((each for each in self.consumers if each.name == name), None)
        if consumer is None:
            raise LookupError(name)
        await consumer.handler(session, incoming(body))


def _tries(message: NatsMessage) -> int:
    metadata = getattr(message.raw_message, "metadata", None)
    return int(metadata.num_delivered) if metadata else 1


def read_event(message: NatsMessage) -> Incoming:
    """The CloudEvent in a message."""
    metadata = getattr(message.raw_message, "metadata", None)
    sequence = metadata.sequence.stream if metadata else 0
    return incoming(json.loads(message.body), stream_sequence=sequence)


def incoming(body: dict[str, Any], *, stream_sequence: int = 0) -> Incoming:
    """A CloudEvent's JSON as a handler sees it."""
    return Incoming(
        id=body["id"],
        type=body["type"],
        subject=body["subject"],
        sequence=int(body["sequence"]),
        time=datetime.fromisoformat(body["time"]),
        audience=tuple(body.get("audience", ())),
        data=body["data"],
        stream_sequence=stream_sequence,
    )


async def is_first(session: AsyncSession, consumer: str, event_id: str) -> bool:
    """Takes the event for this consumer; False where its effect is already there."""
    statement = insert(inbox_table).values(
        key=f"{consumer}:{event_id}", processed_at=datetime.now(UTC)
    )
    done = await session.execute(statement.on_conflict_do_nothing().returning(inbox_table.c.key))
    return done.first() is not None


async def run_inbox(inbox: Inbox, nats_url: str, database: Database) -> None:
    """Consumes until cancelled. A missing server is waited for, and so is a stream whose service never
    ran: by its own subscriptions only, the others go on."""
    async with asyncio.TaskGroup() as group:
        for stream in inbox.streams:
            group.create_task(_consume(inbox, nats_url, database, stream))


async def _consume(inbox: Inbox, nats_url: str, database: Database, stream: str) -> None:
    pause = FIRST_PAUSE_SECONDS
    while True:
        heed_stop()
        broker = inbox.broker(nats_url, database, stream=stream)
        try:
            js = (await broker.connect()).jetstream(timeout=LOOK_TIMEOUT_SECONDS)
            consumers = inbox.of(stream)
            await _recall(js, database, consumers)
            await broker.start()
            log.info("inbox_started", service=inbox.service, stream=stream)
            pause = FIRST_PAUSE_SECONDS
            await _watch(js, database, consumers)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # the stream appears when its service first runs
            log.warning(
                "inbox_waiting", service=inbox.service, stream=stream, error=repr(error)[:200]
            )
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
        finally:
            with contextlib.suppress(Exception):  # its server may be gone
                await broker.stop()


async def _recall(js: JetStreamContext, database: Database, consumers: list[_Consumer]) -> None:
    """A consumer whose database was restored from a backup begins its stream anew: the inbox lets
    through what was forgotten, and nothing twice."""
    for consumer in consumers:
        try:
            info = await js.consumer_info(consumer.stream, consumer.name)
        except NotFoundError:
            continue  # nothing was ever heard: it begins at the beginning
        if await places.has_forgotten(js, database, info, consumer.subject):
            log.warning("inbox_hears_again", consumer=consumer.name, stream=consumer.stream)
            await js.delete_consumer(consumer.stream, consumer.name)


async def _watch(js: JetStreamContext, database: Database, consumers: list[_Consumer]) -> None:
    """Notes how far each consumer is, until one is gone: its stream was replaced, and FastStream would
    go on asking, without a pause, for what nobody sends."""
    noted: dict[str, str] = {}
    while True:
        heed_stop()
        for consumer in consumers:
            info = await js.consumer_info(consumer.stream, consumer.name)
            if noted.get(consumer.name) != (place := places.place_of(info)):
                await places.note_place(database, info)
                noted[consumer.name] = place
        await asyncio.sleep(LOOK_SECONDS)
