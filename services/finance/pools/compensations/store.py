"""Every statement on compensations and recoveries. The pool's row is locked by the caller."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.db import raw
from services.finance.pools.rules import Amounts, Share

Connection = AsyncConnection | AsyncSession

_PAY = """
WITH paid AS (
  INSERT INTO compensations (claim_reference, pool_code, loan_reference, base_fen, paid_on)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING claim_reference
), shares AS (
  INSERT INTO compensation_shares (claim_reference, share, rate, base_fen, paid_fen)
  SELECT $1, u.share, u.rate, $4, u.amount FROM paid,
    unnest($6::text[], $7::numeric[], $8::bigint[]) AS u(share, rate, amount)
)
SELECT count(*) FROM paid
"""
_READ = (
    "SELECT c.*, s.share, s.rate, s.paid_fen, s.returned_fen FROM compensations c"
    " JOIN compensation_shares s USING (claim_reference) WHERE claim_reference = $1"
)
_RETURN = """
WITH total AS (
  UPDATE compensations SET recovered_fen = $2 WHERE claim_reference = $1
)
UPDATE compensation_shares s SET recovered_fen = $2, returned_fen = u.amount
FROM unnest($3::text[], $4::bigint[]) AS u(share, amount)
WHERE s.claim_reference = $1 AND s.share = u.share
"""
_RECOVERY = (
    "INSERT INTO recoveries (recovery_reference, claim_reference, amount_fen, costs_fen,"
    " returned_fen, recovered_on, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT DO NOTHING RETURNING recovery_reference"
)
_REVERSE = (
    "INSERT INTO recovery_reversals (recovery_reference, reversed_on, created_at)"
    " SELECT recovery_reference, $5, $6 FROM recoveries WHERE recovery_reference = $1"
    " AND claim_reference = $2 AND amount_fen = $3 AND costs_fen = $4"
    " ON CONFLICT DO NOTHING RETURNING recovery_reference"
)
_CLAW_BACK = (
    "UPDATE compensations SET clawed_back_on = $2, claw_back_reason = $3 WHERE claim_reference = $1"
)


@dataclass(frozen=True, slots=True)
class Compensation:
    """What was paid on a claim and what came back, by level, in fen."""

    claim_reference: str
    pool_code: str
    loan_reference: str
    base_fen: int
    recovered_fen: int
    clawed_back_on: date | None
    rates: dict[Share, Decimal]
    paid: Amounts
    returned: Amounts

    @property
    def loss_fen(self) -> int:
        """The principal that is still lost."""
        return max(self.base_fen - self.recovered_fen, 0)


async def pool_of_claim(connection: Connection, claim_reference: str) -> str | None:
    driver = await raw(connection)
    return await driver.fetchval(  # type: ignore[no-any-return]
        "SELECT pool_code FROM compensations WHERE claim_reference = $1", claim_reference
    )


async def compensation_of(connection: Connection, claim_reference: str) -> Compensation | None:
    driver = await raw(connection)
    rows = await driver.fetch(_READ, claim_reference)
    if not rows:
        return None
    first = rows[0]
    return Compensation(
        claim_reference=first["claim_reference"],
        pool_code=first["pool_code"],
        loan_reference=first["loan_reference"],
        base_fen=first["base_fen"],
        recovered_fen=first["recovered_fen"],
        clawed_back_on=first["clawed_back_on"],
        rates={row["share"]: row["rate"] for row in rows},
        paid={row["share"]: row["paid_fen"] for row in rows},
        returned={row["share"]: row["returned_fen"] for row in rows},
    )


async def insert_compensation(session: AsyncSession, made: Compensation, *, today: date) -> bool:
    """False where the claim was paid before; then nothing was written."""
    driver = await raw(session)
    shares = list(made.paid)
    found = await driver.fetchval(
        _PAY,
        made.claim_reference,
        made.pool_code,
        made.loan_reference,
        made.base_fen,
        today,
        shares,
        [made.rates[share] for share in shares],
        [made.paid[share] for share in shares],
    )
    return bool(found)


async def insert_recovery(
    session: AsyncSession,
    *,
    recovery_reference: str,
    claim_reference: str,
    amount_fen: int,
    costs_fen: int,
    returned_fen: int,
    today: date,
    now: datetime,
) -> bool:
    """False where this recovery is recorded already."""
    driver = await raw(session)
    return bool(
        await driver.fetchval(
            _RECOVERY,
            recovery_reference,
            claim_reference,
            amount_fen,
            costs_fen,
            returned_fen,
            today,
            now,
        )
    )


async def insert_reversal(
    session: AsyncSession,
    *,
    recovery_reference: str,
    claim_reference: str,
    amount_fen: int,
    costs_fen: int,
    today: date,
    now: datetime,
) -> bool:
    """False where there is no such recovery of this claim, or it was reversed before."""
    driver = await raw(session)
    return bool(
        await driver.fetchval(
            _REVERSE, recovery_reference, claim_reference, amount_fen, costs_fen, today, now
        )
    )


async def set_returned(
    session: AsyncSession,
    claim_reference: str,
    *,
    recovered_fen: int,
    returned: Mapping[Share, int],
) -> None:
    """What was recovered in all (net of costs) and what has come back to each level in all."""
    driver = await raw(session)
    await driver.execute(
        _RETURN, claim_reference, recovered_fen, list(returned), list(returned.values())
    )


async def set_clawed_back(
    session: AsyncSession, claim_reference: str, *, reason: str, today: date
) -> None:
    driver = await raw(session)
    await driver.execute(_CLAW_BACK, claim_reference, today, reason)
