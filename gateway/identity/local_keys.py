"""What this process knows by itself: the keys in use and the present revocations.

The gateway does not ask itself over HTTP for what it publishes. The list is also what services poll, so
it is served from memory: thousands of polls cost the database nothing and outlive its absence. Must not
read the database: `runtime.Identity` does and calls `replace`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from gateway.identity.errors import IdentityBusy
from gateway.identity.keys import KeySet
from gateway.identity.sessions_store import TOKENS_DIE_IN

Revocations = Mapping[tuple[str, str], datetime]
KEEP_OWN_S = 10
"""How long an own addition outlives lists that were read before it was committed."""


class LocalKeys:
    """A `kit.tokens.KeySource`."""

    def __init__(self) -> None:
        self.current: KeySet | None = None
        self.generation = 0
        self._revoked: dict[tuple[str, str], datetime] = {}
        self._own: dict[tuple[str, str], float] = {}
        self._published: tuple[str, bytes] | None = None
        self._is_loaded = False

    def replace(self, found: KeySet | None, revoked: Revocations | None) -> None:
        """The present keys, and the present list (None: as before). Keys that changed empty every
        cache of verified tokens."""
        before = self.current.readers.keys() if self.current else set()
        if found is not None and found.readers.keys() != before:
            self.generation += 1
        self.current = found
        if revoked is None:
            return
        since = time.monotonic() - KEEP_OWN_S
        self._own = {item: at for item, at in self._own.items() if at > since}
        own = {item: self._revoked[item] for item in self._own if item in self._revoked}
        self._revoked, self._published, self._is_loaded = {**own, **revoked}, None, True

    def add_revoked(self, kind: str, value: str) -> None:
        """Known here at once; other processes read it from the database within a second."""
        self._revoked[(kind, value)] = datetime.now(UTC) + TOKENS_DIE_IN
        self._own[(kind, value)] = time.monotonic()
        self._published = None

    def published(self) -> tuple[str, bytes]:
        """The ETag and the JSON of the list. Raises IdentityBusy before the first was read: an empty
        list would bring revoked tokens back to life."""
        if not self._is_loaded:
            raise IdentityBusy(headers={"Retry-After": "2"})
        if self._published is None:
            items = [
                {"kind": kind, "value": value, "expires_at": expires_at}
                for (kind, value), expires_at in sorted(self._revoked.items())
            ]
            body = orjson.dumps({"items": items})
            self._published = (f'"{hashlib.sha256(body).hexdigest()[:32]}"', body)
        return self._published

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def key(self, kid: str) -> Any | None:
        if self.current is None:
            raise IdentityBusy(headers={"Retry-After": "5"})
        found = self.current.readers.get(kid)
        return found.key if found else None

    def is_revoked(self, claims: Mapping[str, Any]) -> bool:
        kinds = ("jti", "sid", "sub")
        return any((kind, str(claims.get(kind, ""))) in self._revoked for kind in kinds)
