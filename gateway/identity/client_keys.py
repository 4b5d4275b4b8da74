"""A registered program's keys: a second beside the first, an old one ends on its day, a leaked one now.

Every change counts the registration's version and is written down with who made it. Must not show a secret:
only public keys are ever here.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity import sessions_store
from gateway.identity.errors import AccountStateConflict, KeyTaken, LastKey
from gateway.identity.runtime import Identity
from gateway.identity.staff import key_of
from gateway.identity.staff_schemas import ChangeView, ClientDetail, KeyAdd, KeyView
from gateway.identity.tables import AnyRow, client_changes
from gateway.identity.tables import client_keys as ck
from gateway.identity.tables import oauth_clients as oc
from kit.errors import FieldError, InvalidRequest, NotFound, StaleEtag
from kit.jose import BadToken

log = structlog.get_logger(__name__)
MOST_KEYS = 5
Connection = AsyncConnection | AsyncSession


@dataclass(frozen=True, slots=True)
class By:
    """Who changes a registration."""

    sub: str
    name: str


async def detail(connection: Connection, identity: Identity, *, client_id: str) -> ClientDetail:
    """A program with its keys and what was done to it. Raises NotFound."""
    row = await _find(connection, client_id)
    keys = (
        await connection.execute(
            select(ck).where(ck.c.client_id == client_id).order_by(ck.c.created_at, ck.c.kid)
        )
    ).all()
    done = (
        await connection.execute(
            select(client_changes)
            .where(client_changes.c.client_id == client_id)
            .order_by(client_changes.c.at.desc())
            .limit(50)
        )
    ).all()
    now = identity.now()
    return ClientDetail.model_validate(
        {
            **row._mapping,
            "keys": [_key_view(key, now) for key in keys],
            "changes": [ChangeView.model_validate(change) for change in done],
        }
    )


def _key_view(key: AnyRow, now: datetime) -> KeyView:
    usable = key.expires_at is None or key.expires_at > now
    return KeyView(
        kid=key.kid,
        alg=key.alg,
        created_at=key.created_at,
        expires_at=key.expires_at,
        usable=usable,
    )


async def add_key(
    session: AsyncSession,
    identity: Identity,
    *,
    client_id: str,
    version: int,
    given: KeyAdd,
    by: By,
) -> ClientDetail:
    """A new key counts at once; those before it end in so many days. Raises NotFound, StaleEtag, KeyTaken,
    InvalidRequest."""
    row = await _changing(session, client_id, version)
    if row.auth_method != "private_key_jwt":
        raise AccountStateConflict(extra={"state": row.auth_method})
    try:
        key = key_of(given.jwk)
    except (BadToken, ValueError) as error:
        fault = FieldError(pointer="/jwk", code="bad_key", detail=str(error))
        raise InvalidRequest(errors=[fault]) from error
    now = identity.now()
    held = (await session.execute(select(ck).where(ck.c.client_id == client_id))).all()
    if any(one.kid == key["kid"] for one in held):
        raise KeyTaken
    if sum(one.expires_at is None or one.expires_at > now for one in held) >= MOST_KEYS:
        raise InvalidRequest(errors=[FieldError(pointer="/jwk", code="too_many_keys")])
    ends = now + timedelta(days=given.others_end_in_days)
    await session.execute(
        update(ck)
        .where(ck.c.client_id == client_id, or_(ck.c.expires_at.is_(None), ck.c.expires_at > ends))
        .values(expires_at=ends)
    )
    await session.execute(
        insert(ck).values(client_id=client_id, **key, created_at=now, expires_at=None)
    )
    said = f"{key['kid']} ({key['alg']}); others end {ends:%Y-%m-%d %H:%M} UTC"
    await note(session, identity, client_id, "add_key", said, by)
    return await detail(session, identity, client_id=client_id)


async def end_key(
    session: AsyncSession,
    identity: Identity,
    *,
    client_id: str,
    kid: str,
    version: int,
    by: By,
) -> ClientDetail:
    """A key counts no more, from now. Raises NotFound, StaleEtag, LastKey 409."""
    await _changing(session, client_id, version)
    now = identity.now()
    alive = select(ck.c.kid).where(
        ck.c.client_id == client_id, or_(ck.c.expires_at.is_(None), ck.c.expires_at > now)
    )
    usable = set((await session.execute(alive)).scalars())
    if kid not in usable:
        raise NotFound
    if usable == {kid}:
        raise LastKey
    await session.execute(
        update(ck).where(ck.c.client_id == client_id, ck.c.kid == kid).values(expires_at=now)
    )
    await note(session, identity, client_id, "end_key", kid, by)
    return await detail(session, identity, client_id=client_id)


async def stop(
    session: AsyncSession, identity: Identity, *, client_id: str, version: int, by: By
) -> ClientDetail:
    """The program gets no token any more; those it has for itself die within seconds. Raises NotFound,
    StaleEtag, AccountStateConflict for our own pages."""
    await _changing(session, client_id, version)
    if client_id == "window":
        raise AccountStateConflict
    await session.execute(update(oc).where(oc.c.client_id == client_id).values(state="disabled"))
    await sessions_store.revoke(session, kind="sub", values=[client_id], now=identity.now())
    await note(session, identity, client_id, "disable", "", by)
    return await detail(session, identity, client_id=client_id)


async def note(
    session: AsyncSession, identity: Identity, client_id: str, action: str, said: str, by: By
) -> None:
    """Writes down what was done, and counts the version."""
    await session.execute(
        update(oc).where(oc.c.client_id == client_id).values(version=oc.c.version + 1)
    )
    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "client_id": client_id,
        "action": action,
        "detail": said,
        "by_name": by.name,
        "by_sub": by.sub,
        "at": identity.now(),
    }
    await session.execute(insert(client_changes).values(values))
    log.info("client_changed", client_id=client_id, action=action, by=by.sub)


async def _find(connection: Connection, client_id: str) -> AnyRow:
    row = (await connection.execute(select(oc).where(oc.c.client_id == client_id))).first()
    if row is None:
        raise NotFound
    return row


async def _changing(session: AsyncSession, client_id: str, version: int) -> AnyRow:
    """The registration, locked. Two who change it at once are told apart by its version."""
    query = select(oc).where(oc.c.client_id == client_id).with_for_update()
    row = (await session.execute(query)).first()
    if row is None:
        raise NotFound
    if row.version != version:
        raise StaleEtag(
            extra={"current": {"version": row.version, "state": row.state}},
            headers={"ETag": f'"{row.version}"'},
        )
    if row.state != "active":
        raise AccountStateConflict(extra={"state": row.state})
    return row


async def all_clients(connection: Connection) -> list[AnyRow]:
    """Every program with the number of its usable keys."""
    usable = (
        select(func.count())
        .where(
            ck.c.client_id == oc.c.client_id,
            or_(ck.c.expires_at.is_(None), ck.c.expires_at > func.now()),
        )
        .correlate(oc)
        .scalar_subquery()
    )
    query = select(oc, usable.label("keys")).order_by(oc.c.state, oc.c.client_id).limit(500)
    return list((await connection.execute(query)).all())


def jwk_in(text: str) -> dict[str, Any]:
    """A pasted key: a JWK, or a set with one key in it. Raises ValueError."""
    found = json.loads(text)
    if isinstance(found, dict) and isinstance(found.get("keys"), list) and len(found["keys"]) == 1:
        found = found["keys"][0]
    if not isinstance(found, dict):
        raise ValueError("no JWK")
    return found
