"""Every query on `signing_keys`. Moves happen under one advisory lock, so two workers never rotate
at once. Must not be called with a session that anything else is written in."""

import json
from datetime import datetime

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity.keys import SigningKey, due_rotation, generate, private_key
from gateway.identity.tables import signing_keys as t
from kit.crypto import Vault

_LOCK = text("SELECT pg_advisory_xact_lock(7205759403)")
_CONTEXT = "signing_keys.private_sealed"


async def load_keys(
    connection: AsyncConnection | AsyncSession, *, vault: Vault
) -> list[SigningKey]:
    """All keys that are still published, private halves opened."""
    rows = (await connection.execute(select(t))).all()
    return [
        SigningKey(
            kid=row.kid,
            state=row.state,
            public_jwk=json.loads(row.public_jwk),
            private=private_key(vault.decrypt(row.private_sealed, context=_CONTEXT)),
            created_at=row.created_at,
            activated_at=row.activated_at,
            retired_at=row.retired_at,
        )
        for row in rows
    ]


async def key_states(connection: AsyncConnection | AsyncSession) -> dict[str, str]:
    """kid → state, without opening anything: cheap enough to ask every second."""
    rows = (await connection.execute(select(t.c.kid, t.c.state))).all()
    return {row.kid: row.state for row in rows}


async def rotate(
    session: AsyncSession, *, vault: Vault, now: datetime, forced: bool = False
) -> bool:
    """Do what `due_rotation` says; the first call ever makes the first two keys. True if moved."""
    await session.execute(_LOCK)
    keys = await load_keys(session, vault=vault)
    if not keys:
        await _add(session, vault=vault, state="active", now=now)
        await _add(session, vault=vault, state="next", now=now)
        return True
    due = due_rotation(keys, now=now, forced=forced)
    if due.forget:
        await session.execute(delete(t).where(t.c.kid.in_(due.forget)))
    if due.retire:
        values = {"state": "retired", "retired_at": now}
        await session.execute(update(t).where(t.c.kid == due.retire).values(values))
    if due.promote:
        values = {"state": "active", "activated_at": now}
        await session.execute(update(t).where(t.c.kid == due.promote).values(values))
    if due.create_next:
        await _add(session, vault=vault, state="next", now=now)
    return bool(due.promote or due.create_next or due.forget)


async def _add(session: AsyncSession, *, vault: Vault, state: str, now: datetime) -> None:
    kid, private, public = generate()
    await session.execute(
        insert(t).values(
            kid=kid,
            state=state,
            private_sealed=vault.encrypt(private, context=_CONTEXT),
            public_jwk=public,
            created_at=now,
            activated_at=now if state == "active" else None,
        )
    )
