"""The OAuth use cases behind the routes: who calls, is its proof good, then one grant.

Client authentication, DPoP and every used-up `jti` are one committed transaction before anything else
is judged, so that a refused request cannot be sent again. Must not read a request's headers itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from gateway.edge.limiter import network_of
from gateway.identity import grants, grants_store, sessions_store
from gateway.identity.clients import Client, authenticate_client, claimed_client
from gateway.identity.errors import TooManyAttempts
from gateway.identity.oauth_errors import (
    OAuthRefusal,
    invalid_client,
    invalid_proof,
    invalid_request,
    too_many_failures,
)
from gateway.identity.runtime import Identity
from gateway.identity.sessions import secret_hash
from gateway.identity.tokens import read_access_token
from kit.jose import BadClaim, BadToken
from kit.proofs import ALGORITHMS, LEEWAY_S, LIFE_S, Proof, check_proof

log = structlog.get_logger(__name__)
SCOPES = ("cases", "profile", "registration", "finance", "bank", "carriers", "events")


@dataclass(frozen=True, slots=True)
class Call:
    """One form post to `/oauth2/...`: its parameters and the headers that matter."""

    form: Mapping[str, str]
    authorization: str | None
    proofs: Sequence[str]
    path: str
    address: str


async def authenticate(identity: Identity, call: Call) -> tuple[Client, str | None]:
    """The client, and the thumbprint of its DPoP key if it sent a proof. Raises OAuthRefusal."""
    async with identity.database.transaction() as session:
        client: Client | OAuthRefusal
        try:
            client = await authenticate_client(
                identity, session, form=call.form, authorization=call.authorization
            )
        except OAuthRefusal as refusal:
            client = refusal
        proof = _read_proof(identity, call)
        if isinstance(proof, Proof):
            fresh = await grants_store.use_jti(
                session,
                purpose=f"dpop:{proof.jkt}",
                jti=proof.jti,
                expires_at=identity.now() + timedelta(seconds=LIFE_S + 2 * LEEWAY_S),
            )
            proof = proof if fresh else invalid_proof("its jti was used before")
    if isinstance(client, OAuthRefusal):
        await _count_failure(identity, call, client)
        raise client
    if isinstance(proof, OAuthRefusal):
        raise proof
    return client, proof.jkt if proof else None


async def _count_failure(identity: Identity, call: Call, refusal: OAuthRefusal) -> None:
    """Only what fails is counted, per claimed client and address, after it was looked at: a wrong secret,
    somebody else's or an old one of one's own, never keeps the right one out. Keys and secrets are too long
    to be guessed; what this spares is our own work and the log."""
    if refusal.status != 401:
        return
    claimed = claimed_client(call.form, call.authorization)
    try:
        await identity.limit(
            identity.options.client_failures, "client", claimed, network_of(call.address)
        )
    except TooManyAttempts as too_many:
        raise too_many_failures(retry_after_s=too_many.retry_after_s) from too_many


def _read_proof(identity: Identity, call: Call) -> Proof | OAuthRefusal | None:
    if not call.proofs:
        return None
    if len(call.proofs) > 1:
        return invalid_proof("send one DPoP header")
    url, now = identity.options.issuer + call.path, int(identity.now().timestamp())
    try:
        return check_proof(call.proofs[0], method="POST", url=url, now=now)
    except BadToken as error:
        log.info("proof_refused", reason=str(error))
        return invalid_proof(str(error) if isinstance(error, BadClaim) else "")


async def give_token(identity: Identity, call: Call) -> grants.Issued:
    """`/oauth2/token`. Raises OAuthRefusal."""
    kind = call.form.get("grant_type")
    if kind is None:
        raise invalid_request("grant_type is missing")
    if kind not in ("client_credentials", "authorization_code", "refresh_token"):
        raise OAuthRefusal("unsupported_grant_type", "this grant_type is not offered")
    client, jkt = await authenticate(identity, call)
    if client.dpop_bound and jkt is None:
        raise invalid_proof("this client must send a DPoP header")
    if kind == "client_credentials":
        return grants.for_machine(identity, client, form=call.form, jkt=jkt)
    if client.kind != "app":
        raise OAuthRefusal("unauthorized_client", "this client acts for itself only")
    use = grants.for_code if kind == "authorization_code" else grants.for_refresh
    async with identity.database.transaction() as session:
        found = await use(identity, session, client, form=call.form, jkt=jkt)
    if isinstance(found, OAuthRefusal):
        raise found
    return found


async def revoke_token(identity: Identity, call: Call) -> None:
    """RFC 7009: end a refresh token's family, or one access token. Unknown tokens are fine."""
    client, _ = await authenticate(identity, call)
    token = call.form.get("token")
    if token is None:
        raise invalid_request("token is missing")
    now = identity.now()
    async with identity.database.transaction() as session:
        known = await grants_store.find_refresh_token(session, token_hash=secret_hash(token))
        if known is not None:
            if known.client_id == client.client_id:
                await grants_store.revoke_grant(session, sid=known.sid, now=now)
                identity.local_keys.add_revoked("sid", known.sid)
            return
        claims = read_own(identity, token)
        if claims is not None and claims["client_id"] == client.client_id:
            await sessions_store.revoke(session, kind="jti", values=[claims["jti"]], now=now)
            identity.local_keys.add_revoked("jti", claims["jti"])


async def introspect(identity: Identity, call: Call) -> dict[str, Any]:
    """RFC 7662, for confidential clients. A client sees its own tokens; others are not active."""
    client, _ = await authenticate(identity, call)
    if client.public:
        raise invalid_client()
    token = call.form.get("token")
    if token is None:
        raise invalid_request("token is missing")
    claims = read_own(identity, token)
    if claims is None or not _may_see(client, claims):
        return {"active": False}
    async with identity.database.reader() as connection:
        revoked = await sessions_store.is_revoked(
            connection,
            jti=claims["jti"],
            sid=claims.get("sid"),
            sub=claims["sub"],
            now=identity.now(),
        )
    if revoked:
        return {"active": False}
    shown = {name: value for name, value in claims.items() if name not in ("person", "name")}
    return {"active": True, "token_type": "DPoP" if "cnf" in claims else "Bearer", **shown}


def _may_see(client: Client, claims: Mapping[str, Any]) -> bool:
    return "introspect" in client.scopes or claims["client_id"] == client.client_id


def read_own(identity: Identity, token: str) -> dict[str, Any] | None:
    """The claims of a living access token of ours, or None."""
    try:
        return read_access_token(
            token,
            keys=identity.keys.readers,
            issuer=identity.options.issuer,
            now=int(identity.now().timestamp()),
        )
    except BadToken:
        return None


def metadata(identity: Identity) -> dict[str, Any]:
    """RFC 8414. `client_secret_basic` is named only where the sandbox takes it."""
    issuer, algorithms = identity.options.issuer, sorted(ALGORITHMS)
    confidential = ["private_key_jwt"]
    if identity.options.sandbox and not identity.options.production:
        confidential.append("client_secret_basic")
    found: dict[str, Any] = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth2/authorize",
        "token_endpoint": f"{issuer}/oauth2/token",
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "introspection_endpoint": f"{issuer}/oauth2/introspect",
        "registration_endpoint": f"{issuer}/oauth2/register",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": algorithms,
        "authorization_response_iss_parameter_supported": True,
        "ui_locales_supported": ["zh-CN", "en"],
    }
    for endpoint in ("token", "revocation", "introspection"):
        methods = confidential if endpoint == "introspection" else [*confidential, "none"]
        found[f"{endpoint}_endpoint_auth_methods_supported"] = methods
        found[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] = algorithms
    return found


def resource_metadata(identity: Identity) -> dict[str, Any]:
    """RFC 9728: what a client that was refused by a resource may look up. One for all of the platform."""
    issuer = identity.options.issuer
    return {
        "resource": issuer,
        "resource_name": "Yichuang 一窗",
        "authorization_servers": [issuer],
        "scopes_supported": list(SCOPES),
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": sorted(ALGORITHMS),
        "dpop_bound_access_tokens_required": False,
        "resource_documentation": f"{issuer}/reference",
    }
