"""Reading a signed JWT strictly: one door for access tokens, client assertions, DPoP proofs.

This file exists because every famous JWT hole is a header that was believed: `alg` none or
HS256, `jku`, `x5u`, an embedded `jwk`, `crit`. Here the caller says which algorithms and types
it takes and which header names may be there at all; everything else is refused before any key
is looked at. It must not fetch anything, and it must not know what the claims mean.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.utils import base64url_decode, base64url_encode

MAX_TOKEN_BYTES = 8192
"""Longer input is refused unread: our own tokens stay under 1.5 kB."""


class BadToken(ValueError):
    """A JWT that cannot be believed. `str()` is for logs and tests, never for the caller."""


class BadClaim(BadToken):
    """A claim of a JWT whose signature was good: its maker may be told what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Unverified:
    """A JWT cut into parts. Nothing in it may be believed before `verify`."""

    raw: str
    header: dict[str, Any]

    @property
    def alg(self) -> str:
        return str(self.header["alg"])

    @property
    def kid(self) -> str | None:
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else None


def _json_object(part: str) -> dict[str, Any]:
    try:
        raw = base64url_decode(part)
        if base64url_encode(raw).decode() != part:  # one spelling per token, so hashes identify it
            raise BadToken("not canonical base64url")
        value = json.loads(raw, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise BadToken("not a JSON object in base64url") from error
    if not isinstance(value, dict):
        raise BadToken("not a JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two members of one name are read differently by different parsers: refuse them."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate member")
    return found


def read(
    token: str,
    *,
    algorithms: frozenset[str],
    types: frozenset[str | None],
    header_names: frozenset[str] = frozenset({"alg", "typ", "kid"}),
) -> Unverified:
    """Cut a compact JWS and judge its header. Raises BadToken.

    `types` are lower-case media types without ``application/``; None allows an absent `typ`.
    """
    if len(token) > MAX_TOKEN_BYTES or not token.isascii():
        raise BadToken("too long or not ASCII")
    parts = token.split(".")
    if len(parts) != 3 or not all(parts):
        raise BadToken("not three parts")
    header = _json_object(parts[0])
    if not header.keys() <= header_names:
        raise BadToken(f"header names {sorted(header.keys() - header_names)}")
    if not isinstance(header.get("alg"), str) or header["alg"] not in algorithms:
        raise BadToken("algorithm not taken")
    kind = header.get("typ")
    if kind is not None:
        if not isinstance(kind, str):
            raise BadToken("typ is not a string")
        kind = kind.lower().removeprefix("application/")
    if kind not in types:
        raise BadToken("typ not taken")
    return Unverified(raw=token, header=header)


def verify(token: Unverified, key: jwt.PyJWK) -> dict[str, Any]:
    """The claims, once the signature holds under `key` with the header's algorithm.

    The key's own algorithm must be the header's: a key never serves two algorithms.
    """
    if key.algorithm_name != token.alg:
        raise BadToken("key is for another algorithm")
    try:
        jwt.PyJWS().decode_complete(token.raw, key=key, algorithms=[token.alg])
    except jwt.PyJWTError as error:
        raise BadToken("signature") from error
    return _json_object(token.raw.split(".")[1])


def whole_number(claims: dict[str, Any], name: str) -> int:
    """A NumericDate claim as seconds. Raises BadToken when absent, a bool or not finite."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadToken(f"{name} missing or not a number")
    if not -(2**53) < value < 2**53:  # also refuses NaN and the infinities
        raise BadToken(f"{name} out of range")
    return int(value)


def text(claims: dict[str, Any], name: str, *, longest: int = 256) -> str:
    """A non-empty string claim. Raises BadToken."""
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise BadToken(f"{name} missing, empty or too long")
    return value
