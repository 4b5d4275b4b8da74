"""`GET /enterprises/{uscc}/entitlements`: a founder asks for their own enterprise, staff for its region's."""

from typing import Annotated

from fastapi import Depends, Path, Request

from kit.auth import Actor, permission
from kit.db import Reader
from kit.errors import NotFound
from kit.http import Router
from services.finance.candidates import store as candidates
from services.finance.products.eligibility.schemas import EntitlementsView
from services.finance.products.eligibility.service import entitlements
from services.finance.products.eligibility.store import find_enterprise

router = Router(tags=["products"])
MayReadEntitlements = Annotated[Actor, Depends(permission("entitlement:read"))]


@router.get(
    "/enterprises/{uscc}/entitlements",
    summary="What an enterprise is entitled to",
    operation_id="listEntitlements",
)
async def list_entitlements(
    uscc: Annotated[str, Path(pattern=r"^[0-9A-HJ-NP-RTUWXY]{18}$")],
    request: Request,
    actor: MayReadEntitlements,
    reader: Reader,
) -> EntitlementsView:
    """Each product and subsidy offered in its region, each criterion answered yes, no or cannot be told."""
    row = await find_enterprise(reader, actor, uscc)
    if row is None:
        raise NotFound
    state = request.app.state
    today = state.clock.today()
    entry = await candidates.entry_of(reader, uscc, on=today)
    graduation = await candidates.graduation_of(reader, uscc, on=today)
    return EntitlementsView(
        uscc=row.uscc,
        name=row.name,
        region_code=row.region_code,
        on=today,
        in_library_until=entry.valid_until if entry else None,
        graduated_on=graduation.graduated_on if graduation else None,
        items=await entitlements(reader, row, on=today, prefix=state.service.prefix),
    )
