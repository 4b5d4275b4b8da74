"""Who is sent to, and by whom: every endpoint with something due has a task of its own, in one worker.

    look, five times a second ─► endpoints with something due ─► lock ─► deliver_to(endpoint) ─► unlock

The rows are the queue, so nothing is queued twice and nothing is lost with a job. The lock is PostgreSQL's,
held by this worker's one connection: when the worker dies, another takes over as soon as that is closed. Who
does not answer takes at most half of the places, so a living endpoint never waits for a dead one.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from gateway.inbox import deliveries_store
from gateway.inbox.delivering import Tools, deliver_to
from gateway.inbox.rules import IN_TROUBLE
from kit.stopping import heed_stop

log = structlog.get_logger(__name__)
ENDPOINTS_AT_ONCE = 128
LOOK_SECONDS = 0.2
PARTING_SECONDS = 5.0
"""How long requests that are on their way may take to be answered when the worker is asked to stop."""
BROKEN_SECONDS = 30.0
"""An endpoint with which something went wrong that is not its own is left alone for so long."""
_KEY = "hashtextextended('webhook-endpoint:' || $1, 0)"


@dataclass
class Locks:
    """One session of PostgreSQL that holds the locks of all endpoints of this worker."""

    connection: Any
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self, endpoint_id: UUID) -> bool:
        """False when another worker sends to it."""
        async with self._turn:
            question = f"SELECT pg_try_advisory_lock({_KEY})"
            return bool(await self.connection.fetchval(question, str(endpoint_id)))

    async def give_back(self, endpoint_id: UUID) -> None:
        async with self._turn:
            await self.connection.execute(
                f"SELECT pg_advisory_unlock({_KEY})",
                str(endpoint_id),
            )


@dataclass
class Dispatcher:
    """Runs in every worker of the gateway; each endpoint is served by one of them at a time."""

    tools: Tools
    database_url: str
    _serving: dict[UUID, tuple[asyncio.Task[None], bool]] = field(default_factory=dict)
    _left_alone: dict[UUID, float] = field(default_factory=dict)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled. A lost database is waited for."""
        pause = LOOK_SECONDS
        while True:
            heed_stop()
            began = time.monotonic()
            try:
                await self._serve()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # what is due stands in rows: it waits for us
                log.warning("webhooks_interrupted", error=repr(error)[:200])
            if time.monotonic() - began > BROKEN_SECONDS:
                pause = LOOK_SECONDS
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _serve(self) -> None:
        connection = await asyncpg.connect(self.database_url, timeout=3, command_timeout=6)
        locks = Locks(connection)
        self._stop.clear()
        try:
            while True:
                heed_stop()
                await self._look(locks)
                await asyncio.sleep(LOOK_SECONDS)
        except (
            Exception
        ):  # the database: what was answered meanwhile is written down when it is back
            await self._part(seconds=None)
            raise
        finally:
            await self._part(seconds=PARTING_SECONDS)
            connection.terminate()

    async def _look(self, locks: Locks) -> None:
        now = time.monotonic()
        self._left_alone = {id_: end for id_, end in self._left_alone.items() if end > now}
        free = ENDPOINTS_AT_ONCE - len(self._serving)
        if free <= 0:
            return
        for_troubled = ENDPOINTS_AT_ONCE // 2 - sum(bad for _, bad in self._serving.values())
        without = [*self._serving, *self._left_alone]
        async with self.tools.database.reader() as connection:
            found = await deliveries_store.endpoints_with_due(
                connection, now=datetime.now(UTC), without=without, limit=free
            )
        for row in found:
            troubled = row.failures >= IN_TROUBLE
            for_troubled -= troubled
            if (troubled and for_troubled < 0) or not await locks.take(row.id):
                continue
            task = asyncio.create_task(self._serve_one(locks, row.id), name=f"webhook-{row.id}")
            self._serving[row.id] = (task, troubled)

    async def _serve_one(self, locks: Locks, endpoint_id: UUID) -> None:
        try:
            await deliver_to(self.tools, endpoint_id, self._stop)
        except Exception:
            log.exception("webhook_endpoint_failed", endpoint=str(endpoint_id))
            self._left_alone[endpoint_id] = time.monotonic() + BROKEN_SECONDS
        finally:
            self._serving.pop(endpoint_id, None)
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await locks.give_back(endpoint_id)  # a connection that is gone has given it back

    async def _part(self, *, seconds: float | None) -> None:
        """Nothing new is begun; what is on its way is answered and written down, within the time given."""
        self._stop.set()
        tasks = [task for task, _ in self._serving.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
