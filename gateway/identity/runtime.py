"""One `Identity` per process: keys, hasher, vault and the present list of revocations.

This file exists so that routes, pages, jobs and the proxy share one set of living things; it must not
hold a use case. `gateway/app.py` calls `start_identity` and `stop_identity` as the service's hooks.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import FastAPI
from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from gateway.identity import keys_store, sessions_store
from gateway.identity.errors import IdentityBusy, TooManyAttempts
from gateway.identity.keys import KeySet, key_set
from gateway.identity.local_keys import LocalKeys
from gateway.identity.passwords import Passwords
from gateway.identity.real_name import RealNameAuthority
from gateway.identity.tokens import LIFE_S, Subject, mint
from kit.crypto import Vault, derive
from kit.db import Database, is_unreachable
from kit.tokens import COLLEAGUE_PASS, COLLEAGUES, TokenVerifier

log = structlog.get_logger(__name__)
PAGE_TOKENS = 10_000
"""How many sessions keep their present token in memory."""
SEEN, SEEN_S = 50_000, 1800.0
"""How many sessions are known by their secret's hash without asking the database, and how long (s)."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the environment decides."""

    issuer: str
    secret_key: str = field(repr=False)
    person_key: str = field(repr=False)
    data_key: str = field(repr=False)
    departments_url: str = "http://127.0.0.1:8150"
    sandbox: bool = False
    production: bool = False
    sign_ups_per_address: str = "60/hour"
    requests_per_address: str = "240/minute"
    client_failures: str = "20/minute"
    codes_per_address: str = "60/hour"
    refresh_s: float = 1.0

    @property
    def secure(self) -> bool:
        return self.issuer.startswith("https://")

    @classmethod
    def of(cls, settings: Any) -> Options:
        """From the gateway's settings (kit.settings.ServiceSettings and `departments_url`)."""
        return cls(
            issuer=settings.issuer,
            secret_key=settings.secret_key.get_secret_value(),
            person_key=settings.person_key.get_secret_value(),
            data_key=settings.data_key.get_secret_value(),
            departments_url=getattr(settings, "departments_url", "http://127.0.0.1:8150"),
            sandbox=settings.sandbox,
            production=settings.environment == "production",
            sign_ups_per_address="60/hour" if settings.environment == "production" else "600/hour",
        )


class Identity:
    """The living parts, between `start` and `stop`."""

    def __init__(
        self, options: Options, database: Database, *, local_keys: LocalKeys | None = None
    ) -> None:
        self.options, self.database = options, database
        self.vault = Vault(options.data_key)
        self.passwords = Passwords()
        self.authority = RealNameAuthority(options.departments_url)
        self.local_keys = local_keys or LocalKeys()
        self._lookup = derive(options.person_key, "identity.lookup")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._page_tokens: OrderedDict[str, tuple[Subject, str, float, str]] = OrderedDict()
        self._seen: OrderedDict[bytes, tuple[str, float]] = OrderedDict()
        self._keys: KeySet | None = None
        self._states: dict[str, str] = {}
        self._mark: object = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Without a database the process starts and answers 503 until there is one."""
        try:
            await self.refresh()
        except Exception as error:
            if not is_unreachable(error):
                raise
            log.warning("identity_waits_for_database", error=type(error).__name__)
        self._task = asyncio.create_task(self._keep_fresh(), name="identity-refresh")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self.passwords.close()
        await self.authority.close()

    async def refresh(self) -> None:
        """Read revocations, and keys when they moved; makes the first keys when there are none."""
        async with self.database.reader() as connection:
            states = await keys_store.key_states(connection)
            mark = await sessions_store.revocations_mark(connection, now=self.now())
            revoked = None
            if mark != self._mark:
                rows = await sessions_store.list_revocations(connection, now=self.now())
                revoked = {(row.kind, row.value): row.expires_at for row in rows}
        if "active" not in states.values():
            async with self.database.transaction() as session:
                await keys_store.rotate(session, vault=self.vault, now=self.now())
        if not states or states != self._states:
            async with self.database.reader() as connection:
                keys = await keys_store.load_keys(connection, vault=self.vault)
            self._keys, self._states = key_set(keys), {key.kid: key.state for key in keys}
        self.local_keys.replace(self._keys, revoked)
        self._mark = mark

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(self.options.refresh_s)
            try:
                await self.refresh()
            except Exception as error:  # the last known set serves until the database is back
                log.warning("identity_refresh_failed", error=type(error).__name__)

    def now(self) -> datetime:
        """The machine's own time: tokens and sessions never follow a moved business clock."""
        return datetime.now(UTC)

    @property
    def keys(self) -> KeySet:
        found = self.local_keys.current
        if found is None:
            raise IdentityBusy(headers={"Retry-After": "5"})
        return found

    def mint(self, subject: Subject) -> str:
        """An access token for `subject`, signed with the active key."""
        active = self.keys.active
        now = int(self.now().timestamp())
        return mint(
            subject, kid=active.kid, key=active.private, issuer=self.options.issuer, now=now
        )

    def colleague_pass(self, subject: Subject) -> str:
        """Says to the services who a member of the staff is; opens nothing (kit.tokens.COLLEAGUE_PASS)."""
        active = self.keys.active
        return mint(
            subject,
            kid=active.kid,
            key=active.private,
            issuer=self.options.issuer,
            now=int(self.now().timestamp()),
            audience=COLLEAGUES,
            typ=COLLEAGUE_PASS,
        )

    def page_token(self, sid: str, subject: Subject) -> str:
        """The session's present token; a new one when half its life is over, or person or key changed."""
        now, kid = self.now().timestamp(), self.keys.active.kid
        held = self._page_tokens.get(sid)
        if held and held[:2] == (subject, kid) and now < held[2]:
            return held[3]
        token = self.mint(subject)
        self._page_tokens[sid] = (subject, kid, now + LIFE_S / 2, token)
        self._page_tokens.move_to_end(sid)
        while len(self._page_tokens) > PAGE_TOKENS:
            self._page_tokens.popitem(last=False)
        return token

    def saw_session(self, shown: bytes, account_id: str) -> None:
        """The session of this secret (its hash) was good a moment ago."""
        self._seen[shown] = (account_id, time.monotonic() + SEEN_S)
        self._seen.move_to_end(shown)
        while len(self._seen) > SEEN:
            self._seen.popitem(last=False)

    def forget_session(self, shown: bytes) -> None:
        """The session of this secret has ended."""
        self._seen.pop(shown, None)

    def seen_account(self, shown: bytes) -> str | None:
        """Whose session it was when it was last good, at most as long ago as a session may idle. For
        counting only: nobody may do or see anything by it."""
        account_id, until = self._seen.get(shown, ("", 0.0))
        return account_id if time.monotonic() < until else None

    def lookup_hash(self, purpose: str, value: str) -> str:
        """A keyed hash (hex) to find a personal value by, without keeping it. Under PERSON_KEY, as
        `person` is: SECRET_KEY may be changed any day and only ends sessions' forms."""
        data = f"{purpose}\x1f{value}".encode()
        return hmac.new(self._lookup, data, hashlib.sha256).hexdigest()

    async def limit(self, rule: str, *parts: str) -> None:
        """Count one use of `rule` ("60/hour") for `parts` in this process, or TooManyAttempts."""
        item = parse(rule)
        if not await self._limiter.hit(item, *parts):
            raise TooManyAttempts(retry_after_s=min(item.get_expiry(), 900))


async def start_identity(app: FastAPI) -> None:
    """Service.on_start: sets `app.state.identity` and makes the verifier read our own keys."""
    options = Options.of(app.state.settings)
    given = app.state.verifier.keys
    keys = given if isinstance(given, LocalKeys) else LocalKeys()
    identity = Identity(options, app.state.database, local_keys=keys)
    await identity.start()
    app.state.identity = identity
    if keys is not given:
        app.state.verifier = TokenVerifier(keys, issuer=options.issuer)


async def stop_identity(app: FastAPI) -> None:
    """Service.on_stop."""
    identity: Identity | None = getattr(app.state, "identity", None)
    if identity is not None:
        await identity.stop()
