"""A bank's program as the tests of identity see it: its key, its assertions, its proofs, forged tokens."""

import base64
import json
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc.jwk import import_key

from tests.gateway.identity.harness import ISSUER, Browser

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN = "/oauth2/token"


@dataclass
class Machine:
    """A bank's program: its key, its assertions, its proofs."""

    client_id: str
    key: Any
    alg: str = "ES256"
    kid: str | None = None

    @classmethod
    def new(cls, alg: str = "ES256") -> "Machine":
        key: Any
        if alg == "ES256":
            key = ec.generate_private_key(ec.SECP256R1())
        elif alg == "PS256":
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        else:
            key = ed25519.Ed25519PrivateKey.generate()
        return cls(f"machine-{uuid.uuid4().hex[:12]}", key, alg)

    @property
    def public_jwk(self) -> dict[str, Any]:
        maker = jwt.get_algorithm_by_name(self.alg)
        return dict(json.loads(maker.to_jwk(self.key.public_key())))

    @property
    def jkt(self) -> str:
        found = {
            k: v for k, v in self.public_jwk.items() if k in ("kty", "crv", "x", "y", "n", "e")
        }
        return str(import_key(found).thumbprint())

    def assertion(
        self, *, headers: Any = None, key: Any = None, alg: str | None = None, **changes: Any
    ) -> str:
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": ISSUER,
            "jti": secrets.token_hex(16),
            "iat": now,
            "exp": now + 60,
        } | changes
        sent = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(sent, key or self.key, algorithm=alg or self.alg, headers=headers)

    def proof(self, *, headers: Any = None, **changes: Any) -> str:
        claims = {
            "htm": "POST",
            "htu": f"{ISSUER}/oauth2/token",
            "iat": int(time.time()),
            "jti": secrets.token_hex(16),
        } | changes
        sent = {name: value for name, value in claims.items() if value is not None}
        head = {"typ": "dpop+jwt", "jwk": self.public_jwk} | (headers or {})
        return jwt.encode(sent, self.key, algorithm=self.alg, headers=head)

    def form(self, assertion: str | None = None, **more: Any) -> dict[str, Any]:
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
        } | more


def forged(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"x" * 64) -> str:
    """A token whose parts are exactly these."""

    def part(value: Any) -> str:
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    return ".".join((part(header), part(claims), part(signature)))


async def token(browser: Browser, machine: Machine, assertion: str | None = None) -> httpx.Response:
    """Asks for an access token, with a proof."""
    form = machine.form(assertion)
    return await browser.post(TOKEN, headers={"DPoP": machine.proof()}, **form)
