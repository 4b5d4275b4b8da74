"""Signing keys for licences and what a signature looks like: compact JWS, ES256 only.

This file exists so that one place fixes algorithm, header names and key ids. It must not read a
database or a clock; who holds which key, and when it may be used, is `service.py`'s business.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, cast

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

ALGORITHM = "ES256"
HEADER_NAMES = {"alg", "kid", "typ"}
MAX_TOKEN_CHARS = 60_000
"""A licence with the longest business scope (10,000 characters) stays under it."""


class NotSigned(ValueError):
    """A text that is no JWS of ours. `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class SigningKey:
    """A P-256 key pair. `kid` is 8 characters, so that a QR on paper can carry it."""

    kid: str
    private_jwk: dict[str, Any]

    @property
    def public_jwk(self) -> dict[str, Any]:
        """The JWK (RFC 7517) as published in `GET /licence-keys`."""
        names = ("kty", "crv", "x", "y")
        return {n: self.private_jwk[n] for n in names} | {
            "kid": self.kid,
            "alg": ALGORITHM,
            "use": "sig",
        }


def generate_key() -> SigningKey:
    """A new key; its id is the head of its RFC 7638 thumbprint, so it follows from the key."""
    key = ECKey.generate_key("P-256", private=True)
    return SigningKey(kid=key.thumbprint()[:8], private_jwk=cast(dict[str, Any], key.as_dict(True)))


def sign(payload: bytes, *, key: SigningKey, typ: str) -> str:
    """A compact JWS over `payload` with header `alg`, `kid`, `typ` and nothing else."""
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": typ}
    return jws.serialize_compact(header, payload, ECKey.import_key(key.private_jwk))


def read_header(token: str) -> dict[str, str]:
    """The header of a compact JWS, judged but not believed. Raises NotSigned.

    Everything that has ever made a verifier follow an attacker (`jku`, `jwk`, `x5u`, `crit`, other
    algorithms) is refused before a key is looked at.
    """
    if len(token) > MAX_TOKEN_CHARS or not token.isascii():
        raise NotSigned("not_a_signed_text")
    parts = token.split(".")
    if len(parts) != 3 or not all(parts):
        raise NotSigned("not_a_signed_text")
    try:
        header = json.loads(_decode(parts[0]))
    except (ValueError, RecursionError) as error:
        raise NotSigned("not_a_signed_text") from error
    if not isinstance(header, dict) or set(header) != HEADER_NAMES:
        raise NotSigned("header_not_ours")
    if header["alg"] != ALGORITHM or not all(isinstance(v, str) for v in header.values()):
        raise NotSigned("header_not_ours")
    return header


def check(token: str, *, keys: dict[str, dict[str, Any]], typ: str) -> bytes:
    """The payload, once its signature holds under the named key. Raises NotSigned.

    `keys` maps key id to public JWK; `typ` is the kind of text that the caller asked for.
    """
    header = read_header(token)
    if header["typ"] != typ:
        raise NotSigned("wrong_type")
    if header["kid"] not in keys:
        raise NotSigned("key_unknown")
    jwk = keys[header["kid"]]
    if (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256"):
        raise NotSigned("key_unknown")
    try:
        found = jws.deserialize_compact(token, ECKey.import_key(jwk), algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError) as error:
        raise NotSigned("signature_invalid") from error
    return found.payload


def _decode(part: str) -> bytes:
    """Unpadded base64url with exactly one spelling; raises ValueError."""
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise ValueError("not canonical base64url")
    return raw
