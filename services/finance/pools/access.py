"""Who sees public money and who may give it: the departments that answer for it; only the treasury pays in.

A level's share is paid in by a treasury of that level or above: a county does not spend the province's.
"""

from typing import Annotated

from fastapi import Depends

from kit.auth import Actor, permission
from kit.errors import NotPermitted
from services.finance.ledger.access import may_read_books
from services.finance.permissions import PERMISSIONS
from services.finance.pools.rules import Share

PREFIX = "/api/finance/v1"
_LONGEST_PREFIX: dict[Share, int] = {"province": 2, "city": 4, "county": 6}


async def _reader_of_funds(actor: Annotated[Actor, Depends(permission("pool:read"))]) -> Actor:
    if not may_read_books(actor):
        raise NotPermitted(extra={"permission": "pool:read"})
    return actor


async def _treasury(actor: Annotated[Actor, Depends(permission("pool:fund"))]) -> Actor:
    if not _is_treasurer(actor):
        raise NotPermitted(
            detail_zh="只有财政部门可以拨付资金",
            detail_en="Only the treasury gives money",
            extra={"permission": "pool:fund"},
        )
    return actor


MayReadFunds = Annotated[Actor, Depends(_reader_of_funds)]
MayFund = Annotated[Actor, Depends(_treasury)]


def giving_region(actor: Actor, *, share: Share | None, region_code: str) -> str | None:
    """For which region this treasury gives to a fund of `region_code`: a budget's own, at a pool's share the
    region of the treasury, which is of the share's level or above (980000 for the province's). None where
    it may not give. Whether the fund may be seen at all is the store's to say."""
    if share is None:
        return region_code if may_fund(actor, share=None, region_code=region_code) else None
    own = (code for code in actor.regions if may_fund(actor, share=share, region_code=code))
    return next(own, None)


def may_fund(actor: Actor, *, share: Share | None, region_code: str) -> bool:
    """Whether this treasury answers for money that was given for a region: it holds that region, and at a
    pool's share is of its level or above. One city does not take back what another gave."""
    longest = _LONGEST_PREFIX[share] if share else len(region_code)
    return _is_treasurer(actor) and any(
        prefix and len(prefix) <= longest and region_code.startswith(prefix)
        for prefix in actor.region_prefixes
    )


def _is_treasurer(actor: Actor) -> bool:
    return actor.org == "treasury" and actor.has(*PERMISSIONS["pool:fund"])
