"""Who waits for the next event is woken from one place: a look at the feed's head, while anybody waits.

    async with tail.watch(caller) as wait: head = await wait(beyond=position, seconds=25)

One small query five times a second for a whole process, however many wait. Must not read events.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog

from gateway.inbox import feed_store
from gateway.inbox.errors import TooManyStreams
from kit.db import Database

log = structlog.get_logger(__name__)
LOOK_SECONDS = 0.2
WATCHERS = 2000
WATCHERS_PER_CALLER = 10

Wait = Callable[[int, float], Awaitable[int]]
"""`(beyond, seconds)` gives the head as soon as it is beyond a position, or the last one known."""


class Tail:
    """The head of the feed as one process knows it, and who waits for it to move."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._head = 0
        self._moved = asyncio.Condition()
        self._watchers: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None
        self.closing = asyncio.Event()

    @contextlib.asynccontextmanager
    async def watch(self, caller: str) -> AsyncIterator[Wait]:
        """Counts the caller among those who wait. Raises TooManyStreams 429 over the bounds."""
        if self._watchers[caller] >= WATCHERS_PER_CALLER or self._watchers.total() >= WATCHERS:
            raise TooManyStreams(headers={"Retry-After": "5"})
        self._watchers[caller] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look(), name="feed-tail")
        try:
            yield self._wait
        finally:
            self._watchers[caller] -= 1
            if not self._watchers[caller]:
                del self._watchers[caller]

    async def _wait(self, beyond: int, seconds: float) -> int:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: self._head > beyond or self.closing.is_set())
        return self._head

    async def _look(self) -> None:
        while self._watchers:
            try:
                async with self._database.reader() as connection:
                    head, _ = await feed_store.read_head(connection)
            except Exception as error:  # the database is away: who waits goes on waiting
                log.warning("feed_tail_blind", error=type(error).__name__)
            else:
                if head != self._head:
                    await self._tell(head)
            await asyncio.sleep(LOOK_SECONDS)

    async def _tell(self, head: int) -> None:
        async with self._moved:
            self._head = head
            self._moved.notify_all()

    async def close(self) -> None:
        """Lets everybody who waits go."""
        self.closing.set()
        async with self._moved:
            self._moved.notify_all()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
