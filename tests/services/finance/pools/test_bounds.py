"""What the database refuses whatever a service asks of it."""

import asyncpg
import pytest

from kit.db import Database, raw
from tests.services.finance.pools.small_pool import (
    YUAN,
    compensate,
    recover,
    reserve,
)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE risk_pool_shares SET contributed_fen = contributed_fen - 99000",
         "risk_pool_promises"),
        ("UPDATE risk_pool_shares SET compensated_fen = 200000", "risk_pool_money"),
        ("UPDATE risk_pool_shares SET returned_fen = 5", "risk_pool_returned"),
        ("UPDATE risk_pool_shares SET reserved_fen = 1000001", "risk_pool_promises"),
        ("UPDATE risk_pools SET leverage = 0.3", "risk_pool_leverage"),
        ("UPDATE risk_pools SET npl_fen = 10000001", "risk_pool_npl"),
        ("UPDATE cover_reservations SET outstanding_fen = 10000001", "cover_outstanding"),
        ("UPDATE compensation_shares SET paid_fen = paid_fen + 1", "compensation_bound"),
        ("UPDATE compensation_shares SET recovered_fen = 1", "compensation_bound"),
        ("UPDATE compensation_shares SET returned_fen = paid_fen + 1", "compensation_returned"),
    ],
)  # fmt: skip
async def test_the_database_itself_keeps_the_bounds(
    database: Database, statement: str, rule: str
) -> None:
    await reserve(database, "L-1", 1_000 * YUAN)
    await reserve(database, "L-2", 10)
    await compensate(database, "C-1", "L-2", 10)
    async with database.reader() as connection:
        driver = await raw(connection)
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await driver.execute(statement)
    assert refused.value.constraint_name == rule


@pytest.mark.parametrize("table", ["cover_moves", "recoveries"])
async def test_what_happened_to_a_cover_is_not_rewritten(database: Database, table: str) -> None:
    await reserve(database, "L-1", 1_000)
    await compensate(database, "C-1", "L-1", 1_000)
    await recover(database, "R-1", "C-1", 10)
    async with database.reader() as connection:
        driver = await raw(connection)
        with pytest.raises(asyncpg.RestrictViolationError):
            await driver.execute(f"DELETE FROM {table}")
