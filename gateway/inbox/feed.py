"""Reading the feed: a page, the next page when there is one, and a stream that goes on by itself.

    cursor ─► page(after) ─► items with cursors, `next`        the same order for everybody,
    cursor ─► follow(after) ─► item, item, … (SSE)             each sees their own part of it

A cursor is a place in the feed's one sequence, signed. Must not hold a database connection while waiting.
"""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.inbox import feed_store
from gateway.inbox.errors import EventsNoLongerKept
from gateway.inbox.rules import principals_of
from gateway.inbox.schemas import EventPage, EventView, FeedItem
from gateway.inbox.tail import Tail, Wait
from gateway.inbox.views import view_event, view_item
from kit.auth import Actor
from kit.db import Database
from kit.errors import InvalidCursor, NotFound, Problem
from kit.paging import CursorCodec
from kit.tokens import TokenVerifier

LATEST = "latest"
STREAM_SECONDS = 300.0
"""A stream ends after this and is taken up again by `Last-Event-ID`."""
BEAT_SECONDS = 10.0
STREAM_BATCH = 100


@dataclass(frozen=True)
class Feed:
    """The feed as one process serves it."""

    database: Database
    tail: Tail
    secret: str

    @property
    def codec(self) -> CursorCodec:
        return CursorCodec(self.secret, "events")

    async def start_of(self, after: str | None) -> int:
        """The position that a cursor names; without one the oldest kept; `latest`: the newest.

        Raises InvalidCursor 400, EventsNoLongerKept 410.
        """
        async with self.database.reader() as connection:
            head, pruned = await feed_store.read_head(connection)
        if after is None:
            return pruned
        if after == LATEST:
            return head
        key = self.codec.decode(after)
        if len(key) != 1 or not isinstance(key[0], int):
            raise InvalidCursor
        if not pruned <= key[0] <= head:  # beyond the head: of a feed that was restored since
            raise EventsNoLongerKept
        return key[0]

    async def page(
        self, actor: Actor, *, after: int, types: Sequence[str], limit: int
    ) -> EventPage:
        """Up to `limit` events after a position. `next` passes over what the caller may not see."""
        async with self.database.reader() as connection:
            head, _ = await feed_store.read_head(connection)
            rows = await feed_store.page(
                connection,
                principals=principals_of(actor),
                types=types,
                after=after,
                up_to=head,
                limit=limit + 1,
            )
        shown, more = rows[:limit], len(rows) > limit
        reached = shown[-1].position if more else max(head, after)
        items = [view_item(row, cursor=self._cursor(row.position)) for row in shown]
        return EventPage(items=items, next=self._cursor(reached), has_more=more)

    def _cursor(self, position: int) -> str:
        return self.codec.encode((position,))

    async def page_in_time(
        self, actor: Actor, *, after: int, types: Sequence[str], limit: int, wait_seconds: float
    ) -> EventPage:
        """A page; an empty one only after `wait_seconds` in which nothing came."""
        page = await self.page(actor, after=after, types=types, limit=limit)
        if page.items or not wait_seconds:
            return page
        end = time.monotonic() + wait_seconds
        async with self.tail.watch(_who(actor)) as wait:
            while not page.items and (left := end - time.monotonic()) > 0:
                if self.tail.closing.is_set():
                    break
                after = self.codec.decode(page.next)[0]
                if await wait(after, left) > after:
                    page = await self.page(actor, after=after, types=types, limit=limit)
        return page

    async def read(self, actor: Actor, event_id: UUID) -> EventView:
        """One event that the caller may see, or NotFound."""
        async with self.database.reader() as connection:
            row = await feed_store.find_event(connection, event_id, principals=principals_of(actor))
        if row is None:
            raise NotFound
        return view_event(row)

    async def follow(
        self,
        actor: Actor,
        verifier: TokenVerifier,
        wait: Wait,
        *,
        after: int,
        types: Sequence[str],
    ) -> AsyncIterator[FeedItem | None]:
        """Events from a position on; None when nothing came for a while. Ends when the token is over,
        after STREAM_SECONDS, or when the process stops."""
        end = time.monotonic() + STREAM_SECONDS
        while time.monotonic() < end and not self.tail.closing.is_set():
            if not await _still_good(verifier, actor):
                return
            page = await self.page(actor, after=after, types=types, limit=STREAM_BATCH)
            for item in page.items:
                yield item
            after = self.codec.decode(page.next)[0]
            if not page.items and await wait(after, BEAT_SECONDS) <= after:
                yield None


async def _still_good(verifier: TokenVerifier, actor: Actor) -> bool:
    """Whether the token that opened a stream is neither over nor revoked."""
    try:
        await verifier.verify(actor.token or "")
    except Problem:
        return False
    return True


def _who(actor: Actor) -> str:
    return f"{actor.sub}|{actor.client_id}"
