"""What `/oauth2/token` gives: for a code, for a refresh token, for a machine itself.

Codes and refresh tokens count once. A second use means that two parties hold it, so the whole family
(grant) ends: its refresh tokens, and by its `sid` on the revocation list its access tokens. The one
exception is a reply that was lost on its way, or two tabs at once: for a few seconds the very same reply
comes again (`_same_reply`). The roles in a token are the person's present roles, never those of when the
grant was made.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity import grants_store
from gateway.identity.clients import Client
from gateway.identity.oauth_errors import OAuthRefusal, invalid_grant, invalid_request
from gateway.identity.runtime import Identity
from gateway.identity.sessions import secret_hash
from gateway.identity.tables import AnyRow
from gateway.identity.tokens import LIFE_S, Subject
from kit.crypto import Vault

CODE_LIFE = timedelta(seconds=60)
REFRESH_IDLE = timedelta(days=14)
GRANT_LIFE = timedelta(days=90)
GRACE = timedelta(seconds=10)
"""How long a refresh token that was used gives the reply of its use again, while nothing came after it."""
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Issued:
    """A token reply (RFC 6749 5.1)."""

    access_token: str
    token_type: str
    scope: str
    refresh_token: str | None = None

    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "access_token": self.access_token,
            "token_type": self.token_type,
            "expires_in": LIFE_S,
            "scope": self.scope,
        }
        if self.refresh_token:
            found["refresh_token"] = self.refresh_token
        return found


def narrowed_scope(asked: str | None, *, allowed: tuple[str, ...] | list[str]) -> str:
    """The scope to give: all that is allowed when nothing is asked. Raises invalid_scope."""
    if asked is None:
        return " ".join(allowed)
    wanted = asked.split()
    if not wanted or not set(wanted) <= set(allowed):
        raise OAuthRefusal("invalid_scope", "the scope is empty or more than is allowed")
    return " ".join(dict.fromkeys(wanted))


def challenge_of(verifier: str) -> str:
    """PKCE S256 (RFC 7636 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")


def for_machine(
    identity: Identity, client: Client, *, form: Mapping[str, str], jkt: str | None
) -> Issued:
    """Client credentials: a token for the client itself, bound to its DPoP key."""
    if client.kind != "machine":
        raise OAuthRefusal("unauthorized_client", "this client acts for people only")
    scope = narrowed_scope(form.get("scope"), allowed=client.scopes)
    subject = Subject(
        sub=client.client_id,
        client_id=client.client_id,
        roles=client.roles,
        org=client.org,
        regions=client.regions,
        scope=scope,
        jkt=jkt,
    )
    return Issued(identity.mint(subject), _token_type(jkt), scope)


async def for_code(
    identity: Identity,
    session: AsyncSession,
    client: Client,
    *,
    form: Mapping[str, str],
    jkt: str | None,
) -> Issued | OAuthRefusal:
    """Redeem an authorization code. A refusal is returned, not raised: what it wrote must stay."""
    now = identity.now()
    code_hash = secret_hash(form.get("code", ""))
    row = await grants_store.use_code(session, code_hash=code_hash, now=now)
    if row is None:
        used = await grants_store.find_used_code(session, code_hash=code_hash)
        if used is not None:
            await grants_store.revoke_grant(session, sid=used.sid, now=now)
            identity.local_keys.add_revoked("sid", used.sid)
            log.warning("code_reused", client_id=used.client_id, sid=used.sid)
        return invalid_grant()
    verifier = form.get("code_verifier", "")
    if not VERIFIER.fullmatch(verifier):
        return invalid_grant()
    fits = (
        row.client_id == client.client_id
        and hmac.compare_digest(row.redirect_uri.encode(), form.get("redirect_uri", "").encode())
        and hmac.compare_digest(row.challenge, challenge_of(verifier))
        and row.jkt in (None, jkt)
    )
    if not fits:
        return invalid_grant()
    grant = {
        "sid": row.sid,
        "account_id": row.account_id,
        "client_id": row.client_id,
        "scope": row.scope,
        "jkt": jkt,
        "created_at": now,
        "expires_at": now + GRANT_LIFE,
    }
    await grants_store.add_grant(session, grant)
    return await _issue(identity, session, sid=row.sid, scope=row.scope, now=now)


async def for_refresh(
    identity: Identity,
    session: AsyncSession,
    client: Client,
    *,
    form: Mapping[str, str],
    jkt: str | None,
) -> Issued | OAuthRefusal:
    """Swap a refresh token for the next one. Reuse ends the family; refusals are returned."""
    now = identity.now()
    token_hash = secret_hash(form.get("refresh_token", ""))
    known = await grants_store.find_refresh_token(session, token_hash=token_hash)
    if known is None or known.client_id != client.client_id or known.revoked_at is not None:
        return invalid_grant()
    grant = await grants_store.find_grant(session, sid=known.sid)
    if grant is None or grant.expires_at <= now or grant.jkt not in (None, jkt):
        return invalid_grant()
    try:
        scope = narrowed_scope(form.get("scope"), allowed=grant.scope.split())
    except OAuthRefusal as refusal:
        return refusal
    row = await grants_store.use_refresh_token(session, token_hash=token_hash, now=now)
    reply = _ReplySeal(identity, form.get("refresh_token", ""))
    if row is not None:
        issued = await _issue(identity, session, sid=known.sid, scope=scope, now=now)
        if isinstance(issued, Issued):
            await grants_store.keep_reply(session, token_hash=token_hash, sealed=reply.seal(issued))
        return issued
    again = await _same_reply(session, reply, token_hash=token_hash, scope=scope, now=now)
    if again is not None:
        log.info("refresh_reply_again", client_id=client.client_id, sid=known.sid)
        return again
    if known.used_at is not None or known.expires_at > now:
        await grants_store.revoke_grant(session, sid=known.sid, now=now)
        identity.local_keys.add_revoked("sid", known.sid)
        log.warning("refresh_token_reused", client_id=client.client_id, sid=known.sid)
    return invalid_grant()


class _ReplySeal:
    """Closes a reply under the token that it answered: whoever reads the database cannot open it."""

    CONTEXT = "refresh_tokens.reply_sealed"

    def __init__(self, identity: Identity, token: str) -> None:
        self._vault = Vault(f"{identity.options.data_key}\x1f{token}")

    def seal(self, issued: Issued) -> str:
        return self._vault.encrypt(json.dumps(asdict(issued)), context=self.CONTEXT)

    def open(self, sealed: str) -> Issued:
        return Issued(**json.loads(self._vault.decrypt(sealed, context=self.CONTEXT)))


async def _same_reply(
    session: AsyncSession, reply: _ReplySeal, *, token_hash: bytes, scope: str, now: datetime
) -> Issued | None:
    """The reply that this token was given moments ago, if the same is asked and nobody used it since.

    A thief within the grace gets no more than the owner has: whichever of the two comes second with the
    next token, later than the grace, ends the family.
    """
    used = await grants_store.find_refresh_token(session, token_hash=token_hash)
    if used is None or used.reply_sealed is None or now - used.used_at > GRACE:
        return None
    issued = reply.open(used.reply_sealed)
    following = await grants_store.find_refresh_token(
        session, token_hash=secret_hash(issued.refresh_token or "")
    )
    fits = following is not None and following.used_at is None and issued.scope == scope
    return issued if fits else None


async def _issue(
    identity: Identity, session: AsyncSession, *, sid: str, scope: str, now: datetime
) -> Issued | OAuthRefusal:
    grant = await grants_store.find_grant(session, sid=sid)
    if grant is None or grant.state != "active":
        return invalid_grant()
    refresh = secrets.token_urlsafe(32)
    values = {
        "token_hash": secret_hash(refresh),
        "sid": sid,
        "created_at": now,
        "expires_at": min(now + REFRESH_IDLE, grant.expires_at),
    }
    await grants_store.add_refresh_token(session, values)
    token = identity.mint(subject_of(grant, scope=scope))
    return Issued(token, _token_type(grant.jkt), scope, refresh)


def subject_of(grant: AnyRow, *, scope: str) -> Subject:
    return Subject(
        sub=str(grant.account_id),
        client_id=grant.client_id,
        roles=tuple(grant.roles),
        org=grant.org,
        regions=tuple(grant.regions),
        scope=scope,
        sid=grant.sid,
        person=grant.person,
        name=grant.name,
        jkt=grant.jkt,
    )


def _token_type(jkt: str | None) -> str:
    return "DPoP" if jkt else "Bearer"


__all__ = ["Issued", "challenge_of", "for_code", "for_machine", "for_refresh", "invalid_request"]
