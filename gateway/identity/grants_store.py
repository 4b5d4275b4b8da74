"""Every query on clients, codes, grants, refresh tokens, consents and used `jti`s.

Single use is decided here by the database: a row changes for exactly one of two racing requests.
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity import sessions_store
from gateway.identity.tables import AnyRow
from gateway.identity.tables import accounts as a
from gateway.identity.tables import authorization_codes as ac
from gateway.identity.tables import client_keys as ck
from gateway.identity.tables import consents as co
from gateway.identity.tables import grants as g
from gateway.identity.tables import oauth_clients as oc
from gateway.identity.tables import refresh_tokens as rt
from gateway.identity.tables import used_jtis as uj

Connection = AsyncSession | AsyncConnection


async def find_client(connection: Connection, *, client_id: str) -> AnyRow | None:
    return (await connection.execute(select(oc).where(oc.c.client_id == client_id))).first()


async def find_client_keys(
    connection: Connection, *, client_id: str, now: datetime
) -> Sequence[AnyRow]:
    query = select(ck.c.kid, ck.c.alg, ck.c.jwk).where(ck.c.client_id == client_id)
    return (
        await connection.execute(query.where(or_(ck.c.expires_at.is_(None), ck.c.expires_at > now)))
    ).all()


async def add_client(
    session: AsyncSession, values: dict[str, Any], *, keys: Sequence[dict[str, Any]]
) -> bool:
    """False when the client_id is taken; writes nothing then."""
    added = upsert(oc).values(values).on_conflict_do_nothing().returning(oc.c.client_id)
    if (await session.execute(added)).first() is None:
        return False
    for key in keys:
        await session.execute(insert(ck).values(client_id=values["client_id"], **key))
    return True


async def use_jti(session: AsyncSession, *, purpose: str, jti: str, expires_at: datetime) -> bool:
    """True exactly once per purpose and jti, also when two requests race."""
    digest = hashlib.sha256(f"{purpose}\x1f{jti}".encode()).digest()
    added = upsert(uj).values(digest=digest, expires_at=expires_at).on_conflict_do_nothing()
    return (await session.execute(added.returning(uj.c.digest))).first() is not None


async def add_code(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(ac).values(values))


async def use_code(session: AsyncSession, *, code_hash: bytes, now: datetime) -> AnyRow | None:
    """The code's row, for the first use before it expires; None for everybody else."""
    used = update(ac).where(ac.c.code_hash == code_hash, ac.c.used_at.is_(None))
    used = used.where(ac.c.expires_at > now).values(used_at=now)
    return (await session.execute(used.returning(*ac.c))).first()


async def find_used_code(session: AsyncSession, *, code_hash: bytes) -> AnyRow | None:
    query = select(ac).where(ac.c.code_hash == code_hash, ac.c.used_at.is_not(None))
    return (await session.execute(query)).first()


async def add_grant(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(g).values(values))


async def find_grant(session: AsyncSession, *, sid: str) -> AnyRow | None:
    """The living grant with the person's present name, roles and state."""
    columns = (a.c.name, a.c.roles, a.c.org, a.c.regions, a.c.state, a.c.person)
    query = select(*g.c, *columns).join(a, a.c.id == g.c.account_id)
    return (await session.execute(query.where(g.c.sid == sid, g.c.revoked_at.is_(None)))).first()


async def revoke_grant(session: AsyncSession, *, sid: str, now: datetime) -> bool:
    """The whole family: no refresh token of it works again, its access tokens go on the list."""
    ended = update(g).where(g.c.sid == sid, g.c.revoked_at.is_(None)).values(revoked_at=now)
    found = (await session.execute(ended.returning(g.c.sid))).first() is not None
    if found:
        await sessions_store.revoke(session, kind="sid", values=[sid], now=now)
    return found


async def add_refresh_token(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(rt).values(values))


async def use_refresh_token(
    session: AsyncSession, *, token_hash: bytes, now: datetime
) -> AnyRow | None:
    used = update(rt).where(rt.c.token_hash == token_hash, rt.c.used_at.is_(None))
    used = used.where(rt.c.expires_at > now).values(used_at=now)
    return (await session.execute(used.returning(*rt.c))).first()


async def keep_reply(session: AsyncSession, *, token_hash: bytes, sealed: str) -> None:
    """What the token was answered with, sealed; the sweep forgets it after the grace."""
    await session.execute(
        update(rt).where(rt.c.token_hash == token_hash).values(reply_sealed=sealed)
    )


async def find_refresh_token(session: AsyncSession, *, token_hash: bytes) -> AnyRow | None:
    query = select(*rt.c, g.c.client_id, g.c.account_id, g.c.scope, g.c.revoked_at)
    query = query.join(g, g.c.sid == rt.c.sid).where(rt.c.token_hash == token_hash)
    return (await session.execute(query)).first()


async def find_consent(
    connection: Connection, *, account_id: uuid.UUID, client_id: str
) -> str | None:
    query = select(co.c.scope).where(co.c.account_id == account_id, co.c.client_id == client_id)
    return (await connection.execute(query)).scalar_one_or_none()


async def keep_consent(
    session: AsyncSession, *, account_id: uuid.UUID, client_id: str, scope: str, now: datetime
) -> None:
    statement = upsert(co).values(
        account_id=account_id, client_id=client_id, scope=scope, given_at=now
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "client_id"], set_={"scope": scope, "given_at": now}
        )
    )


async def forget_consent(session: AsyncSession, *, account_id: uuid.UUID, client_id: str) -> None:
    await session.execute(
        delete(co).where(co.c.account_id == account_id, co.c.client_id == client_id)
    )
