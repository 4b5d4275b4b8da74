"""Every statement on pools, covers and compensations. Whoever changes a pool locks its row first: that is
what puts the changes of one pool in an order. On the driver: a cover is written in one round trip."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.db import raw
from services.finance.pools.rules import Amounts, Cover, Share

Connection = AsyncConnection | AsyncSession

_LOCK = (
    "SELECT code, leverage, compensation_cap, npl_stop_rate, npl_judged_from_fen, exposure_fen, npl_fen"
    " FROM risk_pools WHERE code = $1 FOR NO KEY UPDATE"
)
SHARE_COLUMNS = (
    "share, account_code, leverage, contributed_fen, compensated_fen, returned_fen, reserved_fen"
)
_SHARES = f"SELECT {SHARE_COLUMNS} FROM risk_pool_shares WHERE pool_code = $1"  # noqa: S608  constants
_COVER = (
    "SELECT c.*, s.share, s.rate, s.reserved_fen FROM cover_reservations c"
    " JOIN cover_shares s USING (loan_reference) WHERE loan_reference = $1"
)
_RESERVE = """
WITH cover AS (
  INSERT INTO cover_reservations (loan_reference, pool_code, principal_fen, outstanding_fen, bank_rate,
    reserved_on, created_at)
  VALUES ($1, $2, $3, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING loan_reference
), parts AS (
  SELECT u.share, u.rate, u.amount FROM cover, unnest($7::text[], $8::numeric[], $9::bigint[])
    AS u(share, rate, amount)
), shares AS (
  INSERT INTO cover_shares (loan_reference, share, rate, reserved_fen)
  SELECT $1, share, rate, amount FROM parts
), moves AS (
  INSERT INTO cover_moves (loan_reference, kind, principal_fen, at)
  SELECT loan_reference, 'reserved', $3, $6 FROM cover
), pools AS (
  UPDATE risk_pools SET exposure_fen = exposure_fen + $3 FROM cover WHERE code = $2
), reserved AS (
  UPDATE risk_pool_shares r SET reserved_fen = r.reserved_fen + parts.amount FROM parts
  WHERE r.pool_code = $2 AND r.share = parts.share
)
SELECT count(*) FROM cover
"""
_RESIZE = """
WITH parts AS (
  SELECT * FROM unnest($7::text[], $8::bigint[]) AS u(share, amount)
), cover AS (
  UPDATE cover_reservations SET outstanding_fen = $3, non_performing = $4,
    compensated_fen = compensated_fen + CASE WHEN $9 = 'compensated' THEN $10::bigint ELSE 0 END
  WHERE loan_reference = $1
), moves AS (
  INSERT INTO cover_moves (loan_reference, kind, principal_fen, at) VALUES ($1, $9, $10, $11)
), pools AS (
  UPDATE risk_pools SET exposure_fen = exposure_fen + $5, npl_fen = npl_fen + $6 WHERE code = $2
), reserved AS (
  UPDATE risk_pool_shares r SET reserved_fen = r.reserved_fen + parts.amount - s.reserved_fen
  FROM parts JOIN cover_shares s ON s.loan_reference = $1 AND s.share = parts.share
  WHERE r.pool_code = $2 AND r.share = parts.share
)
UPDATE cover_shares s SET reserved_fen = parts.amount FROM parts
WHERE s.loan_reference = $1 AND s.share = parts.share
"""


@dataclass(frozen=True, slots=True)
class PoolShare:
    """One level's part of a pool, in fen."""

    share: Share
    account_code: str
    leverage: Decimal
    contributed_fen: int
    compensated_fen: int
    returned_fen: int
    reserved_fen: int

    @property
    def money_fen(self) -> int:
        return self.contributed_fen - self.compensated_fen + self.returned_fen

    @property
    def free_fen(self) -> int:
        """What may still be reserved."""
        return max(int(self.money_fen * self.leverage) - self.reserved_fen, 0)


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool whose row this transaction holds."""

    code: str
    leverage: Decimal
    compensation_cap: Decimal
    npl_stop_rate: Decimal
    npl_judged_from_fen: int
    exposure_fen: int
    npl_fen: int
    shares: dict[Share, PoolShare]


@dataclass(frozen=True, slots=True)
class Resized:
    """A cover's new state and what it means for its pool's exposure and bad loans, in fen."""

    outstanding_fen: int
    non_performing: bool
    reserved: Amounts
    kind: str
    principal_fen: int
    exposure_delta_fen: int = 0
    npl_delta_fen: int = 0


async def lock_pool(session: AsyncSession, code: str) -> Pool | None:
    """The pool, locked until this transaction ends."""
    driver = await raw(session)
    row = await driver.fetchrow(_LOCK, code)
    if row is None:
        return None
    shares = [PoolShare(**each) for each in await driver.fetch(_SHARES, code)]
    return Pool(**row, shares={each.share: each for each in shares})


async def cover_of(connection: Connection, loan_reference: str) -> Cover | None:
    driver = await raw(connection)
    rows = await driver.fetch(_COVER, loan_reference)
    if not rows:
        return None
    first = rows[0]
    return Cover(
        loan_reference=first["loan_reference"],
        pool_code=first["pool_code"],
        principal_fen=first["principal_fen"],
        outstanding_fen=first["outstanding_fen"],
        compensated_fen=first["compensated_fen"],
        non_performing=first["non_performing"],
        reserved_on=first["reserved_on"],
        reserved={row["share"]: row["reserved_fen"] for row in rows},
        rates={row["share"]: row["rate"] for row in rows},
    )


async def insert_cover(
    session: AsyncSession, cover: Cover, *, bank_rate: Decimal, now: datetime
) -> bool:
    """False where the loan has a cover already; then nothing was written."""
    driver = await raw(session)
    shares = list(cover.reserved)
    made = await driver.fetchval(
        _RESERVE,
        cover.loan_reference,
        cover.pool_code,
        cover.principal_fen,
        bank_rate,
        cover.reserved_on,
        now,
        shares,
        [cover.rates[share] for share in shares],
        [cover.reserved[share] for share in shares],
    )
    return bool(made)


async def resize_cover(session: AsyncSession, cover: Cover, to: Resized, *, now: datetime) -> None:
    driver = await raw(session)
    await driver.execute(
        _RESIZE,
        cover.loan_reference,
        cover.pool_code,
        to.outstanding_fen,
        to.non_performing,
        to.exposure_delta_fen,
        to.npl_delta_fen,
        list(to.reserved),
        list(to.reserved.values()),
        to.kind,
        to.principal_fen,
        now,
    )


async def add_to_shares(
    session: AsyncSession, code: str, column: str, amounts: Mapping[Share, int]
) -> None:
    """Adds to `contributed_fen`, `compensated_fen` or `returned_fen` of a pool's shares."""
    if column not in ("contributed_fen", "compensated_fen", "returned_fen"):
        raise ValueError(column)
    driver = await raw(session)
    await driver.execute(
        f"UPDATE risk_pool_shares r SET {column} = r.{column} + u.amount"  # noqa: S608  one of three
        " FROM unnest($2::text[], $3::bigint[]) AS u(share, amount)"
        " WHERE r.pool_code = $1 AND r.share = u.share",
        code,
        list(amounts),
        list(amounts.values()),
    )


async def add_to_pool(session: AsyncSession, code: str, *, exposure_fen: int, npl_fen: int) -> None:
    driver = await raw(session)
    await driver.execute(
        "UPDATE risk_pools SET exposure_fen = exposure_fen + $2, npl_fen = npl_fen + $3"
        " WHERE code = $1",
        code,
        exposure_fen,
        npl_fen,
    )


async def insert_pool(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """A pool unless it is there. `values` are its columns."""
    columns = list(values)
    driver = await raw(session)
    await driver.execute(
        f"INSERT INTO risk_pools ({', '.join(columns)}) VALUES"  # noqa: S608  our own columns
        f" ({', '.join(f'${n}' for n in range(1, len(columns) + 1))}) ON CONFLICT DO NOTHING",
        *values.values(),
    )


async def insert_share(
    session: AsyncSession, code: str, share: Share, *, leverage: Decimal, account_code: str
) -> None:
    driver = await raw(session)
    await driver.execute(
        "INSERT INTO risk_pool_shares (pool_code, share, leverage, account_code)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        code,
        share,
        leverage,
        account_code,
    )


async def pool_of_loan(connection: Connection, loan_reference: str) -> str | None:
    driver = await raw(connection)
    return await driver.fetchval(  # type: ignore[no-any-return]
        "SELECT pool_code FROM cover_reservations WHERE loan_reference = $1", loan_reference
    )


async def title_of(connection: Connection, code: str) -> tuple[str, str] | None:
    """A pool's name in Chinese and English, None where there is no such pool."""
    driver = await raw(connection)
    row = await driver.fetchrow("SELECT title_zh, title_en FROM risk_pools WHERE code = $1", code)
    return (row["title_zh"], row["title_en"]) if row else None
