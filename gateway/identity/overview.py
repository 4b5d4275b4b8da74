"""What a person may see of their own account: where they are signed in, and which apps act for them.

Must not show a session's secret or its sid: a device is ended with all others, an app by its client.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from gateway.identity import grants_store
from gateway.identity.runtime import Identity
from gateway.identity.tables import grants as g
from gateway.identity.tables import oauth_clients as oc
from gateway.identity.tables import sessions as s


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that is signed in."""

    signed_in_at: datetime
    seen_at: datetime
    user_agent: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class App:
    """A program that acts for the person until it is stopped or `expires_at`."""

    client_id: str
    name_zh: str
    name_en: str
    scopes: tuple[str, ...]
    since: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """Devices, last seen first; apps by name."""

    devices: tuple[Device, ...]
    apps: tuple[App, ...]


async def overview(identity: Identity, *, account_id: uuid.UUID, sid: str) -> Overview:
    """Everything that can act for the account now. `sid` is the session that asks."""
    now = identity.now()
    open_sessions = (
        select(s.c.sid, s.c.created_at, s.c.seen_at, s.c.user_agent)
        .where(s.c.account_id == account_id, s.c.ended_at.is_(None), s.c.expires_at > now)
        .order_by(s.c.seen_at.desc())
        .limit(50)
    )
    open_grants = (
        select(*g.c, oc.c.name_zh, oc.c.name_en)
        .join(oc, oc.c.client_id == g.c.client_id)
        .where(g.c.account_id == account_id, g.c.revoked_at.is_(None), g.c.expires_at > now)
        .order_by(g.c.client_id, g.c.created_at.desc())
        .limit(200)
    )
    async with identity.database.reader() as connection:
        sessions = (await connection.execute(open_sessions)).all()
        grants = (await connection.execute(open_grants)).all()
    apps: dict[str, App] = {}
    for row in grants:
        names = (row.name_zh, row.name_en, tuple(row.scope.split()))
        apps.setdefault(row.client_id, App(row.client_id, *names, row.created_at, row.expires_at))
    return Overview(
        devices=tuple(
            Device(row.created_at, row.seen_at, row.user_agent, row.sid == sid) for row in sessions
        ),
        apps=tuple(apps.values()),
    )


async def stop_app(identity: Identity, *, account_id: uuid.UUID, client_id: str) -> int:
    """End every grant of one app for this person, and the consent. The number of grants ended."""
    wanted = select(g.c.sid).where(
        g.c.account_id == account_id, g.c.client_id == client_id, g.c.revoked_at.is_(None)
    )
    async with identity.database.transaction() as session:
        sids = (await session.execute(wanted)).scalars().all()
        for sid in sids:
            await grants_store.revoke_grant(session, sid=sid, now=identity.now())
        await grants_store.forget_consent(session, account_id=account_id, client_id=client_id)
    for sid in sids:
        identity.local_keys.add_revoked("sid", sid)
    return len(sids)
