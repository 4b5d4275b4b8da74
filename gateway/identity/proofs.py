"""DPoP proofs at the token endpoint (RFC 9449), checked as a pure function.

At resources `kit.dpop` asks the same question of every call; here no access token exists yet, the
proof's key is unknown, and the caller keeps `Proof.jti` in the database. `htu` is compared with the
configured public address, never with the Host header. Must not remember anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import jwt
from joserfc import jwk as joserfc_jwk

from gateway.identity.jose import BadClaim, BadToken, read, text, verify, whole_number

ALGORITHMS = frozenset({"ES256", "PS256", "EdDSA"})
LIFE_S = 60
"""A proof older than this is dead, so a replay record need not live longer."""
LEEWAY_S = 10
"""How far the caller's clock may run ahead of ours."""

_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_KEY_TYPES = {"ES256": ("EC", "P-256"), "PS256": ("RSA", None), "EdDSA": ("OKP", "Ed25519")}
_PARTS = {"EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x"), "RSA": ("kty", "n", "e")}


@dataclass(frozen=True, slots=True)
class Proof:
    """What a good proof shows: its holder has the private key with thumbprint `jkt`."""

    jkt: str
    jti: str


def check_proof(proof: str, *, method: str, url: str, now: int, jkt: str | None = None) -> Proof:
    """Judge one `DPoP` header. `now` is epoch seconds; `url` is the public URL asked for.

    With `jkt` it must be made by that key. Raises BadToken. Source: RFC 9449 section 4.3.
    """
    token = read(
        proof,
        algorithms=ALGORITHMS,
        types=frozenset({"dpop+jwt"}),
        header_names=frozenset({"alg", "typ", "jwk", "kid"}),
    )
    public = public_key(token.header.get("jwk"), alg=token.alg)
    claims = verify(token, jwt.PyJWK(public, algorithm=token.alg))
    if text(claims, "htm", longest=16) != method:
        raise BadClaim(f"htm must be {method}")
    if _target(text(claims, "htu", longest=2048)) != _target(url):
        raise BadClaim(f"htu must be {url}")
    if not now - LIFE_S <= whole_number(claims, "iat") <= now + LEEWAY_S:
        raise BadClaim(f"iat must be within the last {LIFE_S} s, by our clock")
    thumbprint = str(joserfc_jwk.import_key(dict(public)).thumbprint())
    if jkt is not None and thumbprint != jkt:
        raise BadClaim("made by another key than before")
    return Proof(jkt=thumbprint, jti=text(claims, "jti"))


def public_key(value: object, *, alg: str) -> dict[str, str]:
    """The public members of a JWK that fits `alg`, nothing else. Raises BadToken."""
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise BadToken("jwk is not an object")
    if _PRIVATE & value.keys():
        raise BadToken("jwk carries private parts")
    kind, curve = _KEY_TYPES[alg]
    if value.get("kty") != kind or (curve is not None and value.get("crv") != curve):
        raise BadToken("jwk does not fit alg")
    public = {name: value.get(name) for name in _PARTS[kind]}
    if not all(isinstance(part, str) for part in public.values()):
        raise BadToken("jwk misses a part")
    if kind == "RSA" and not 340 <= len(str(public["n"])) <= 700:  # 2048 to 4096 bits
        raise BadToken("RSA size")
    found = {name: str(part) for name, part in public.items()}
    try:
        jwt.PyJWK(dict(found), algorithm=alg)
    except (jwt.PyJWTError, ValueError) as error:
        raise BadToken("jwk is no key") from error
    return found


def _target(url: str) -> tuple[str, str, str]:
    """Scheme, authority and path; query and fragment do not count (RFC 9449 4.3, step 9)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadToken("htu is no URL") from error
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise BadToken("htu is no http URL")
    default = {"http": 80, "https": 443}[scheme]
    return scheme, f"{host}:{port or default}", parts.path or "/"
