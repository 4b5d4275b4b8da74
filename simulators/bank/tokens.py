"""The bank's side of FAPI 2.0: client assertions (RFC 7523), DPoP proofs (RFC 9449), a token for a while.

Made with nothing but the public documents of the platform; it could be any bank's code.
"""

import base64
import hashlib
import json
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import jwt

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE_S = 60
RENEW_BEFORE_S = 60


class NotReady(Exception):
    """The bank has no key yet, or the platform gives no token now; try again later."""


class Signer:
    """One P-256 key: it authenticates the client and is the key to which tokens are bound."""

    def __init__(self, jwk: dict[str, Any]) -> None:
        self._key = jwt.PyJWK(jwk, algorithm="ES256").key
        self._kid = jwk["kid"]
        self._public = {name: jwk[name] for name in ("kty", "crv", "x", "y")}

    @classmethod
    def load(cls, path: Path) -> "Signer":
        """Raises NotReady where the file is not there yet."""
        try:
            return cls(json.loads(path.read_text()))
        except (OSError, ValueError, KeyError) as error:
            raise NotReady(f"no key in {path.name}") from error

    def assertion(self, client_id: str, issuer: str) -> str:
        """A `private_key_jwt`: the audience is the issuer alone, the `jti` is used once."""
        now = int(time.time())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": issuer,
            "jti": uuid.uuid4().hex,
            "iat": now,
            "exp": now + ASSERTION_LIFE_S,
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._kid})

    def proof(self, method: str, url: str, *, token: str | None = None) -> str:
        """A DPoP proof for one request; at a resource it names the token by its hash."""
        claims: dict[str, Any] = {
            "jti": uuid.uuid4().hex,
            "iat": int(time.time()),
            "htm": method,
            "htu": url,
        }
        if token is not None:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        headers = {"typ": "dpop+jwt", "jwk": self._public}
        return jwt.encode(claims, self._key, algorithm="ES256", headers=headers)


class Tokens:
    """Keeps one access token and renews it before it dies."""

    def __init__(self, http: httpx.AsyncClient, *, issuer: str, client_id: str, key: Path) -> None:
        self._http, self._issuer, self._client_id, self._key = http, issuer, client_id, key
        self._signer: Signer | None = None
        self._token, self._until = "", 0.0

    async def headers(self, method: str, url: str) -> dict[str, str]:
        """`Authorization` and `DPoP` for one call. Raises NotReady, httpx.HTTPError."""
        if time.time() > self._until - RENEW_BEFORE_S:
            await self._renew()
        assert self._signer is not None
        proof = self._signer.proof(method, url, token=self._token)
        return {"Authorization": f"DPoP {self._token}", "DPoP": proof}

    def forget(self) -> None:
        """The platform refused the token: get another one next time, with the key as it is then."""
        self._until = 0.0

    async def _renew(self) -> None:
        self._signer = Signer.load(self._key)
        url = f"{self._issuer}/oauth2/token"
        form = {
            "grant_type": "client_credentials",
            "scope": "bank events",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._signer.assertion(self._client_id, self._issuer),
        }
        reply = await self._http.post(
            url, data=form, headers={"DPoP": self._signer.proof("POST", url)}
        )
        if reply.status_code != 200:
            raise NotReady(f"token endpoint answered {reply.status_code}")
        body = reply.json()
        self._token, self._until = body["access_token"], time.time() + body["expires_in"]
