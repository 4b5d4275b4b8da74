"""Carries decisions back to the senders: signed, and as unreliable as the behaviour planned it.

It only delivers what filings.py put on the list; a dead process goes on where it stopped.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx

from simulators.departments.filings import view
from simulators.departments.store import Callback, Store

_RETRY_AFTER_S = (1, 5, 30, 120)
_IDLE_S = 5.0
_log = logging.getLogger("simulators.departments")


def signature(key: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` value of Standard Webhooks 1.0 for one message."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key.encode(), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


class CallbackSender:
    """The one loop that sends what is due; `wake()` tells it that there is something new."""

    def __init__(
        self, store: Store, *, key: str, client: httpx.AsyncClient, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._key = key
        self._client = client
        self._now = now
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Look at the list again now."""
        self._news.set()

    async def run(self) -> None:
        """Send for ever; ends only by cancellation."""
        while True:
            for callback in self._store.due_callbacks(self._now()):
                await self._send(callback)
            await self._wait()

    async def _wait(self) -> None:
        due = self._store.next_callback_at()
        seconds = _IDLE_S if due is None else (due - self._now()).total_seconds()
        try:
            async with asyncio.timeout(min(max(seconds, 0), _IDLE_S)):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()

    async def _send(self, callback: Callback) -> None:
        now = self._now()
        filing = self._store.by_number(callback.filing)
        if filing is None:  # the switchboard was reset while this message waited
            return
        # The first message tells what was true then, even if it arrives after the decision.
        at = filing.received_at if callback.sequence == 1 else max(now, filing.decide_at)
        content = view(filing, at)
        content.sequence = callback.sequence
        body = content.model_dump_json().encode()
        timestamp = int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": callback.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(
                self._key, message_id=callback.message_id, timestamp=timestamp, body=body
            ),
        }
        try:
            reply = await self._client.post(callback.url, content=body, headers=headers)
            delivered = reply.is_success
        except httpx.HTTPError as error:
            _log.info("callback %s not delivered: %s", callback.message_id, type(error).__name__)
            delivered = False
        self._note(callback, delivered=delivered)

    def _note(self, callback: Callback, *, delivered: bool) -> None:
        now = self._now()
        if not delivered and callback.attempts < len(_RETRY_AFTER_S):
            pause = timedelta(seconds=_RETRY_AFTER_S[callback.attempts])
            self._store.postpone_callback(callback, until=now + pause)
        else:
            self._store.settle_callback(callback, at=now, delivered=delivered)
