"""One HTTP request to a receiver, and what came of it. Signs by Standard Webhooks 1.0.

Follows no redirect, keeps no cookie, reads no more of the answer than its status, and gives up in time.
Must not know deliveries or schedules: it is told a body, and tells an outcome.
"""

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

import aiohttp
from standardwebhooks import Webhook
from yarl import URL

from gateway.inbox.addresses import AddressPolicy, AddressRefused, GuardedResolver, literal

CONNECT_SECONDS = 5.0
CONNECTIONS = 512
"""More than all endpoints that are served at once may hold (delivering, dispatching)."""
KEPT_SECONDS = 2.0
"""Shorter than servers keep an idle connection: one closed just then looks like a failure."""
LONGEST_DETAIL = 200
USER_AGENT = "Yichuang-Webhooks/1"


@dataclass(frozen=True)
class Outcome:
    """`code` says what happened: `delivered`, `gone`, `redirect`, `http_error`, `timeout`,
    `connection_failed`, `tls_failed`, `name_not_resolved`, `address_refused`; `detail` why, in the
    system's words. What the receiver says in a body is not kept."""

    code: str
    status: int | None = None
    duration_ms: int = 0
    retry_after_seconds: float | None = None
    detail: str | None = None

    @property
    def delivered(self) -> bool:
        return self.code == "delivered"


def signed_headers(
    *, event_id: str, body: bytes, secrets: Sequence[str], now: datetime
) -> dict[str, str]:
    """`webhook-id`, `-timestamp` and `-signature` with one signature per secret, newest first."""
    text = body.decode()
    signatures = [Webhook(secret).sign(event_id, now.astimezone(UTC), text) for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
        "content-type": "application/json",
        "user-agent": USER_AGENT,
    }


class Sender:
    """The HTTP client of all deliveries of one process."""

    def __init__(self, policy: AddressPolicy, *, timeout_seconds: float) -> None:
        self._policy = policy
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, sock_connect=CONNECT_SECONDS)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=GuardedResolver(self._policy),
                use_dns_cache=False,
                limit=CONNECTIONS,
                keepalive_timeout=KEPT_SECONDS,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, url: str, *, body: bytes, headers: dict[str, str]) -> Outcome:
        """POST once. Never raises for what the other side does."""
        began = time.monotonic()
        try:
            found = await self._post(url, body, headers)
        except (
            Exception
        ) as error:  # each is told apart below; an unknown one is a bug and is raised
            found = Outcome(_code_of(error), detail=_detail_of(error))
        took = round((time.monotonic() - began) * 1000)
        return replace(found, duration_ms=took)

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        assert self._session is not None
        target = URL(url)
        address = literal(target.host or "")  # a number is not resolved, so it is judged here
        if address is not None and not self._policy.allows(address):
            raise AddressRefused(url)
        if target.scheme != "https" and not self._policy.plain_http:
            raise AddressRefused(url)
        async with self._session.post(
            target, data=body, headers=headers, allow_redirects=False
        ) as reply:
            # the body is left unread: aiohttp holds at most 64 KiB of it and drops the connection
            return _judge(reply.status, reply.headers)


def _judge(status: int, headers: Mapping[str, str]) -> Outcome:
    if 200 <= status < 300:
        return Outcome("delivered", status)
    if status == 410:
        return Outcome("gone", status)
    if 300 <= status < 400:
        return Outcome("redirect", status, detail=_shown(headers.get("location")))
    return Outcome("http_error", status, retry_after_seconds=_asked(headers.get("retry-after")))


def _asked(retry_after: str | None) -> float | None:
    """Seconds, or a date (RFC 9110, 10.2.3); None for what is neither."""
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after[:9])
    try:
        then = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


def _shown(text: str | None) -> str | None:
    """A stranger's words as they may stand in a row and on a screen."""
    if not text:
        return None
    return "".join(c if c.isprintable() else "?" for c in text[:LONGEST_DETAIL])


def _detail_of(error: Exception) -> str | None:
    return _shown(str(error) or type(error).__name__)


def _code_of(error: Exception) -> str:
    if isinstance(error, asyncio.TimeoutError):
        return "timeout"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AddressRefused):
            return "address_refused"
        cause = getattr(cause, "os_error", None) or cause.__cause__
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "tls_failed"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "name_not_resolved"
    if isinstance(error, aiohttp.ClientError | OSError | ValueError | UnicodeError):
        return "connection_failed"
    raise error
