"""DPoP proofs (RFC 9449), read in one way at the token endpoint and at every resource, as a pure function.

`htu` is compared with the configured public address, never with the Host header. Whoever calls keeps
`Proof.jti` in a database, so that a proof counts once. Must not remember anything.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import jwt
from joserfc import jwk as joserfc_jwk

from kit.jose import BadClaim, BadToken, read, text, verify, whole_number

ALGORITHMS = frozenset({"ES256", "PS256", "EdDSA"})
LIFE_S = 60
"""A proof older than this is dead, so a replay record need not live longer."""
LEEWAY_S = 10
"""How far the caller's clock may run ahead of ours."""

_ENCODED = re.compile("%([0-9a-fA-F]{2})")
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_KEY_TYPES = {"ES256": ("EC", "P-256"), "PS256": ("RSA", None), "EdDSA": ("OKP", "Ed25519")}
_PARTS = {"EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x"), "RSA": ("kty", "n", "e")}


@dataclass(frozen=True, slots=True)
class Proof:
    """What a good proof shows: its holder has the private key with thumbprint `jkt`. After `dies_at` (epoch
    seconds) it is refused for its age alone."""

    jkt: str
    jti: str
    dies_at: int


def check_proof(
    proof: str, *, method: str, url: str, now: int, jkt: str | None = None, token: str | None = None
) -> Proof:
    """Judge one `DPoP` header. `now` is epoch seconds; `url` is the public URL asked for.

    With `jkt` it must be made by that key, with `token` for that access token. A clock may run ahead of ours
    by `LEEWAY_S` (FAPI 2.0, 5.3.2.1). Raises BadToken. Source: RFC 9449 section 4.3.
    """
    read_proof = read(
        proof,
        algorithms=ALGORITHMS,
        types=frozenset({"dpop+jwt"}),
        header_names=frozenset({"alg", "typ", "jwk", "kid"}),
    )
    public = public_key(read_proof.header.get("jwk"), alg=read_proof.alg)
    claims = verify(read_proof, jwt.PyJWK(public, algorithm=read_proof.alg))
    if text(claims, "htm", longest=16) != method:
        raise BadClaim(f"htm must be {method}")
    if _target(text(claims, "htu", longest=2048)) != _target(url):
        raise BadClaim(f"htu must be {url}")
    if token is not None and claims.get("ath") != _hash(token):
        raise BadClaim("ath must be the hash of the access token")
    made_at = whole_number(claims, "iat")
    if not now - LIFE_S <= made_at <= now + LEEWAY_S:
        raise BadClaim(f"iat must be within the last {LIFE_S} s, by our clock")
    thumbprint = str(joserfc_jwk.import_key(dict(public)).thumbprint())
    if jkt is not None and thumbprint != jkt:
        raise BadClaim("made by another key than before")
    return Proof(jkt=thumbprint, jti=text(claims, "jti"), dies_at=made_at + LIFE_S)


def challenge(error: str | None = None) -> str:
    """The value of `WWW-Authenticate` for DPoP (RFC 9449 section 7.1)."""
    named = f'error="{error}", ' if error else ""
    return f'DPoP {named}algs="{" ".join(sorted(ALGORITHMS))}"'


def _hash(token: str) -> str:
    digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


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
    return scheme, f"{host}:{port or default}", _ENCODED.sub(_normal, parts.path) or "/"


def _normal(found: re.Match[str]) -> str:
    """RFC 3986 section 6.2.2: what need not be encoded is not, and digits are upper case."""
    plain = chr(int(found[1], 16))
    return plain if plain.isascii() and (plain.isalnum() or plain in "-._~") else found[0].upper()
