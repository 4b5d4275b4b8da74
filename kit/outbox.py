"""Events leave in the transaction of their cause, and reach JetStream in id order.

`emit` writes a row; the worker's relay (one leader per service, by advisory lock) publishes rows and
marks them. A row is taken because it is unpublished, never because its id is above a mark: a late commit
would be skipped. Dedup and order: `Nats-Msg-Id` = event id, `sequence` per aggregate.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import nats
import structlog
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from kit.driver import columns_of, insertion, raw, taken
from kit.stopping import heed_stop
from kit.tables import outbox

log = structlog.get_logger(__name__)
_EMIT, _COLUMNS = insertion(outbox), columns_of(outbox)
BATCH = 500
ACK_SECONDS = 10
ANSWER_SECONDS = 10
DUPLICATE_WINDOW_SECONDS = 3600
MAX_AGE_SECONDS = 90 * 24 * 3600
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
TAKE_BACK_SECONDS = 600
TAKE_ALL_BACK = "UPDATE outbox SET published_at = NULL WHERE published_at > now() - $1::interval"
TAKE_BACK_AFTER = (
    "UPDATE outbox SET published_at = NULL WHERE (published_at, id)"  # a late commit has a low id
    " > (SELECT published_at, id FROM outbox WHERE event_id = $1)"
)
POLL_SECONDS = 0.1  # a NOTIFY per commit would serialise all commits; an indexed look does not


@dataclass(frozen=True)
class Event:
    """A fact in the past tense. `type` is `service.noun.verb.v1`; `sequence` grows per aggregate;
    `audience` names who may see it: `public`, `person:<hash>`, `org:<code>`, `sub:<id>`, `staff` (at large),
    `staff:<department>:<region>` (officers of a department whose regions cover it)."""

    type: str
    aggregate: tuple[str, str]
    sequence: int
    data: BaseModel
    audience: Sequence[str] = ("staff",)
    occurred_at: datetime | None = None


async def emit(session: AsyncSession, event: Event, *, request_id: str | None = None) -> UUID:
    """Writes the event into the outbox of this transaction and returns its id."""
    event_id = uuid4()
    values = {
        "event_id": event_id,
        "type": event.type,
        "aggregate_kind": event.aggregate[0],
        "aggregate_id": str(event.aggregate[1]),
        "sequence": event.sequence,
        "audience": list(event.audience),
        "data": event.data.model_dump(mode="json"),
        "occurred_at": event.occurred_at or datetime.now(UTC),
        "request_id": request_id,
    }
    await (await raw(session)).execute(_EMIT, *taken(values, _COLUMNS))
    return event_id


def cloud_event(row: Any, source: str) -> dict[str, Any]:
    """A CloudEvents 1.0 JSON message from an outbox row."""
    return {
        "specversion": "1.0",
        "id": str(row["event_id"]),
        "source": source,
        "type": row["type"],
        "subject": f"{row['aggregate_kind']}/{row['aggregate_id']}",
        "time": row["occurred_at"].isoformat(),
        "datacontenttype": "application/json",
        "sequence": row["sequence"],
        "audience": list(row["audience"]),
        "data": json.loads(row["data"]) if isinstance(row["data"], str) else row["data"],
    }


async def ensure_stream(js: JetStreamContext, service: str, epoch: str) -> None:
    """The service's stream, bound to its database's epoch. A stream of another epoch is replaced: its
    dedup memory belongs to a database that is gone."""
    config = StreamConfig(
        name=service,
        subjects=[f"{service}.>"],
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.OLD,
        storage=StorageType.FILE,
        max_age=MAX_AGE_SECONDS,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        description=f"epoch {epoch}",
    )
    try:
        found = await js.stream_info(service)
    except NotFoundError:
        await js.add_stream(config)
        return
    if found.config.description != config.description:
        log.warning("stream_of_another_database", service=service)
        await js.delete_stream(service)
        await js.add_stream(config)


class Relay:
    """Publishes one service's outbox. Run it in every worker; the advisory lock lets one through.

    `allowed` is asked each time it takes the lead, and raises where nothing may be published (kit.fence).
    """

    def __init__(
        self,
        *,
        service: str,
        database_url: str,
        nats_url: str,
        allowed: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.service, self.database_url, self.nats_url = service, database_url, nats_url
        self.allowed = allowed

    async def run(self) -> None:
        """Until cancelled. A lost database or broker is waited for, with growing pauses."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            heed_stop()
            began = time.monotonic()
            try:
                await self._lead()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # whatever broke, the rows are still there: try again
                log.warning("relay_interrupted", service=self.service, error=repr(error)[:200])
            if time.monotonic() - began > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _lead(self) -> None:
        connection = await asyncpg.connect(
            self.database_url, timeout=3, command_timeout=ANSWER_SECONDS
        )
        client = await nats.connect(self.nats_url, allow_reconnect=False, connect_timeout=3)
        try:
            lock = f"relay:{self.service}"
            while not await self._take(connection, lock):  # noqa: ASYNC110  the leader is elsewhere
                await asyncio.sleep(1)
            js = client.jetstream(timeout=5)
            epoch = await connection.fetchval(
                "SELECT value FROM platform_facts WHERE key = 'epoch'"
            )
            await ensure_stream(js, self.service, epoch)
            if self.allowed is not None:
                await self.allowed()
            await self._take_back_lost(connection, js)
            while client.is_connected:  # an idle relay, too, hears that the broker has gone
                heed_stop()
                if await self._publish_batch(connection, js) == 0:
                    await asyncio.sleep(POLL_SECONDS)
        finally:
            with contextlib.suppress(Exception):  # both may be gone already
                async with asyncio.timeout(ANSWER_SECONDS):
                    await client.close()
            connection.terminate()

    async def _take(self, connection: Any, lock: str) -> bool:
        return bool(await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", lock))

    async def _take_back_lost(self, connection: Any, js: JetStreamContext) -> None:
        """What was published and is no longer in the stream is published again: a broker that lost its
        store, or the end of it. Whoever heard an event before knows it by its id."""
        try:
            last = await js.get_last_msg(self.service, f"{self.service}.>")
        except NotFoundError:
            question: tuple[str, Any] = TAKE_ALL_BACK, timedelta(seconds=MAX_AGE_SECONDS)
        else:
            question = TAKE_BACK_AFTER, UUID(json.loads(last.data or b"{}")["id"])
        done = await connection.execute(*question, timeout=TAKE_BACK_SECONDS)
        if done != "UPDATE 0":
            log.warning("relay_publishes_again", service=self.service, events=done.split()[-1])

    async def _publish_batch(self, connection: Any, js: JetStreamContext) -> int:
        rows = await connection.fetch(
            "SELECT * FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT $1", BATCH
        )
        if not rows:
            return 0
        waits = []
        for row in rows:
            body = json.dumps(cloud_event(row, f"/{self.service}"), ensure_ascii=False).encode()
            headers = {
                "Nats-Msg-Id": str(row["event_id"]),
                "Content-Type": "application/cloudevents+json",
            }
            waits.append(await js.publish_async(row["type"], body, headers=headers))
        async with asyncio.timeout(ACK_SECONDS):  # a server that died never answers
            await asyncio.gather(*waits)
        await connection.execute(
            "UPDATE outbox SET published_at = now() WHERE id = ANY($1)", [row["id"] for row in rows]
        )
        return len(rows)
