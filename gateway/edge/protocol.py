"""HTTP/1.1 on the wire with the bounds that uvicorn's httptools protocol leaves open.

httptools has no limit on headers and uvicorn no time limit for them: one caller could fill the
memory or hold every connection. Trailers would be appended to the headers that are already being
read. A reply given before the body has ended (413, 422) would be lost if the socket were closed with
unread bytes in it, so what still comes is thrown away for a while first. Broken framing (both
Content-Length and Transfer-Encoding, two lengths, a folded header) is refused by llhttp; here it only
gets an answer in our form. It must not look at what a header means.
"""

import asyncio
from typing import Any, ClassVar

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from gateway.edge.errors import HeadersTooLarge
from kit.errors import Problem


class MalformedRequest(Problem):
    """The bytes are not an HTTP/1.1 request that every reader would read alike."""

    code = "malformed_request"
    status = 400
    title_zh = "无法识别的请求"
    title_en = "This is not a well-formed HTTP request"


class EdgeProtocol(HttpToolsProtocol):
    """uvicorn's protocol with bounds on headers and on what comes after an early reply."""

    max_header_bytes: ClassVar[int] = 32 * 1024
    max_headers: ClassVar[int] = 100
    header_seconds: ClassVar[float] = 10.0
    linger_bytes: ClassVar[int] = 8 * 1024 * 1024
    linger_seconds: ClassVar[float] = 2.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading_headers = True
        self._header_bytes = 0
        self._reading_body = False
        self._thrown_away_bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._refusal: type[Problem] = MalformedRequest

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock: the first request must come in time."""
        super().connection_made(transport)
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_clock()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A new request: count anew."""
        super().on_message_begin()
        self._reading_headers, self._header_bytes = True, 0
        self._thrown_away_bytes = 0
        self._start_clock()

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header; drop a trailer, which would arrive in the middle of the reading."""
        if not self._reading_headers:
            return
        self._count(len(name) + len(value) + 4)
        if len(self.headers) >= self.max_headers:
            self._refuse_headers()
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole; the body has its own clock further in."""
        self._reading_headers, self._reading_body = False, True
        self._stop_clock()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body; after the reply it is thrown away, up to a bound."""
        super().on_body(body)
        if self.cycle is not None and self.cycle.response_complete:
            self._thrown_away_bytes += len(body)
            if self._thrown_away_bytes > self.linger_bytes and not self._closing:
                self.transport.close()

    def on_message_complete(self) -> None:
        """The body has ended; nothing is left to throw away."""
        self._reading_body = False
        self._stop_clock()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Replied; a body that still comes is given little time."""
        super().on_response_complete()
        if self._reading_body and self.cycle.response_complete:  # not the next, pipelined one
            self._start_clock(self.linger_seconds)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a header that is still incomplete is not reported by it, so bytes that
        lead to no complete header are counted here."""
        before = self._header_bytes
        super().data_received(data)
        if self._reading_headers and self._header_bytes == before and not self._closing:
            self._header_bytes += len(data)
            if self._header_bytes > self.max_header_bytes:
                self._refusal = HeadersTooLarge
                self.send_400_response("")

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  the name is uvicorn's
        """Answer with problem+json and close; the request was never read, so nothing is known of
        its language or id."""
        if self._closing:
            return
        problem = self._refusal()
        body = orjson.dumps(problem.body("zh-CN", instance=None, request_id=None))
        head = (
            b"content-type: application/problem+json\r\ncontent-length: %d\r\n"
            b"cache-control: no-store\r\nconnection: close\r\n\r\n" % len(body)
        )
        self.transport.write(STATUS_LINE[problem.status] + head + body)
        self.transport.close()

    @property
    def _closing(self) -> bool:
        return self.transport is None or self.transport.is_closing()

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > self.max_header_bytes:
            self._refuse_headers()

    def _refuse_headers(self) -> None:
        self._refusal = HeadersTooLarge
        raise ValueError("headers too large")  # the parser turns it into an HttpParserError

    def _start_clock(self, seconds: float | None = None) -> None:
        self._stop_clock()
        self._timer = self.loop.call_later(seconds or self.header_seconds, self._too_slow)

    def _stop_clock(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        if not self._closing:
            self.transport.close()
