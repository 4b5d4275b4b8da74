"""Which program is calling `/oauth2/...`: `private_key_jwt`, a public client, or the sandbox's basic.

RFC 7523 as FAPI 2.0 narrows it: the audience is our issuer string only, a `jti` counts once, the
algorithm is ES256, PS256 or EdDSA and belongs to the registered key. No `jwks_uri` is ever followed:
keys are registered. Must not decide what a client may ask for.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

import jwt
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity import grants_store
from gateway.identity.oauth_errors import OAuthRefusal, invalid_client, invalid_request
from gateway.identity.runtime import Identity
from gateway.identity.tables import AnyRow
from kit.jose import BadClaim, BadToken, Unverified, read, text, verify, whole_number
from kit.proofs import ALGORITHMS

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_ASSERTION_S = 300
LEEWAY_S = 10
_TYPES = frozenset({None, "jwt", "client-authentication+jwt"})
_HEADER = frozenset({"alg", "typ", "kid", "x5t", "x5t#S256"})
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Client:
    """A registered program. `kind`: "machine" acts for itself, "app" for a person."""

    client_id: str
    name_zh: str
    name_en: str
    kind: str
    auth_method: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    roles: tuple[str, ...]
    org: str | None
    regions: tuple[str, ...]
    dpop_bound: bool

    @property
    def public(self) -> bool:
        return self.auth_method == "none"


def client_from(row: AnyRow) -> Client:
    return Client(
        client_id=row.client_id,
        name_zh=row.name_zh,
        name_en=row.name_en,
        kind=row.kind,
        auth_method=row.auth_method,
        redirect_uris=tuple(row.redirect_uris),
        scopes=tuple(row.scopes),
        roles=tuple(row.roles),
        org=row.org,
        regions=tuple(row.regions),
        dpop_bound=row.dpop_bound,
    )


async def authenticate_client(
    identity: Identity,
    session: AsyncSession,
    *,
    form: Mapping[str, str],
    authorization: str | None,
) -> Client:
    """The client of a form post. Raises OAuthRefusal `invalid_client` or `invalid_request`.

    Using up the assertion's `jti` is part of `session`'s transaction: commit it whatever follows.
    """
    basic = authorization is not None and authorization.lower().startswith("basic ")
    if basic and ("client_assertion" in form or "client_secret" in form):
        raise invalid_request("more than one way of client authentication")
    try:
        if authorization is not None and basic:
            return await _by_secret(identity, session, authorization[6:])
        if "client_assertion" in form or "client_assertion_type" in form:
            return await _by_assertion(identity, session, form)
        if "client_secret" in form:
            raise BadToken("client_secret_post is not offered")
        return await _public(session, form)
    except (BadToken, LookupError) as error:
        log.info("client_refused", reason=str(error), client_id=form.get("client_id"))
        told = str(error) if isinstance(error, BadClaim) else ""
        raise invalid_client(basic=basic, reason=told) from error


async def _living(session: AsyncSession, client_id: str, *, auth_method: str) -> AnyRow:
    row = await grants_store.find_client(session, client_id=client_id)
    if row is None or row.state != "active" or row.auth_method != auth_method:
        raise LookupError("no such client with this way of authentication")
    return row


async def _public(session: AsyncSession, form: Mapping[str, str]) -> Client:
    return client_from(await _living(session, form.get("client_id", ""), auth_method="none"))


async def _by_secret(identity: Identity, session: AsyncSession, encoded: str) -> Client:
    """Sandbox only: a shared secret is easier to try out with, and weaker (api.md "Identity")."""
    if not identity.options.sandbox or identity.options.production:
        raise BadToken("client_secret_basic outside the sandbox")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise BadToken("not basic credentials") from error
    client_id, _, secret = (unquote_plus(part) for part in pair.partition(":"))
    row = await _living(session, client_id, auth_method="client_secret_basic")
    shown = identity.lookup_hash("client-secret", secret)
    if not hmac.compare_digest(shown, row.secret_hash or ""):
        raise BadToken("secret")
    return client_from(row)


async def _by_assertion(
    identity: Identity, session: AsyncSession, form: Mapping[str, str]
) -> Client:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise invalid_request("client_assertion_type is not jwt-bearer")
    token = read(
        form.get("client_assertion", ""),
        algorithms=ALGORITHMS,
        types=_TYPES,
        header_names=_HEADER,
    )
    client_id = _claimed_client(token)
    if form.get("client_id", client_id) != client_id:
        raise BadToken("client_id is another")
    row = await _living(session, client_id, auth_method="private_key_jwt")
    now = identity.now()
    keys = await grants_store.find_client_keys(session, client_id=client_id, now=now)
    claims = _verify_with(token, keys)
    expires_at = judge_assertion(
        claims, client_id=client_id, issuer=identity.options.issuer, now=int(now.timestamp())
    )
    fresh = await grants_store.use_jti(
        session,
        purpose=f"assertion:{client_id}",
        jti=text(claims, "jti"),
        expires_at=datetime.fromtimestamp(expires_at + LEEWAY_S, UTC),
    )
    if not fresh:
        raise BadClaim("jti was used before; make a new one for each request")
    return client_from(row)


def claimed_client(form: Mapping[str, str], authorization: str | None) -> str:
    """Who a caller that was not believed says it is; empty where that cannot be read. For counting only."""
    try:
        if authorization is not None and authorization.lower().startswith("basic "):
            pair = base64.b64decode(authorization[6:].strip(), validate=True).decode("utf-8")
            return unquote_plus(pair.partition(":")[0])[:200]
        if assertion := form.get("client_assertion"):
            claims = json.loads(jwt.utils.base64url_decode(assertion.split(".")[1]))
            return str(claims["sub"])[:200]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return form.get("client_id", "")[:200]


def _claimed_client(token: Unverified) -> str:
    """Whose keys to try; nothing else of the unverified claims is looked at."""
    try:
        claims = json.loads(jwt.utils.base64url_decode(token.raw.split(".")[1]))
    except (ValueError, RecursionError) as error:
        raise BadToken("claims") from error
    if not isinstance(claims, dict):
        raise BadToken("claims")
    return text(claims, "sub")


def _verify_with(token: Unverified, keys: Any) -> dict[str, Any]:
    fitting = [k for k in keys if k.alg == token.alg and token.kid in (None, k.kid)]
    for key in fitting[:5]:
        try:
            return verify(token, jwt.PyJWK(json.loads(key.jwk), algorithm=key.alg))
        except BadToken:
            continue
    raise BadToken("no registered key fits")


def judge_assertion(claims: Mapping[str, Any], *, client_id: str, issuer: str, now: int) -> int:
    """The claims of a verified assertion; its `exp`. Pure. Raises BadToken (RFC 7523 section 3).

    `aud` must be the issuer as a string: a list, or the token endpoint's address, could have been
    meant for another server (FAPI 2.0 5.3.2.1).
    """
    found = dict(claims)
    if found.get("iss") != client_id or found.get("sub") != client_id:
        raise BadClaim(f"iss and sub must be the client_id {client_id}")
    if found.get("aud") != issuer:
        raise BadClaim(f"aud must be the issuer {issuer}, as a string")
    for name in ("jti", "exp"):
        if name not in found:
            raise BadClaim(f"{name} is missing")
    text(found, "jti")
    expires_at = whole_number(found, "exp")
    if expires_at <= now - LEEWAY_S:
        raise BadClaim("exp has passed (epoch seconds, by our clock)")
    if expires_at > now + LONGEST_ASSERTION_S + LEEWAY_S:
        raise BadClaim(f"exp is more than {LONGEST_ASSERTION_S} s ahead")
    for name in ("iat", "nbf"):
        if name in found and whole_number(found, name) > now + LEEWAY_S:
            raise BadClaim(f"{name} is in the future")
    return expires_at


__all__ = ["Client", "OAuthRefusal", "authenticate_client", "client_from", "judge_assertion"]
