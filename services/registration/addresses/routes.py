"""HTTP of hosted addresses: the officers' list, and the grants that one may register a company by."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from kit.auth import Actor, permission
from kit.db import Reader
from kit.http import Router
from kit.paging import Page, PageQuery
from services.registration.addresses import store
from services.registration.addresses.schemas import HostedAddressView, OwnGrantView

router = Router(tags=["hosted addresses"])
MayReadHosted = Annotated[Actor, Depends(permission("hosted-address:read"))]
MayUseGrants = Annotated[Actor, Depends(permission("address-grant:use"))]
LIST, OWN_LIST = "hosted-addresses", "own-address-grants"


@router.get(
    "/hosted-addresses",
    summary="Firms registered at carriers' addresses in your regions",
    operation_id="listHostedFirms",
)
async def list_hosted(
    actor: MayReadHosted,
    reader: Reader,
    query: PageQuery,
    state: Annotated[
        Literal["current", "closing", "lapsed"] | None,
        Query(description="`lapsed`: the firm has to give another address"),
    ] = None,
) -> Page[HostedAddressView]:
    """The youngest first."""
    rows = await store.list_hosted(
        reader, actor, state=state, after=query.after(LIST), limit=query.limit
    )
    return query.page(
        rows, LIST, key=lambda row: (row.since_on, row.uscc), view=HostedAddressView.model_validate
    )


@router.get(
    "/address-grants",
    summary="Grants of hosted addresses that you may register a company by today",
    operation_id="listOwnAddressGrants",
)
async def list_own_grants(
    request: Request, actor: MayUseGrants, reader: Reader, query: PageQuery
) -> Page[OwnGrantView]:
    """Held by you, live, with a use left; by code, seconds behind the carrier."""
    key = query.after(OWN_LIST)
    rows = await store.own_grants(
        reader,
        actor,
        request.app.state.clock.today(),
        after=key[0] if key else None,
        limit=query.limit,
    )
    return query.page(rows, OWN_LIST, key=lambda row: (row.code,), view=OwnGrantView.model_validate)
