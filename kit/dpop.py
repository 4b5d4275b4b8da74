"""Sender-constrained tokens at the resource (RFC 9449).

A token with `cnf.jkt` is only good together with a fresh proof by that key, for this method, this public
address and this token. It counts once: the service's database remembers it for as long as it lives, so
that no process takes what another has taken. Must not ask what a caller may do.
"""

import base64
import hashlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from joserfc.jwk import import_key
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import Headers
from starlette.types import Scope

from kit.db import Database, raw
from kit.errors import NotAuthenticated
from kit.tables import used_proofs

PROOF_ALGORITHMS = ("ES256", "PS256", "EdDSA")
PROOF_LIFE_SECONDS = 60
_REMEMBER = (
    "INSERT INTO used_proofs (digest, expires_at) VALUES ($1, $2)"
    " ON CONFLICT DO NOTHING RETURNING true"
)


def _refuse(text: str) -> NotAuthenticated:
    return NotAuthenticated(
        detail_en=text, headers={"WWW-Authenticate": 'DPoP error="invalid_dpop_proof"'}
    )


class Binding:
    """Checks that a bound token comes with its proof. `public_url` is the configured public address."""

    def __init__(self, public_url: str, database: Database) -> None:
        self.public_url = public_url.rstrip("/")
        self._database = database

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
        dies = datetime.fromtimestamp(float(claims_of_proof["iat"]) + PROOF_LIFE_SECONDS, UTC)
        await self._once(found, str(claims_of_proof["jti"]), expires_at=dies)

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

    async def _once(self, thumbprint: str, jti: str, *, expires_at: datetime) -> None:
        """A proof counts once, whichever process of the service it is shown to."""
        digest = hashlib.sha256(f"{thumbprint} {jti}".encode(errors="surrogatepass")).digest()
        async with self._database.reader() as connection:
            if not await (await raw(connection)).fetchval(_REMEMBER, digest, expires_at):
                raise _refuse("The proof was used before (jti)")


async def forget_dead_proofs(session: AsyncSession, now: datetime) -> None:
    """Removes what is refused for its age alone, also by a process whose clock is behind."""
    dead = now - timedelta(seconds=PROOF_LIFE_SECONDS)
    await session.execute(delete(used_proofs).where(used_proofs.c.expires_at < dead))
