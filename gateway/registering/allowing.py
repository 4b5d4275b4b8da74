"""The administrator's part: tokens that are good for one registration each."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity.client_keys import By
from gateway.identity.protocol import SCOPES
from gateway.identity.runtime import Identity
from gateway.identity.tables import AnyRow
from gateway.registering.schemas import PermitCreate, PermitMade
from gateway.registering.tables import registration_tokens as t
from kit.errors import FieldError, InvalidRequest, NotFound

log = structlog.get_logger(__name__)
ENDPOINT = "/oauth2/register"


def digest_of(token: str) -> bytes:
    """SHA-256: the token has 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def allow(
    session: AsyncSession, identity: Identity, given: PermitCreate, by: By
) -> PermitMade:
    """A new token. Raises InvalidRequest (/scopes, /roles)."""
    unknown = [scope for scope in given.scopes if scope not in SCOPES]
    faults = [FieldError(pointer="/scopes", code="unknown_scope")] if unknown else []
    if given.kind == "app" and given.roles:
        faults.append(FieldError(pointer="/roles", code="app_needs_addresses_only"))
    if faults:
        raise InvalidRequest(errors=faults)
    token, now = secrets.token_urlsafe(32), identity.now()
    values: dict[str, Any] = {
        **given.model_dump(exclude={"hours"}),
        "id": uuid.uuid4(),
        "created_by_name": by.name,
        "created_at": now,
        "expires_at": now + timedelta(hours=given.hours),
    }
    row = {**values, "digest": digest_of(token), "created_by": by.sub}
    await session.execute(insert(t).values(row))
    log.info("registration_allowed", token_id=str(values["id"]), kind=given.kind, by=by.sub)
    return PermitMade(
        **values,
        used_at=None,
        client_id=None,
        token=token,
        registration_endpoint=f"{identity.options.issuer}{ENDPOINT}",
    )


async def list_tokens(
    connection: AsyncConnection, *, limit: int, after: tuple[Any, ...] | None = None
) -> Sequence[AnyRow]:
    """Up to `limit + 1`, newest first."""
    query = select(t).order_by(t.c.created_at.desc(), t.c.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(tuple_(t.c.created_at, t.c.id) < tuple_(*after))
    return (await connection.execute(query)).all()


async def end(session: AsyncSession, identity: Identity, token_id: uuid.UUID, by: By) -> AnyRow:
    """It registers nobody any more. Raises NotFound."""
    now = identity.now()
    ended = update(t).where(t.c.id == token_id, t.c.used_at.is_(None), t.c.expires_at > now)
    row = (await session.execute(ended.values(expires_at=now).returning(t))).first()
    if row is None:
        raise NotFound
    log.info("registration_token_ended", token_id=str(token_id), by=by.sub)
    found: AnyRow = row
    return found


async def use_up(
    session: AsyncSession, token: str, *, client_id: str, now: datetime
) -> AnyRow | None:
    """What the token allows, for the first of any number that show it at once; None for the others."""
    used = update(t).where(
        t.c.digest == digest_of(token), t.c.used_at.is_(None), t.c.expires_at > now
    )
    values = {"used_at": now, "client_id": client_id}
    row: AnyRow | None = (await session.execute(used.values(values).returning(t))).first()
    return row
