"""The signing keys: next, active, retired; when they move; the set that a process signs with.

The next key is published a day before it signs, so that no service ever meets a key that it could not
have fetched; a retired one stays published until its last token has died (api.md "Identity"). Rules
are pure; queries are in `keys_store.py`. Private halves never leave this process unsealed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import jwt
from joserfc.jwk import ECKey

from gateway.identity.tokens import LIFE_S

State = Literal["next", "active", "retired"]
ROTATE_AFTER = timedelta(days=30)
PUBLISHED_BEFORE_USE = timedelta(hours=24)
PUBLISHED_AFTER_USE = timedelta(seconds=LIFE_S) + timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key. `kid` is its RFC 7638 thumbprint; `private` is None where only reading is needed."""

    kid: str
    state: State
    public_jwk: dict[str, Any]
    private: Any
    created_at: datetime
    activated_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeySet:
    """What a process signs with (`active`), reads with (`readers`) and publishes (`jwks`)."""

    active: SigningKey
    readers: dict[str, jwt.PyJWK]
    jwks: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Rotation:
    """What is due: promote the next key, make a new next, forget dead ones."""

    promote: str | None
    retire: str | None
    create_next: bool
    forget: tuple[str, ...]


def generate() -> tuple[str, str, str]:
    """A new P-256 key as (kid, private JWK as JSON, public JWK as JSON)."""
    key = ECKey.generate_key("P-256", private=True)
    kid = key.thumbprint()
    common = {"kid": kid, "use": "sig", "alg": "ES256"}
    private = {**key.as_dict(private=True), **common}
    public = {**key.as_dict(private=False), **common}
    return kid, json.dumps(private), json.dumps(public)


def private_key(jwk_json: str) -> Any:
    """The cryptography key object of a private JWK."""
    return jwt.PyJWK(json.loads(jwk_json), algorithm="ES256").key


def due_rotation(keys: Sequence[SigningKey], *, now: datetime, forced: bool = False) -> Rotation:
    """What has to move now. `forced` promotes at once: the active key may be known to others.

    A forced rotation also forgets the old key immediately, so tokens that it signed die with it.
    """
    active = next((key for key in keys if key.state == "active"), None)
    upcoming = next((key for key in keys if key.state == "next"), None)
    old = active is None or now - (active.activated_at or active.created_at) >= ROTATE_AFTER
    known = upcoming is not None and now - upcoming.created_at >= PUBLISHED_BEFORE_USE
    promote = upcoming.kid if upcoming and (forced or active is None or (old and known)) else None
    retire = active.kid if active and promote else None
    forget = tuple(
        key.kid
        for key in keys
        if key.state == "retired" and key.retired_at and now - key.retired_at >= PUBLISHED_AFTER_USE
    )
    if forced and retire:
        forget, retire = (*forget, retire), None
    return Rotation(
        promote, retire, create_next=upcoming is None or promote is not None, forget=forget
    )


def key_set(keys: Sequence[SigningKey]) -> KeySet | None:
    """The set in use, or None while no key is active yet."""
    active = next((key for key in keys if key.state == "active"), None)
    if active is None:
        return None
    order = {"active": 0, "next": 1, "retired": 2}
    listed = sorted(keys, key=lambda key: order[key.state])
    return KeySet(
        active=active,
        readers={key.kid: jwt.PyJWK(key.public_jwk, algorithm="ES256") for key in listed},
        jwks={"keys": [key.public_jwk for key in listed]},
    )
