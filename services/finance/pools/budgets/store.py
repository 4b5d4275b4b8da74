"""Every statement on budgets and their commitments. The budget's row is locked before it is changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.db import raw

Connection = AsyncConnection | AsyncSession

_LOCK = (
    "SELECT code, appropriated_fen, committed_fen, obligated_fen, paid_fen, refunded_fen"
    " FROM budgets WHERE code = $1 FOR NO KEY UPDATE"
)
_ITEM = (
    "SELECT budget_code, reference, committed_fen, obligated_fen, paid_fen, refunded_fen"
    " FROM budget_items WHERE budget_code = $1 AND reference = $2"
)
_COMMIT = """
WITH item AS (
  INSERT INTO budget_items (budget_code, reference, committed_fen, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING RETURNING budget_code
), total AS (
  UPDATE budgets SET committed_fen = committed_fen + $3 FROM item WHERE code = $1
), moves AS (
  INSERT INTO budget_moves (budget_code, reference, kind, amount_fen, moved_on, at)
  SELECT budget_code, $2, 'committed', $3, $5, $4 FROM item
)
SELECT count(*) FROM item
"""
_CHANGE = """
WITH total AS (
  UPDATE budgets SET committed_fen = committed_fen + $3, obligated_fen = obligated_fen + $4,
    paid_fen = paid_fen + $5, refunded_fen = refunded_fen + $6 WHERE code = $1
), moves AS (
  INSERT INTO budget_moves (budget_code, reference, kind, amount_fen, moved_on, at)
  VALUES ($1, $2, $8, $9, $10, $7)
)
UPDATE budget_items SET committed_fen = committed_fen + $3, obligated_fen = obligated_fen + $4,
  paid_fen = paid_fen + $5, refunded_fen = refunded_fen + $6, updated_at = $7
WHERE budget_code = $1 AND reference = $2
"""


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget whose row this transaction holds; figures in fen."""

    code: str
    appropriated_fen: int
    committed_fen: int
    obligated_fen: int
    paid_fen: int
    refunded_fen: int


@dataclass(frozen=True, slots=True)
class Commitment:
    """What one matter has of a budget, in fen."""

    budget_code: str
    reference: str
    committed_fen: int
    obligated_fen: int
    paid_fen: int
    refunded_fen: int


@dataclass(frozen=True, slots=True)
class Change:
    """One move of a commitment, and what it adds to it and to its budget alike, in fen."""

    kind: str
    amount_fen: int
    committed_fen: int = 0
    obligated_fen: int = 0
    paid_fen: int = 0
    refunded_fen: int = 0


async def lock_budget(session: AsyncSession, code: str) -> Budget | None:
    driver = await raw(session)
    row = await driver.fetchrow(_LOCK, code)
    return Budget(**row) if row else None


async def commitment_of(connection: Connection, code: str, reference: str) -> Commitment | None:
    driver = await raw(connection)
    row = await driver.fetchrow(_ITEM, code, reference)
    return Commitment(**row) if row else None


async def insert_commitment(
    session: AsyncSession, code: str, reference: str, *, amount_fen: int, now: datetime, today: date
) -> bool:
    """False where the matter has a commitment already; then nothing was written."""
    driver = await raw(session)
    return bool(await driver.fetchval(_COMMIT, code, reference, amount_fen, now, today))


async def change(
    session: AsyncSession, code: str, reference: str, by: Change, *, now: datetime, today: date
) -> None:
    driver = await raw(session)
    figures = (by.committed_fen, by.obligated_fen, by.paid_fen, by.refunded_fen)
    await driver.execute(_CHANGE, code, reference, *figures, now, by.kind, by.amount_fen, today)


async def add_appropriation(session: AsyncSession, code: str, amount_fen: int) -> None:
    driver = await raw(session)
    await driver.execute(
        "UPDATE budgets SET appropriated_fen = appropriated_fen + $2 WHERE code = $1",
        code,
        amount_fen,
    )


async def insert_budget(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """A budget unless it is there. `values` are its columns."""
    columns = list(values)
    driver = await raw(session)
    await driver.execute(
        f"INSERT INTO budgets ({', '.join(columns)}) VALUES"  # noqa: S608  our own columns
        f" ({', '.join(f'${n}' for n in range(1, len(columns) + 1))}) ON CONFLICT DO NOTHING",
        *values.values(),
    )
