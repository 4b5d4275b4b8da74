"""The bank as a receiver of webhooks: it registers its address once and believes only what is signed.

A webhook is a bell, not a book: its content is not used. So one that is lost, late or comes twice does no
harm; the bank reads what there is to do from the platform.
"""

import asyncio
import logging
import uuid
from collections.abc import Mapping

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from simulators.bank.platform import Platform
from simulators.bank.store import Store
from simulators.bank.tokens import NotReady

ENDPOINTS = "/api/window/v1/webhook-endpoints"
AGAIN_S = 10.0
_log = logging.getLogger("simulators.bank")


class Receiver:
    """Knows the secret of the bank's own endpoint, and which messages it has heard."""

    def __init__(self, platform: Platform, store: Store, *, own_url: str) -> None:
        self._platform, self._store = platform, store
        self._url = f"{own_url}/webhooks"

    def takes(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether this is a message by the platform. A repeated one is taken and counted as such."""
        secret = self._store.fact("webhook_secret")
        if secret is None:
            return False
        try:
            Webhook(secret).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            return False
        known = self._store.hear(headers["webhook-id"])
        self._store.count("webhook_repeated" if known else "webhook_heard")
        return True

    async def subscribe(self) -> None:
        """Register the bank's address if it is not; ends when the secret is known."""
        while True:
            try:
                if await self._subscribed():
                    return
            except NotReady as error:
                _log.info("no webhooks yet: %s", error)
            await asyncio.sleep(AGAIN_S)

    async def _subscribed(self) -> bool:
        endpoint = await self._mine()
        if endpoint is None:
            body = {"url": self._url, "description": "sandbox bank", "event_types": ["finance"]}
            made = await self._platform.post(f"webhooks:{uuid.uuid4()}", ENDPOINTS, body)
            if not made.ok:
                _log.info("webhook endpoint refused: %s %s", made.status, made.code)
                return False
            endpoint = made.body["id"]
        secrets = await self._platform.get(f"{ENDPOINTS}/{endpoint}/secrets")
        if not secrets.ok:
            return False
        self._store.set_fact("webhook_secret", secrets.body["items"][0]["secret"])
        return True

    async def _mine(self) -> str | None:
        async for each in self._platform.items(ENDPOINTS):
            if each["url"] == self._url and each["state"] == "enabled":
                return str(each["id"])
        return None
