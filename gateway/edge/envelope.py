"""Around every request and reply: ids, the language, security headers, the log line, last resort.

Whatever happens inside, the caller gets its `X-Request-Id` and `traceparent` back, and an error is
problem+json. It does not decide where a request goes (gateway/app.py does).
"""

import time
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.types import Message, Receive, Scope, Send

from gateway.edge import headers as h
from gateway.edge.access_log import AccessLog
from gateway.edge.errors import AddressTooLong, MalformedPath
from gateway.edge.note import Note
from gateway.edge.paths import MAX_TARGET_BYTES, malformed
from gateway.edge.replies import send_problem
from kit.errors import InternalError, MethodNotAllowed, Problem

log = structlog.get_logger(__name__)

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_EVERYWHERE: Final = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_FOR_API: Final = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"private, no-cache"),
]
_FOR_PAGES: Final = [
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        b"form-action 'self'; frame-ancestors 'none'",
    ),
]
_HSTS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

Inner = Callable[[Scope, Receive, Send, Note], Awaitable[None]]


class Envelope:
    """Wraps `inner`, which may raise any `Problem` before it has started a reply."""

    def __init__(
        self, inner: Inner, *, access_log: AccessLog, https: bool, api_version: str
    ) -> None:
        self._inner = inner
        self._log = access_log
        everywhere = [*_EVERYWHERE, _HSTS] if https else _EVERYWHERE
        self._api = [*everywhere, *_FOR_API, (b"api-version", api_version.encode())]
        self._pages = [*everywhere, *_FOR_PAGES]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request to its end; raises nothing but cancellation."""
        started = time.perf_counter()
        note = _note(scope)
        wrapped = self._sender(send, note, started)
        try:
            _check(scope)
            await self._inner(scope, receive, wrapped, note)
        except Problem as problem:
            if note.status == 0:
                await send_problem(wrapped, problem, note)
        except Exception as error:
            log.error("request_failed", request_id=note.request_id, path=note.path, exc_info=error)
            note.fault = type(error).__name__
            if note.status == 0:
                await send_problem(wrapped, InternalError(), note)
        finally:
            self._log.write(note, time.perf_counter() - started)

    def _sender(self, send: Send, note: Note, started: float) -> Send:
        defaults = self._api if note.path.startswith("/api/") else self._pages
        ids = [
            (b"x-request-id", note.request_id.encode()),
            (b"traceparent", note.traceparent.encode()),
        ]

        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                note.status = message["status"]
                given = [
                    pair
                    for pair in message.get("headers", ())
                    if pair[0] not in (b"x-request-id", b"traceparent")
                ]
                present = {name for name, _ in given}
                given += [pair for pair in defaults if pair[0] not in present]
                timing = (
                    b"server-timing",
                    b"app;dur=%.1f" % ((time.perf_counter() - started) * 1000),
                )
                message = {**message, "headers": [*given, *ids, timing, *note.extra_headers]}
            elif message["type"] == "http.response.body":
                note.reply_bytes += len(message.get("body", b""))
            await send(message)

        return finish


def _note(scope: Scope) -> Note:
    """Fix the ids, and make every reader further in see the same ones."""
    given: list[tuple[bytes, bytes]] = scope["headers"]
    request_id, traceparent = h.request_id(given), h.traceparent(given)
    kept = [pair for pair in given if pair[0] not in (b"x-request-id", b"traceparent")]
    scope["headers"] = [*kept, (b"x-request-id", request_id), (b"traceparent", traceparent)]
    client = scope.get("client")
    note = Note(
        request_id=request_id.decode(),
        traceparent=traceparent.decode(),
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        address=client[0] if client else "unknown",
        english=h.prefers_english(h.header(given, b"accept-language")),
        wants_page=not scope["raw_path"].startswith((b"/api/", b"/oauth2/", b"/."))
        and b"text/html" in (h.header(given, b"accept") or b""),
    )
    scope["edge"] = note
    return note


def _check(scope: Scope) -> None:
    """Refuse what no address of ours can mean. Raises: Problem."""
    if scope["method"] not in _METHODS:
        raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(_METHODS))})
    path, query = scope["raw_path"], scope["query_string"]
    if len(path) + len(query) > MAX_TARGET_BYTES:
        raise AddressTooLong
    if malformed(path, query):
        raise MalformedPath
    h.check_single(scope["headers"])
