"""The authorization endpoint's questions: is this request sound, and what does the person say?

Until client and redirect_uri are proved, nothing is ever redirected (RFC 9700 4.11). redirect_uri is
compared as an exact string, but for the port of a native app's loopback address (RFC 8252 7.3); PKCE with
S256 is required of everybody; every answer carries `iss` (RFC 9207). Must not render: `consent.py` does.
"""

from __future__ import annotations

import hmac
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode, urlsplit, urlunsplit

from gateway.identity import grants_store
from gateway.identity.clients import Client, client_from
from gateway.identity.grants import CHALLENGE, CODE_LIFE, narrowed_scope
from gateway.identity.oauth_errors import OAuthRefusal, invalid_request
from gateway.identity.runtime import Identity
from gateway.identity.sessions import Session, secret_hash
from kit.crypto import derive

_LOOPBACK = re.compile(
    r"(?P<host>http://(?:127\.0\.0\.1|\[::1\]))(?::(?P<port>[0-9]{1,5}))?(?P<rest>(?:[/?][!-~]*)?)",
    re.ASCII,
)
PARAMETERS = {
    "response_type": True,
    "client_id": True,
    "redirect_uri": True,
    "scope": False,
    "state": False,
    "code_challenge": True,
    "code_challenge_method": True,
    "dpop_jkt": False,
    "prompt": False,
}
"""What an authorization request may say, and whether it must."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sound authorization request."""

    client: Client
    redirect_uri: str
    scope: str
    state: str | None
    challenge: str
    jkt: str | None
    prompt: str | None
    parameters: Mapping[str, str]

    def answer(self, issuer: str, **values: str) -> str:
        """The address to send the browser to, with `values`, `state` and `iss`."""
        return _redirect(self.redirect_uri, issuer=issuer, state=self.state, **values)


class RedirectedRefusal(Exception):
    """A refusal that the client may hear of: its redirect_uri is proved."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


async def read_request(identity: Identity, given: Mapping[str, str]) -> Asked:
    """Judge an authorization request. Raises OAuthRefusal (page) or RedirectedRefusal (client)."""
    async with identity.database.reader() as connection:
        row = await grants_store.find_client(connection, client_id=given.get("client_id", ""))
    if row is None or row.state != "active" or row.kind != "app":
        raise invalid_request("unknown client_id")
    client = client_from(row)
    redirect_uri = given.get("redirect_uri", "")
    if not is_registered(client, redirect_uri):
        raise invalid_request("redirect_uri is not one that this client registered")
    try:
        return _judge(client, redirect_uri, given)
    except OAuthRefusal as refusal:
        location = _redirect(
            redirect_uri,
            issuer=identity.options.issuer,
            state=given.get("state"),
            error=refusal.error,
            error_description=refusal.description,
        )
        raise RedirectedRefusal(location) from refusal


def is_registered(client: Client, redirect_uri: str) -> bool:
    """Whether the client may be answered there. A native app (a public client) takes whatever port the
    system gives it: on 127.0.0.1 and [::1] the port may be any; `localhost` is a name and stays exact."""
    if redirect_uri in client.redirect_uris:
        return True
    asked = _without_loopback_port(redirect_uri)
    known = {_without_loopback_port(uri) for uri in client.redirect_uris}
    return client.public and asked is not None and asked in known


def _without_loopback_port(uri: str) -> str | None:
    """`http://127.0.0.1/cb` for `http://127.0.0.1:49152/cb`; None for what is no loopback address."""
    found = _LOOPBACK.fullmatch(uri)
    if found is None or not 0 < int(found["port"] or 80) < 65_536:
        return None
    return f"{found['host']}{found['rest']}"


def _judge(client: Client, redirect_uri: str, given: Mapping[str, str]) -> Asked:
    if "request" in given or "request_uri" in given:
        raise OAuthRefusal("request_not_supported", "request objects are not taken")
    if given.get("response_type") != "code":
        raise OAuthRefusal("unsupported_response_type", "only response_type=code")
    if given.get("response_mode", "query") != "query":
        raise invalid_request("only response_mode=query")
    challenge = given.get("code_challenge", "")
    if given.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge):
        raise invalid_request("PKCE with code_challenge_method=S256 is required")
    jkt = given.get("dpop_jkt")
    if jkt is not None and not CHALLENGE.fullmatch(jkt):
        raise invalid_request("dpop_jkt is no SHA-256 thumbprint")
    scope = narrowed_scope(given.get("scope"), allowed=client.scopes)
    kept = {name: given[name] for name in PARAMETERS if name in given}
    return Asked(
        client,
        redirect_uri,
        scope,
        given.get("state"),
        challenge,
        jkt,
        given.get("prompt"),
        kept,
    )


async def has_consented(identity: Identity, session: Session, asked: Asked) -> bool:
    """Whether this person said yes to this client for at least this scope before."""
    async with identity.database.reader() as connection:
        given = await grants_store.find_consent(
            connection, account_id=uuid.UUID(session.account_id), client_id=asked.client.client_id
        )
    return given is not None and set(asked.scope.split()) <= set(given.split())


async def give_code(identity: Identity, session: Session, asked: Asked, *, remember: bool) -> str:
    """Write the code (and the consent) and say where to send the browser."""
    code, now = secrets.token_urlsafe(32), identity.now()
    account_id = uuid.UUID(session.account_id)
    async with identity.database.transaction() as transaction:
        await grants_store.add_code(
            transaction,
            {
                "code_hash": secret_hash(code),
                "sid": secrets.token_urlsafe(16),
                "account_id": account_id,
                "client_id": asked.client.client_id,
                "redirect_uri": asked.redirect_uri,
                "scope": asked.scope,
                "challenge": asked.challenge,
                "jkt": asked.jkt,
                "expires_at": now + CODE_LIFE,
            },
        )
        if remember:
            await grants_store.keep_consent(
                transaction,
                account_id=account_id,
                client_id=asked.client.client_id,
                scope=asked.scope,
                now=now,
            )
    return asked.answer(identity.options.issuer, code=code)


def consent_seal(identity: Identity, session: Session, asked: Asked) -> str:
    """Binds a consent form to what was shown: a changed field makes the answer void."""
    shown = urlencode(sorted(asked.parameters.items()))
    key = derive(identity.options.secret_key, "identity.consent")
    return hmac.new(key, f"{session.sid}\x1f{shown}".encode(), sha256).hexdigest()


def _redirect(uri: str, *, issuer: str, state: str | None, **values: str) -> str:
    parts = urlsplit(uri)
    added = {**values, "iss": issuer} | ({"state": state} if state is not None else {})
    query = "&".join(part for part in (parts.query, urlencode(added)) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
