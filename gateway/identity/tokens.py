"""Access tokens of the platform: minted and read here, `at+jwt` signed with ES256 (RFC 9068).

Pure: the key and the time are passed in. Must not decide who may have a token, and must not look
anything up; revocation is another question (`revocations.py`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from kit.jose import BadToken, read, text, verify, whole_number

AUDIENCE = "yichuang"
LIFE_S = 600
"""api.md "Identity": an access token lives ten minutes."""
LEEWAY_S = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a token speaks of. `person` and `name` only for people, `jkt` only when DPoP-bound."""

    sub: str
    client_id: str
    roles: tuple[str, ...]
    org: str | None
    regions: tuple[str, ...]
    scope: str
    sid: str | None = None
    person: str | None = None
    name: str | None = None
    jkt: str | None = None

    def claims(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "sub": self.sub,
            "client_id": self.client_id,
            "roles": list(self.roles),
            "regions": list(self.regions),
            "scope": self.scope,
            "org": self.org,
            "sid": self.sid,
            "person": self.person,
            "name": self.name,
            "cnf": {"jkt": self.jkt} if self.jkt else None,
        }
        return {name: value for name, value in found.items() if value is not None}


def mint(
    subject: Subject,
    *,
    kid: str,
    key: Any,
    issuer: str,
    now: int,
    audience: str = AUDIENCE,
    typ: str = "at+jwt",
) -> str:
    """A signed access token, or a pass of another `typ` for another audience. `key` is the private EC key
    (P-256), `now` epoch seconds."""
    claims = subject.claims() | {
        "iss": issuer,
        "aud": audience,
        "iat": now,
        "exp": now + LIFE_S,
        "jti": secrets.token_urlsafe(16),
    }
    return jwt.encode(claims, key, algorithm="ES256", headers={"typ": typ, "kid": kid})


def read_access_token(
    token: str, *, keys: Mapping[str, jwt.PyJWK], issuer: str, now: int
) -> dict[str, Any]:
    """The claims of one of our own living tokens. Raises `BadToken`.

    Revocation is not looked at: the caller asks for that with `jti`, `sid` and `sub`.
    """
    parts = read(token, algorithms=frozenset({"ES256"}), types=frozenset({"at+jwt"}))
    key = keys.get(parts.kid or "")
    if key is None:
        raise BadToken("unknown key")
    claims = verify(parts, key)
    if claims.get("iss") != issuer:
        raise BadToken("iss")
    if claims.get("aud") != AUDIENCE:
        raise BadToken("aud")
    for name in ("sub", "client_id", "jti"):
        text(claims, name)
    if whole_number(claims, "iat") > now + LEEWAY_S:
        raise BadToken("iat is in the future")
    if whole_number(claims, "exp") <= now:
        raise BadToken("expired")
    return claims
