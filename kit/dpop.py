"""Sender-constrained tokens at the resource (RFC 9449).

A token with `cnf.jkt` is only good together with a fresh proof by that key, for this method, this public
address and this token. It counts once: the service's database remembers it for as long as it lives, so
that no process takes what another has taken. Must not ask what a caller may do.
"""

import hashlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import Headers
from starlette.types import Scope

from kit.db import Database, raw
from kit.errors import NotAuthenticated
from kit.jose import BadClaim, BadToken
from kit.proofs import LIFE_S, Proof, challenge, check_proof
from kit.tables import used_proofs

_REMEMBER = (
    "INSERT INTO used_proofs (digest, expires_at) VALUES ($1, $2)"
    " ON CONFLICT DO NOTHING RETURNING true"
)


def _refuse(text: str, *, error: str = "invalid_dpop_proof") -> NotAuthenticated:
    return NotAuthenticated(detail_en=text, headers={"WWW-Authenticate": challenge(error)})


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
                raise _refuse("The token is not bound to a key; use Bearer", error="invalid_token")
            return
        proofs = headers.getlist("dpop")
        if scheme != "dpop" or len(proofs) != 1:
            raise _refuse(
                "The token is bound to a key: send Authorization: DPoP and one DPoP proof"
            )
        path = scope.get("raw_path") or scope["path"].encode()
        url, now = self.public_url + path.decode("latin-1"), int(time.time())
        try:
            proof = check_proof(
                proofs[0], method=scope["method"], url=url, now=now, jkt=thumbprint, token=token
            )
        except BadToken as error:
            said = f": {error}" if isinstance(error, BadClaim) else ""
            raise _refuse(f"The proof cannot be taken{said}") from error
        await self._once(proof)

    async def _once(self, proof: Proof) -> None:
        """A proof counts once, whichever process of the service it is shown to."""
        known = f"{proof.jkt} {proof.jti}".encode(errors="surrogatepass")
        dies_at = datetime.fromtimestamp(proof.dies_at, UTC)
        async with self._database.reader() as connection:
            driver = await raw(connection)
            if not await driver.fetchval(_REMEMBER, hashlib.sha256(known).digest(), dies_at):
                raise _refuse("The proof was used before (jti)")


async def forget_dead_proofs(session: AsyncSession, now: datetime) -> None:
    """Removes what is refused for its age alone, also by a process whose clock is behind."""
    dead = now - timedelta(seconds=LIFE_S)
    await session.execute(delete(used_proofs).where(used_proofs.c.expires_at < dead))
