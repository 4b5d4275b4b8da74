"""A program's part: it registers once, reads, changes and ends its own registration.

Refusals are OAuth's (RFC 7591 3.2.2). A registration that is refused uses nothing up: put it right and send
it again with the same token.
"""

from __future__ import annotations

import hmac
import json
import secrets
from typing import Any

from pydantic import ValidationError
from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity import client_keys, staff
from gateway.identity.client_keys import By
from gateway.identity.oauth_errors import OAuthRefusal
from gateway.identity.runtime import Identity
from gateway.identity.staff_schemas import ClientCreate
from gateway.identity.tables import AnyRow
from gateway.identity.tables import client_keys as ck
from gateway.identity.tables import oauth_clients as oc
from gateway.registering import allowing
from gateway.registering.schemas import Metadata, RegisteredView
from kit.characters import unseen_in
from kit.errors import InvalidRequest
from kit.strictness import parsed

Connection = AsyncConnection | AsyncSession
_GRANTS = {"machine": ["client_credentials"], "app": ["authorization_code", "refresh_token"]}
_RESPONSES = {"machine": [], "app": ["code"]}


def invalid_metadata(description: str) -> OAuthRefusal:
    return OAuthRefusal("invalid_client_metadata", description)


def invalid_token() -> OAuthRefusal:
    """Unknown, used, over, or another program's: which of these is not told."""
    challenge = 'Bearer error="invalid_token"'
    return OAuthRefusal(
        "invalid_token", "the token is not valid here", status=401, challenge=challenge
    )


def read_metadata(body: bytes) -> Metadata:
    """Raises OAuthRefusal `invalid_client_metadata`."""
    try:
        said = Metadata.model_validate(parsed(body.decode("utf-8-sig")))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise invalid_metadata(f"send JSON in UTF-8: {error}"[:200]) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise invalid_metadata(f"{where}: {first['msg']}" if where else first["msg"]) from error
    for name in (said.client_name, said.client_name_en or ""):
        if unseen_in(name):
            raise invalid_metadata("client_name holds a character that nobody sees")
    if said.jwks_uri:
        raise invalid_metadata("jwks_uri is not followed; send the keys in jwks")
    for name, known in (("grant_types", _GRANTS), ("response_types", _RESPONSES)):
        asked = getattr(said, name)
        if asked is not None and not set(asked) <= set(known[said.kind]):
            raise invalid_metadata(f"{name} of {said.kind} clients: {known[said.kind]}")
    wanted = "private_key_jwt" if said.jwks else "none"
    if said.token_endpoint_auth_method not in (None, wanted):
        raise invalid_metadata("private_key_jwt goes with jwks, none without")
    return said


async def register(
    session: AsyncSession, identity: Identity, token: str, said: Metadata
) -> RegisteredView:
    """A new program within what the token allows. Raises OAuthRefusal."""
    client_id = f"{said.kind}-{secrets.token_hex(8)}"
    allowed = await allowing.use_up(session, token, client_id=client_id, now=identity.now())
    if allowed is None:
        raise invalid_token()
    asked = said.scope.split() if said.scope is not None else allowed.scopes
    scopes = list(dict.fromkeys(asked))
    if said.kind != allowed.kind:
        raise invalid_metadata(f"the token is for a client of kind {allowed.kind}")
    if not scopes or not set(scopes) <= set(allowed.scopes):
        raise invalid_metadata(f"scope: at most {' '.join(allowed.scopes)}")
    given = ClientCreate(
        client_id=client_id,
        name_zh=said.client_name,
        name_en=said.client_name_en or said.client_name,
        kind=said.kind,
        redirect_uris=said.redirect_uris,
        scopes=scopes,
        roles=allowed.roles,
        org=allowed.org,
        regions=allowed.regions,
        jwks=said.jwks.keys if said.jwks else [],
    )
    try:
        await staff.create_client(session, identity, given)
    except InvalidRequest as refused:
        raise _as_oauth(refused) from refused
    by = By(allowed.created_by, allowed.created_by_name)
    await client_keys.note(session, identity, client_id, "register", f"{said.kind} (RFC 7591)", by)
    own = await _new_own_token(session, client_id)
    return await _view(session, identity, await _row(session, client_id), own)


async def read(
    connection: Connection, identity: Identity, client_id: str, token: str
) -> RegisteredView:
    """The registration as it stands. Raises OAuthRefusal `invalid_token`."""
    return await _view(connection, identity, await _own(connection, client_id, token), token)


async def change(
    session: AsyncSession, identity: Identity, client_id: str, token: str, said: Metadata
) -> RegisteredView:
    """Name, addresses and keys as now said; keys that are left out end at once. Kind and scopes stay what
    the administrator allowed. Raises OAuthRefusal."""
    row = await _own(session, client_id, token, lock=True)
    if said.client_id != client_id:
        raise invalid_metadata("client_id: send the registration's own")
    if said.kind != row.kind or (said.jwks is None) != (row.auth_method == "none"):
        raise invalid_metadata("kind and way of authentication stay as registered")
    if said.scope is not None and set(said.scope.split()) != set(row.scopes):
        raise invalid_metadata("scope stays as registered")
    given = ClientCreate(
        client_id=client_id,
        name_zh=said.client_name,
        name_en=said.client_name_en or said.client_name,
        kind=said.kind,
        redirect_uris=said.redirect_uris,
        scopes=row.scopes,
        jwks=said.jwks.keys if said.jwks else [],
    )
    faults, keys = staff.client_faults(given)
    if faults:
        raise _as_oauth(InvalidRequest(errors=faults))
    values = {
        "name_zh": given.name_zh,
        "name_en": given.name_en,
        "redirect_uris": given.redirect_uris,
    }
    await session.execute(update(oc).where(oc.c.client_id == client_id).values(values))
    await _replace_keys(session, identity, client_id, keys)
    said_keys = ", ".join(key["kid"] for key in keys)
    by = By(f"client:{client_id}", given.name_zh)
    await client_keys.note(session, identity, client_id, "update", said_keys, by)
    return await _view(session, identity, await _row(session, client_id), token)


async def end(session: AsyncSession, identity: Identity, client_id: str, token: str) -> None:
    """The program is no more; its tokens die within seconds. Raises OAuthRefusal `invalid_token`."""
    row = await _own(session, client_id, token, lock=True)
    by = By(f"client:{client_id}", row.name_zh)
    await client_keys.stop(session, identity, client_id=client_id, version=row.version, by=by)


def _as_oauth(refused: InvalidRequest) -> OAuthRefusal:
    said = "; ".join(f"{e.pointer} {e.code} {e.detail or ''}".strip() for e in refused.errors)
    if any(e.pointer.startswith("/redirect_uris") for e in refused.errors):
        return OAuthRefusal("invalid_redirect_uri", said)
    return invalid_metadata(said)


async def _new_own_token(session: AsyncSession, client_id: str) -> str:
    token = secrets.token_urlsafe(32)
    values = {"registration_digest": allowing.digest_of(token)}
    await session.execute(update(oc).where(oc.c.client_id == client_id).values(values))
    return token


async def _row(connection: Connection, client_id: str, *, lock: bool = False) -> AnyRow | None:
    query = select(oc).where(oc.c.client_id == client_id)
    if lock:
        query = query.with_for_update()
    return (await connection.execute(query)).first()


async def _own(connection: Connection, client_id: str, token: str, *, lock: bool = False) -> AnyRow:
    row = await _row(connection, client_id, lock=lock)
    held = (row.registration_digest if row is not None else None) or b""
    if not hmac.compare_digest(allowing.digest_of(token), held):
        raise invalid_token()
    if row is None or row.state != "active":
        raise invalid_token()
    return row


async def _replace_keys(
    session: AsyncSession, identity: Identity, client_id: str, keys: list[dict[str, str]]
) -> None:
    now = identity.now()
    held = (await session.execute(select(ck).where(ck.c.client_id == client_id))).all()
    named = {key["kid"]: key for key in keys}
    for one in held:
        kept = named.get(one.kid)
        if kept is not None and (json.loads(kept["jwk"]) != json.loads(one.jwk)):
            raise invalid_metadata(f"jwks: {one.kid} was another key before; name it anew")
        if kept is not None and one.expires_at is not None and one.expires_at <= now:
            raise invalid_metadata(f"jwks: {one.kid} has ended; name it anew")
    await session.execute(
        update(ck)
        .where(
            ck.c.client_id == client_id,
            ck.c.kid.notin_(named),
            or_(ck.c.expires_at.is_(None), ck.c.expires_at > now),
        )
        .values(expires_at=now)
    )
    known = {one.kid for one in held}
    for kid, key in named.items():
        if kid not in known:
            values = {**key, "client_id": client_id, "created_at": now, "expires_at": None}
            await session.execute(insert(ck).values(values))


async def _view(
    connection: Connection, identity: Identity, row: AnyRow | None, token: str
) -> RegisteredView:
    assert row is not None
    now = identity.now()
    alive = select(ck.c.jwk, ck.c.kid, ck.c.alg).where(
        ck.c.client_id == row.client_id, or_(ck.c.expires_at.is_(None), ck.c.expires_at > now)
    )
    keys: list[dict[str, Any]] = [
        json.loads(key.jwk) | {"kid": key.kid, "alg": key.alg}
        for key in await connection.execute(alive.order_by(ck.c.kid))
    ]
    return RegisteredView(
        client_id=row.client_id,
        client_id_issued_at=int(row.created_at.timestamp()),
        client_name=row.name_zh,
        redirect_uris=row.redirect_uris,
        grant_types=_GRANTS[row.kind],
        response_types=_RESPONSES[row.kind],
        token_endpoint_auth_method=row.auth_method,
        scope=" ".join(row.scopes),
        jwks={"keys": keys} if keys else None,
        dpop_bound_access_tokens=row.dpop_bound,
        registration_access_token=token,
        registration_client_uri=f"{identity.options.issuer}{allowing.ENDPOINT}/{row.client_id}",
    )
