"""What other rooms of finance do with public money, in one place to import from.

    from services.finance.pools import service as pools
    await pools.reserve_cover(session, pool_code="suke-980000", …)

Covers of loans, compensations of claims, budgets of subsidies; and filling a pool.
"""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.finance.ledger import service as ledger
from services.finance.ledger.rules import Entry, Posting
from services.finance.pools import store
from services.finance.pools.accounts import contribution_account
from services.finance.pools.budgets.service import (
    appropriate,
    commit_budget,
    oblige,
    pay,
    refund,
    release,
)
from services.finance.pools.compensations.reversing import reverse_recovery
from services.finance.pools.compensations.service import (
    claw_back,
    pay_compensation,
    quote_compensation,
    return_recovery,
)
from services.finance.pools.covers import (
    cover_of,
    flag_cover,
    held_pool,
    release_cover,
    reserve_cover,
    restore_cover,
)
from services.finance.pools.errors import PoolNotFound
from services.finance.pools.rules import Share

__all__ = [
    "appropriate",
    "claw_back",
    "commit_budget",
    "contribute",
    "cover_of",
    "flag_cover",
    "oblige",
    "pay",
    "pay_compensation",
    "quote_compensation",
    "refund",
    "release",
    "release_cover",
    "reserve_cover",
    "restore_cover",
    "return_recovery",
    "reverse_recovery",
]


async def contribute(
    session: AsyncSession,
    *,
    pool_code: str,
    share: Share,
    reference: str,
    amount_fen: int,
    now: datetime,
    today: date,
) -> None:
    """A level of government pays into its share of a pool.

    Raises TransactionExists 409 on a repeated reference, PoolNotFound 404 (also where the pool has no
    such share).
    """
    pool = await held_pool(session, pool_code)
    if share not in pool.shares:
        raise PoolNotFound
    entry = Entry(
        reference=f"CONTR:{reference}",
        kind="contribution",
        description=f"资金池出资 {reference}",
        value_on=today,
        postings=[
            Posting(
                contribution_account(pool_code, share), pool.shares[share].account_code, amount_fen
            )
        ],
    )
    await ledger.post(session, entry, now=now)
    await store.add_to_shares(session, pool_code, "contributed_fen", {share: amount_fen})
