"""What other rooms of finance do with public money, in one place to import from.

    from services.finance.pools import service as pools
    await pools.reserve_cover(session, pool_code="suke-980000", …)

Covers of loans, compensations of claims, budgets of subsidies. Filling a pool takes two people: vouchers.
"""

from services.finance.pools.budgets.service import (
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
    release_cover,
    reserve_cover,
    restore_cover,
)

__all__ = [
    "claw_back",
    "commit_budget",
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
