"""Sender-constrained tokens at the resource (RFC 9449).

A token with `cnf.jkt` is only good together with a fresh proof by that key, for this method, this public
address and this token. Replay of a proof within its life is refused per process; the token endpoint
keeps its own record in the database.
"""

import base64
import hashlib
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from typing import Any

import jwt
from joserfc.jwk import import_key
from starlette.datastructures import Headers
from starlette.types import Scope

from kit.errors import NotAuthenticated, Unavailable

PROOF_ALGORITHMS = ("ES256", "PS256", "EdDSA")
PROOF_LIFE_SECONDS = 60
LIVING_PROOFS = 50_000
JTI_LENGTH = 200


def _refuse(text: str) -> NotAuthenticated:
    return NotAuthenticated(
        detail_en=text, headers={"WWW-Authenticate": 'DPoP error="invalid_dpop_proof"'}
    )


class Binding:
    """Checks that a bound token comes with its proof. `public_url` is the configured public address."""

    def __init__(self, public_url: str) -> None:
        self.public_url = public_url.rstrip("/")
        self._seen: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._living: Counter[str] = Counter()

    async def check(
        self, scheme: str, claims: Mapping[str, Any], token: str, scope: Scope, headers: Headers
    ) -> None:
        """Raises NotAuthenticated where a bound token lacks a good proof, or a proof lacks a bound token."""
        thumbprint = (claims.get("cnf") or {}).get("jkt")
        if thumbprint is None:
            if scheme == "dpop":
                raise _refuse("The token is not bound to a key; use Bearer")
            return
        proofs = headers.getlist("dpop")
        if scheme != "dpop" or len(proofs) != 1:
            raise _refuse(
                "The token is bound to a key: send Authorization: DPoP and one DPoP proof"
            )
        claims_of_proof, found = self._read(proofs[0])
        if found != thumbprint:
            raise _refuse("The proof is by another key than the token's")
        digest = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest())
        if claims_of_proof.get("ath") != digest.decode().rstrip("="):
            raise _refuse("The proof is for another token (ath)")
        if claims_of_proof.get("htm") != scope["method"]:
            raise _refuse("The proof is for another method (htm)")
        if str(claims_of_proof.get("htu", "")).split("?")[0] != self.public_url + scope["path"]:
            raise _refuse(f"htu must be {self.public_url}{scope['path']}")
        self._once(found, str(claims_of_proof["jti"]))

    def _read(self, proof: str) -> tuple[dict[str, Any], str]:
        try:
            header = jwt.get_unverified_header(proof)
            jwk = header.get("jwk") or {}
            if header.get("typ") != "dpop+jwt" or header.get("alg") not in PROOF_ALGORITHMS:
                raise _refuse("Not a dpop+jwt by ES256, PS256 or EdDSA")
            if "d" in jwk or jwk.get("kty") == "oct":
                raise _refuse("The proof carries a private or symmetric key")
            claims = jwt.decode(
                proof,
                jwt.PyJWK(jwk).key,
                algorithms=[header["alg"]],
                options={"require": ["jti", "iat", "htm", "htu"], "verify_aud": False},
            )
            thumbprint = str(import_key(jwk).thumbprint())
        except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            raise _refuse("The proof cannot be read") from error
        if abs(time.time() - float(claims["iat"])) > PROOF_LIFE_SECONDS:
            raise _refuse("The proof is not fresh (iat)")
        return claims, thumbprint

    def _once(self, thumbprint: str, jti: str) -> None:
        """A proof counts once in this process. The bound is per key: a busy caller shuts out nobody else."""
        now = time.monotonic()
        while self._seen and next(iter(self._seen.values())) < now - 2 * PROOF_LIFE_SECONDS:
            (owner, _), _ = self._seen.popitem(last=False)
            self._living[owner] -= 1
            if not self._living[owner]:
                del self._living[owner]
        if (thumbprint, jti[:JTI_LENGTH]) in self._seen:
            raise _refuse("The proof was used before (jti)")
        if self._living[thumbprint] >= LIVING_PROOFS:
            raise Unavailable(
                detail_zh="该密钥的请求过于密集",
                detail_en="Too many proofs by this key are still fresh",
            )
        self._seen[thumbprint, jti[:JTI_LENGTH]] = now
        self._living[thumbprint] += 1
