"""A request's body on its way in: bounded in size and in time, and the news that the caller left.

It reads ASGI messages and knows nothing about where the bytes go.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.types import Message, Receive

from gateway.edge.errors import BodyTooSlow, MalformedHeader
from gateway.edge.headers import Headers, header
from kit.errors import BodyTooLarge, Problem

SMALL_BYTES: Final = 64 * 1024


class CallerGone(Exception):
    """The caller closed the connection; there is nobody to answer."""


class Incoming:
    """One request's body. `limit_bytes` bounds it, `idle_seconds` bounds the wait for a piece."""

    def __init__(
        self, receive: Receive, headers: Headers, *, limit_bytes: int, idle_seconds: float
    ) -> None:
        self._receive = receive
        self._limit_bytes = limit_bytes
        self._idle_seconds = idle_seconds
        self._seen_bytes = 0
        self._watcher: asyncio.Task[None] | None = None
        self.gone = False
        self.refusal: Problem | None = None
        self.announced = _length(headers)
        chunked = header(headers, b"transfer-encoding") is not None
        self.empty = self.finished = not chunked and not self.announced
        if self.announced is not None and self.announced > limit_bytes:
            raise BodyTooLarge

    @property
    def stopped(self) -> bool:
        """Whether the exchange ended for a reason of the caller's."""
        return self.gone or self.refusal is not None

    async def read_small(self) -> bytes | None:
        """The whole body when it is announced to be small, so that a slow caller occupies nobody
        else; None when it must be streamed. Raises: BodyTooSlow, CallerGone."""
        if self.announced is None or self.announced > SMALL_BYTES:
            return None
        pieces = [piece async for piece in self.stream()]
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def stream(self) -> AsyncIterator[bytes]:
        """The body piece by piece. Raises: BodyTooLarge, BodyTooSlow, CallerGone."""
        more = True
        while more:
            message = await self._next()
            piece: bytes = message.get("body", b"")
            more = message.get("more_body", False)
            self._seen_bytes += len(piece)
            if self._seen_bytes > self._limit_bytes:
                self.refusal = BodyTooLarge()
                raise self.refusal
            if piece:
                yield piece
        self.finished = True

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(self._idle_seconds):
                message = await self._receive()
        except TimeoutError:
            self.refusal = BodyTooSlow()
            raise self.refusal from None
        if message["type"] == "http.disconnect":
            self.gone = True
            raise CallerGone
        return message

    def watch(self, deadline: asyncio.Timeout) -> None:
        """From now on let `deadline` pass at once when the caller leaves. The body is read."""
        self._watcher = asyncio.get_running_loop().create_task(self._wait_gone(deadline))

    async def stream_then_watch(self, deadline: asyncio.Timeout) -> AsyncIterator[bytes]:
        """`stream`, and `watch` once it has ended."""
        async for piece in self.stream():
            yield piece
        self.watch(deadline)

    async def _wait_gone(self, deadline: asyncio.Timeout) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        if not deadline.expired():
            deadline.reschedule(asyncio.get_running_loop().time())

    def close(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.cancel()
            self._watcher = None


def paced(receive: Receive, idle_seconds: float) -> Receive:
    """`receive` that raises BodyTooSlow when a piece of the body does not come in time; what comes
    after the body (the news that the caller left) may take for ever."""
    more = True

    async def receive_in_time() -> Message:
        nonlocal more
        if not more:
            return await receive()
        try:
            async with asyncio.timeout(idle_seconds):
                message = await receive()
        except TimeoutError:
            raise BodyTooSlow from None
        more = message.get("more_body", False)
        return message

    return receive_in_time


def _length(headers: Headers) -> int | None:
    value = header(headers, b"content-length")
    if value is None:
        return None
    if not value.isdigit() or len(value) > 18:
        raise MalformedHeader(detail_en="content-length is not a number")
    return int(value)
