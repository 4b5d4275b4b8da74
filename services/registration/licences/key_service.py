"""Which key signs now: publish the next, let the world fetch it, activate it, keep the old one public.

Private keys lie in the database sealed with DATA_KEY and leave this module only as `SigningKey` values.
It must not know what is signed.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.crypto import Vault
from kit.db import Database
from kit.errors import NotFound, StaleEtag
from services.registration.licences import pades
from services.registration.licences.errors import (
    LicenceKeyExists,
    LicenceKeyNotNext,
    LicenceKeyTooFresh,
)
from services.registration.licences.keys import SigningKey, generate_key
from services.registration.licences.schemas import LicenceKeyAdminView, LicenceKeyView
from services.registration.licences.tables import LicenceAuthority, LicenceKey

PUBLISHED_BEFORE_USE = timedelta(hours=24)
STATES = ("next", "active", "retired")
_KEY_CONTEXT = "licence_keys.private"
_AUTHORITY_CONTEXT = "licence_authorities.signer_key"
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('licence-keys', 0))")
KEYS = LicenceKey.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Signer:
    """What signing needs of a process: the vault, the public address, the environment's name."""

    vault: Vault
    public_url: str
    environment: str

    @classmethod
    def of(cls, state: Any) -> "Signer":
        """From a service's process state (`app.state`, a job's `context.state`)."""
        return cls(state.vault, state.settings.issuer, state.settings.environment)

    @property
    def publishes_before_use(self) -> timedelta:
        """How long a next key must have been public: at once in development and tests."""
        return PUBLISHED_BEFORE_USE if self.environment == "production" else timedelta()


def _opened(row: Any, signer: Signer) -> SigningKey:
    private = json.loads(signer.vault.decrypt(row.private_sealed, context=_KEY_CONTEXT))
    return SigningKey(kid=row.kid, private_jwk=private)


def _sealed(key: SigningKey, signer: Signer, *, state: str, now: datetime) -> LicenceKey:
    return LicenceKey(
        kid=key.kid,
        state=state,
        public_jwk=key.public_jwk,
        private_sealed=signer.vault.encrypt(json.dumps(key.private_jwk), context=_KEY_CONTEXT),
        published_at=now,
        activated_at=now if state == "active" else None,
    )


async def active_key(session: AsyncSession, signer: Signer) -> SigningKey:
    """The key that signs now; the very first is made here, in the caller's transaction."""
    query = select(LicenceKey).where(KEYS.c.state == "active")
    row = (await session.execute(query)).scalar_one_or_none()
    if row is None:
        await session.execute(_LOCK)
        row = (await session.execute(query)).scalar_one_or_none()
    if row is None:
        row = _sealed(generate_key(), signer, state="active", now=datetime.now(UTC))
        session.add(row)
        await session.flush()
    return _opened(row, signer)


async def read_active_key(connection: AsyncConnection, signer: Signer) -> SigningKey | None:
    """The signing key on a connection that only reads; None before the first licence."""
    row = (await connection.execute(select(KEYS).where(KEYS.c.state == "active"))).first()
    return _opened(row, signer) if row else None


async def public_keys(connection: AsyncConnection | AsyncSession) -> list[LicenceKeyView]:
    """Every public key: next, active and all retired ones, in the order of their publication."""
    rows = (await connection.execute(select(KEYS).order_by(KEYS.c.published_at, KEYS.c.kid))).all()
    return [LicenceKeyView(**row.public_jwk, state=row.state) for row in rows]


async def key_map(connection: AsyncConnection | AsyncSession) -> dict[str, dict[str, Any]]:
    """Key id → public JWK, for verification."""
    return {key.kid: key.model_dump() for key in await public_keys(connection)}


def _admin_view(row: Any, signer: Signer) -> LicenceKeyAdminView:
    return LicenceKeyAdminView(
        kid=row.kid,
        state=row.state,
        published_at=row.published_at,
        may_sign_from=row.published_at + signer.publishes_before_use,
        activated_at=row.activated_at,
        retired_at=row.retired_at,
        version=STATES.index(row.state) + 1,
    )


async def _locked_keys(session: AsyncSession) -> Sequence[LicenceKey]:
    await session.execute(_LOCK)
    return (await session.execute(select(LicenceKey))).scalars().all()


async def publish_next_key(session: AsyncSession, signer: Signer) -> LicenceKeyAdminView:
    """Make and publish the next key. Raises LicenceKeyExists while one waits."""
    if any(key.state == "next" for key in await _locked_keys(session)):
        raise LicenceKeyExists
    row = _sealed(generate_key(), signer, state="next", now=datetime.now(UTC))
    session.add(row)
    await session.flush()
    return _admin_view(row, signer)


def _named(keys: Sequence[Any], kid: str) -> Any:
    found = next((key for key in keys if key.kid == kid), None)
    if found is None:
        raise NotFound
    return found


async def read_key(connection: AsyncConnection, signer: Signer, kid: str) -> LicenceKeyAdminView:
    """One key and its times. Raises NotFound."""
    rows = (await connection.execute(select(KEYS))).all()
    return _admin_view(_named(rows, kid), signer)


async def activate_key(
    session: AsyncSession, signer: Signer, kid: str, *, version: int
) -> LicenceKeyAdminView:
    """Let the next key sign and retire the one before. Time is the machine's, as for tokens.

    Raises NotFound, StaleEtag, LicenceKeyNotNext, LicenceKeyTooFresh.
    """
    keys = await _locked_keys(session)
    chosen = _named(keys, kid)
    present = _admin_view(chosen, signer)
    if present.version != version:
        raise StaleEtag(extra={"present": present.model_dump(mode="json")})
    if chosen.state != "next":
        raise LicenceKeyNotNext
    now = datetime.now(UTC)
    opens_at = chosen.published_at + signer.publishes_before_use
    if now < opens_at:
        raise LicenceKeyTooFresh(extra={"opens_at": opens_at.isoformat()})
    for key in keys:
        if key.state == "active":
            key.state, key.retired_at = "retired", now
    await session.flush()  # the one active key leaves before the next one comes
    chosen.state, chosen.activated_at = "active", now
    await session.flush()
    return _admin_view(chosen, signer)


async def find_authority(
    session: AsyncSession | AsyncConnection,
) -> Any | None:
    """The environment's present certificates, or None before the first PDF."""
    table = LicenceAuthority.__table__  # type: ignore[attr-defined]
    return (await session.execute(select(table).where(table.c.retired_at.is_(None)))).first()


async def ensure_authority(database: Database, signer: Signer) -> tuple[Any, pades.Authority]:
    """The certificates that sign PDFs; made on first use (0.5 s, in a thread, outside locks)."""
    async with database.reader() as reader:
        row = await find_authority(reader)
    if row is None:
        made = await asyncio.to_thread(
            pades.create_authority, environment=signer.environment, now=datetime.now(UTC)
        )
        async with database.transaction() as session:
            await session.execute(_LOCK)
            row = await find_authority(session)
            if row is None:
                session.add(_authority_row(made, signer))
                await session.flush()
                row = await find_authority(session)
    assert row is not None
    key = bytes.fromhex(signer.vault.decrypt(row.signer_key_sealed, context=_AUTHORITY_CONTEXT))
    return row.id, pades.Authority(row.root_certificate, row.signer_certificate, key)


def _authority_row(made: pades.Authority, signer: Signer) -> LicenceAuthority:
    sealed = signer.vault.encrypt(made.signer_key.hex(), context=_AUTHORITY_CONTEXT)
    return LicenceAuthority(
        id=uuid4(),
        root_certificate=made.root_certificate,
        signer_certificate=made.signer_certificate,
        signer_key_sealed=sealed,
        created_at=datetime.now(UTC),
    )
