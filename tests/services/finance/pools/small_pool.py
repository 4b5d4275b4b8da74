"""A small pool of 1,000 yuan in each of two shares, and what tests do with it."""

from collections.abc import Awaitable, Callable
from typing import Any

from kit.db import Database
from services.finance.ledger import service as ledger
from services.finance.pools import service as pools
from tests.services.finance.pools.funds import AT, CLASS_A

POOL = "test-pool"
YUAN = 100


async def done(database: Database, work: Callable[..., Awaitable[Any]], **values: Any) -> Any:
    async with database.transaction() as session:
        return await work(session, **values)


async def reserve(database: Database, loan: str, principal: int, **changes: Any) -> Any:
    values = {"pool_code": POOL, "shares": CLASS_A} | AT | changes
    return await done(
        database, pools.reserve_cover, loan_reference=loan, principal_fen=principal, **values
    )


async def compensate(database: Database, claim: str, loan: str, base: int) -> Any:
    return await done(
        database, pools.pay_compensation, claim_reference=claim, loan_reference=loan,
        base_fen=base, **AT,
    )  # fmt: skip


async def recover(database: Database, number: str, claim: str, amount: int, costs: int = 0) -> Any:
    return await done(
        database, pools.return_recovery, claim_reference=claim, recovery_reference=number,
        amount_fen=amount, costs_fen=costs, **AT,
    )  # fmt: skip


async def money(database: Database, share: str) -> int:
    async with database.reader() as connection:
        return (await ledger.balance(connection, f"pool:{POOL}:{share}")).posted_fen
