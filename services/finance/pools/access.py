"""Who sees public money and who may give it: the departments that answer for it; only the treasury pays in.

A level's share is paid in by a treasury of that level or above: a county does not spend the province's.
"""

from typing import Annotated

from fastapi import Depends

from kit.auth import Actor, permission
from kit.errors import NotPermitted
from services.finance.ledger.access import may_read_books
from services.finance.pools.rules import Share

_LONGEST_PREFIX: dict[Share, int] = {"province": 2, "city": 4, "county": 6}


async def _reader_of_funds(actor: Annotated[Actor, Depends(permission("pool:read"))]) -> Actor:
    if not may_read_books(actor):
        raise NotPermitted(extra={"permission": "pool:read"})
    return actor


async def _treasury(actor: Annotated[Actor, Depends(permission("pool:fund"))]) -> Actor:
    if actor.org != "treasury":
        raise NotPermitted(
            detail_zh="只有财政部门可以拨付资金",
            detail_en="Only the treasury gives money",
            extra={"permission": "pool:fund"},
        )
    return actor


MayReadFunds = Annotated[Actor, Depends(_reader_of_funds)]
MayFund = Annotated[Actor, Depends(_treasury)]


def answers_for_share(actor: Actor, share: Share) -> bool:
    """Whether a treasury is of the level of a share, or above it: 980000 for the province's."""
    return any(len(prefix) <= _LONGEST_PREFIX[share] for prefix in actor.region_prefixes if prefix)


def answers_for_region(actor: Actor, region_code: str) -> bool:
    return any(region_code.startswith(prefix) for prefix in actor.region_prefixes if prefix)
