"""One HTTP request to a receiver, and what came of it. Signs by Standard Webhooks 1.0.

Follows no redirect, keeps no cookie, reads no more of the answer than its status, and gives up in time.
Must not know deliveries or schedules: it is told a body, and tells an outcome.
"""

import asyncio
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import aiohttp
from standardwebhooks import Webhook
from yarl import URL

from gateway.inbox.addresses import AddressPolicy, AddressRefused, GuardedResolver, literal

CONNECT_SECONDS = 5.0
CONNECTIONS = 256
USER_AGENT = "Yichuang-Webhooks/1"


@dataclass(frozen=True)
class Outcome:
    """`code` says what happened: `delivered`, `gone`, `redirect`, `http_error`, `timeout`,
    `connection_failed`, `tls_failed`, `name_not_resolved`, `address_refused`."""

    code: str
    status: int | None = None
    duration_ms: int = 0
    retry_after_seconds: float | None = None

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
            found = Outcome(_code_of(error))
        took = round((time.monotonic() - began) * 1000)
        return Outcome(found.code, found.status, took, found.retry_after_seconds)

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
            return _judge(reply.status, reply.headers.get("retry-after"))


def _judge(status: int, retry_after: str | None) -> Outcome:
    if 200 <= status < 300:
        return Outcome("delivered", status)
    if status == 410:
        return Outcome("gone", status)
    if 300 <= status < 400:
        return Outcome("redirect", status)
    seconds = float(retry_after) if retry_after and retry_after.isdecimal() else None
    return Outcome("http_error", status, retry_after_seconds=seconds)


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
