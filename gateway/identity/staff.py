"""What an administrator may do with accounts and programs.

Each change ends what the old state allowed: new roles or a lock end sessions and grants, so no token
says what is no longer so. Must not show a secret, and cannot make an account for a natural person
(people open their own, `accounts.py`).
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import jwt
from joserfc import jwk as joserfc_jwk
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.identity import accounts_store, grants_store, rules, sessions_store
from gateway.identity.accounts import ID_NUMBER, USERNAME
from gateway.identity.accounts_store import NewAccount
from gateway.identity.errors import (
    AccountStateConflict,
    ClientTaken,
    SignUpRefused,
    UsernameTaken,
)
from gateway.identity.runtime import Identity
from gateway.identity.staff_schemas import (
    AccountChange,
    AccountView,
    ClientCreate,
    ClientView,
    StaffCreate,
)
from gateway.identity.tables import AnyRow
from gateway.identity.tables import oauth_clients as oc
from kit.crypto import mask_id
from kit.errors import FieldError, InvalidRequest, NotFound, StaleEtag
from kit.jose import BadToken
from kit.proofs import ALGORITHMS, public_key

_URI = re.compile(r"[!$-;=?-\[\]_a-z~]{1,500}")
"""What RFC 3986 lets stand in an address, without `#`."""
_AUTHORITY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?")

ACTIONS: dict[str, frozenset[str]] = {
    "lock": frozenset({"active", "pending_verification"}),
    "unlock": frozenset({"locked"}),
    "end-sessions": frozenset({"active", "pending_verification", "locked"}),
    "set-roles": frozenset({"active"}),
    "set-password": frozenset({"active"}),
}
"""Action → states from which it is allowed."""


def view_account(identity: Identity, row: AnyRow) -> AccountView:
    """The masked account. Reading it is logged by the route's request line."""
    username = identity.vault.decrypt(row.username_sealed, context=USERNAME)
    number = row.id_number_sealed
    return AccountView(
        id=row.id,
        username=rules.mask_username(username),
        name=row.name,
        id_number=mask_id(identity.vault.decrypt(number, context=ID_NUMBER)) if number else None,
        roles=list(row.roles),
        org=row.org,
        regions=list(row.regions),
        state=row.state,
        is_demo=row.is_demo,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        allowed_actions=[name for name, states in ACTIONS.items() if row.state in states],
    )


async def get_account(
    connection: AsyncConnection | AsyncSession, identity: Identity, *, account_id: uuid.UUID
) -> AccountView:
    """Raises NotFound."""
    row = await accounts_store.find_account(connection, account_id=account_id)
    if row is None:
        raise NotFound
    return view_account(identity, row)


async def create_staff(
    session: AsyncSession, identity: Identity, given: StaffCreate
) -> AccountView:
    """An active staff account. Raises SignUpRefused, UsernameTaken, IdentityBusy."""
    normal = rules.normal_username(given.username)
    found = [
        ("/username", None if normal else "username_shape"),
        ("/password", rules.password_fault(given.password, username=normal or "")),
    ]
    faults = [rules.fault(pointer, code) for pointer, code in found if code]
    if normal is None or faults:
        raise SignUpRefused(errors=faults)
    account = NewAccount(
        id=uuid.uuid4(),
        username_hash=identity.lookup_hash("username", normal),
        username_sealed=identity.vault.encrypt(normal, context=USERNAME),
        name=given.name,
        person=None,
        id_number_sealed=None,
        roles=given.roles,
        org=given.org,
        regions=given.regions,
        state="active",
        password_hash=await identity.passwords.hash(given.password),
        must_change=True,
    )
    if await accounts_store.add_account(session, account, now=identity.now()) is not None:
        raise UsernameTaken
    return await get_account(session, identity, account_id=account.id)


async def move_account(
    session: AsyncSession,
    identity: Identity,
    *,
    account_id: uuid.UUID,
    version: int,
    action: str,
    given: AccountChange,
) -> AccountView:
    """One of ACTIONS. Raises NotFound, StaleEtag, AccountStateConflict, InvalidRequest."""
    row = await accounts_store.find_account(session, account_id=account_id)
    if row is None or action not in ACTIONS:
        raise NotFound
    if row.version != version:
        present = view_account(identity, row).model_dump(mode="json")
        raise StaleEtag(extra={"present": present})
    if row.state not in ACTIONS[action]:
        raise AccountStateConflict(extra={"state": row.state})
    now = identity.now()
    values = await _values(session, identity, row, action=action, given=given)
    changed = await accounts_store.change_account(
        session, account_id=account_id, version=version, values=values, now=now
    )
    if not changed:
        raise StaleEtag
    if action == "unlock":
        await sessions_store.unrevoke_sub(session, sub=str(account_id))
    else:
        await sessions_store.end_everything(session, account_id=account_id, now=now)
    return await get_account(session, identity, account_id=account_id)


async def _values(
    session: AsyncSession,
    identity: Identity,
    row: AnyRow,
    *,
    action: str,
    given: AccountChange,
) -> dict[str, Any]:
    now = identity.now()
    if action == "lock":
        await sessions_store.revoke(session, kind="sub", values=[str(row.id)], now=now)
        return {"state": "locked", "locked_reason": given.reason or ""}
    if action == "unlock":
        verified = row.verified_at is not None
        return {"state": "active" if verified else "pending_verification", "locked_reason": None}
    if action == "set-roles":
        if given.roles is None:
            raise InvalidRequest(errors=[FieldError(pointer="/roles", code="missing")])
        regions = row.regions if given.regions is None else given.regions
        return {"roles": given.roles, "org": given.org, "regions": regions}
    if action == "set-password":
        if given.password is None:
            raise InvalidRequest(errors=[FieldError(pointer="/password", code="missing")])
        hashed = await identity.passwords.hash(given.password)
        await accounts_store.set_password(
            session, account_id=row.id, password_hash=hashed, now=now, must_change=True
        )
    return {}


async def create_client(
    session: AsyncSession, identity: Identity, given: ClientCreate
) -> ClientView:
    """Register a program. Raises InvalidRequest, ClientTaken."""
    faults, keys = client_faults(given)
    if faults:
        raise InvalidRequest(errors=faults)
    now = identity.now()
    machine = given.kind == "machine"
    values = {
        **given.model_dump(exclude={"jwks"}),
        "auth_method": "private_key_jwt" if keys else "none",
        "dpop_bound": machine,
        "state": "active",
        "created_at": now,
    }
    rows = [{**key, "created_at": now, "expires_at": None} for key in keys]
    if not await grants_store.add_client(session, values, keys=rows):
        raise ClientTaken
    return await get_client(session, client_id=given.client_id)


def client_faults(given: ClientCreate) -> tuple[list[FieldError], list[dict[str, str]]]:
    """What is wrong with a registration, and its keys ready to store. Pure."""
    faults: list[FieldError] = []
    keys: list[dict[str, str]] = []
    for place, key in enumerate(given.jwks):
        try:
            keys.append(key_of(key))
        except (BadToken, jwt.PyJWTError, ValueError) as error:
            faults.append(FieldError(pointer=f"/jwks/{place}", code="bad_key", detail=str(error)))
    if len({key["kid"] for key in keys}) != len(keys):
        faults.append(FieldError(pointer="/jwks", code="repeated_kid"))
    if given.kind == "machine" and (not given.jwks or given.redirect_uris):
        faults.append(FieldError(pointer="/jwks", code="machine_needs_keys_only"))
    if given.kind == "app" and (not given.redirect_uris or given.roles):
        faults.append(FieldError(pointer="/redirect_uris", code="app_needs_addresses_only"))
    for place, uri in enumerate(given.redirect_uris):
        if not redirect_uri_allowed(uri):
            faults.append(FieldError(pointer=f"/redirect_uris/{place}", code="bad_redirect_uri"))
    return faults, keys


def key_of(jwk: dict[str, Any]) -> dict[str, str]:
    """A public key ready to store. Raises BadToken, PyJWTError, ValueError: a private key, a weak one, an
    algorithm that is not ours."""
    if jwk.get("alg") not in ALGORITHMS:
        raise BadToken("alg")
    public = public_key(jwk, alg=str(jwk["alg"]))
    kid = str(joserfc_jwk.import_key(dict(public)).thumbprint())
    named = jwk.get("kid")
    kid = named if isinstance(named, str) and 0 < len(named) <= 128 else kid
    return {"kid": kid, "alg": str(jwk["alg"]), "jwk": json.dumps(public)}


def redirect_uri_allowed(uri: str) -> bool:
    """https at one named host, http on the loopback address, or an app's own reversed-domain scheme.

    The host stands in the consent page's content security policy, so it is letters, digits, dots and hyphens.
    """
    if not _URI.fullmatch(uri):
        return False
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(_AUTHORITY.fullmatch(parts.netloc))
    if parts.scheme == "http":
        return bool(_LOOPBACK.fullmatch(parts.netloc))
    return "." in parts.scheme


async def get_client(connection: AsyncConnection | AsyncSession, *, client_id: str) -> ClientView:
    """Raises NotFound."""
    row = await grants_store.find_client(connection, client_id=client_id)
    if row is None:
        raise NotFound
    return ClientView.model_validate(row)


async def list_clients(
    connection: AsyncConnection, *, limit: int, after: tuple[Any, ...] | None
) -> Sequence[AnyRow]:
    query = select(oc).order_by(oc.c.client_id).limit(limit + 1)
    if after is not None:
        query = query.where(oc.c.client_id > after[0])
    return (await connection.execute(query)).all()
