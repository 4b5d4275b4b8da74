"""HTTP of hosted addresses and their grants."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response

from kit.auth import Actor, permission
from kit.db import Reader, Session
from kit.errors import NotFound
from kit.etags import IfMatch, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.carriers.addresses import errors, service, store
from services.carriers.addresses.schemas import (
    AddressGrantCreate,
    AddressGrantExtend,
    AddressGrantRevoke,
    AddressGrantView,
    HostedAddressAdd,
    HostedAddressView,
)
from services.carriers.tenancies import store as tenancies
from services.carriers.workstations.routes import CarrierCode, MayRunCarrier
from services.carriers.workstations.service import own_carrier

router = Router(tags=["hosted addresses"])
MayReadTenancies = Annotated[Actor, Depends(permission("tenancy:read"))]
GrantCode = Annotated[str, Path(pattern=r"^HA[0-9A-Z]{8}$", examples=["HA7K3M9QXT"])]
LIST, ADDRESSES = "address-grants", "hosted-addresses"


async def _view(connection: store.Connection, actor: Actor, code: str) -> AddressGrantView:
    row = await store.find(connection, actor, code)
    if row is None:
        raise NotFound
    return AddressGrantView.model_validate(row)


@router.get(
    "/carriers/{code}/hosted-addresses",
    summary="The hosted addresses of your carrier",
    operation_id="listHostedAddresses",
)
async def list_hosted_addresses(
    code: CarrierCode, actor: MayRunCarrier, reader: Reader, query: PageQuery
) -> Page[HostedAddressView]:
    """In the order in which they were named."""
    carrier = await own_carrier(reader, actor, code)
    after = query.after(ADDRESSES)
    rows = await store.addresses_of(reader, carrier.id, after=after, limit=query.limit)
    return query.page(
        rows,
        ADDRESSES,
        key=lambda row: (row.created_at, row.id),
        view=HostedAddressView.model_validate,
    )


@router.post(
    "/carriers/{code}/hosted-addresses",
    status_code=201,
    summary="Name an address at which firms may be registered",
    operation_id="addHostedAddress",
    responses=problems(errors.HostedAddressExists, errors.GrantLimitExceeded, NotFound),
)
async def add_hosted_address(
    code: CarrierCode,
    body: HostedAddressAdd,
    request: Request,
    actor: MayRunCarrier,
    session: Session,
) -> HostedAddressView:
    """It lies in the carrier's own district."""
    made = await service.add_address(request.app.state, session, actor, code, body)
    return HostedAddressView.model_validate(await store.read_address(session, made))


@router.post(
    "/tenancies/{tenancy_id}/address-grants",
    status_code=201,
    summary="Grant your tenant a hosted address",
    operation_id="grantAddress",
    responses=problems(
        NotFound,
        errors.TenancyNotRunning,
        errors.HolderUnknown,
        errors.AddressGrantExists,
        errors.NoHostedAddress,
        errors.HostedAddressFull,
        errors.GrantTermNotAllowed,
        errors.GrantLimitExceeded,
    ),
)
async def grant_address(
    tenancy_id: UUID,
    body: AddressGrantCreate,
    request: Request,
    response: Response,
    actor: MayRunCarrier,
    session: Session,
) -> AddressGrantView:
    """The tenant's holder may then register a company by its code, without proof of the address."""
    code = await service.grant_address(request.app.state, session, actor, tenancy_id, body)
    response.headers["location"] = f"{service.PATH}/{code}"
    set_etag(response, 1)
    return await _view(session, actor, code)


@router.get(
    "/tenancies/{tenancy_id}/address-grants",
    summary="The grants of a tenancy",
    operation_id="listTenancyAddressGrants",
    responses=problems(NotFound),
)
async def list_tenancy_grants(
    tenancy_id: UUID, actor: MayReadTenancies, reader: Reader, query: PageQuery
) -> Page[AddressGrantView]:
    """The youngest first."""
    if await tenancies.find(reader, actor, tenancy_id) is None:
        raise NotFound
    after = query.after(LIST)
    rows = await store.list_grants(
        reader, actor, tenancy=tenancy_id, state=None, after=after, limit=query.limit
    )
    return query.page(
        rows, LIST, key=lambda row: (row.created_at, row.id), view=AddressGrantView.model_validate
    )


@router.get(
    "/address-grants",
    summary="Grants of hosted addresses: yours, or your carriers'",
    operation_id="listAddressGrants",
)
async def list_grants(
    actor: MayReadTenancies,
    reader: Reader,
    query: PageQuery,
    state: Annotated[Literal["live", "closing", "ended"] | None, Query()] = None,
) -> Page[AddressGrantView]:
    rows = await store.list_grants(
        reader, actor, tenancy=None, state=state, after=query.after(LIST), limit=query.limit
    )
    return query.page(
        rows, LIST, key=lambda row: (row.created_at, row.id), view=AddressGrantView.model_validate
    )


@router.get(
    "/address-grants/{grant_code}",
    summary="One grant and the firms registered by it",
    operation_id="readAddressGrant",
    responses=problems(NotFound),
)
async def read_grant(
    grant_code: GrantCode, response: Response, actor: MayReadTenancies, reader: Reader
) -> AddressGrantView:
    view = await _view(reader, actor, grant_code)
    set_etag(response, view.version)
    return view


@router.post(
    "/address-grants/{grant_code}/actions/extend",
    summary="Another last day of a live grant, within the tenancy",
    operation_id="extendAddressGrant",
    responses=problems(NotFound, errors.AddressGrantOver, errors.GrantTermNotAllowed),
)
async def extend_grant(
    grant_code: GrantCode,
    body: AddressGrantExtend,
    request: Request,
    response: Response,
    actor: MayRunCarrier,
    session: Session,
    version: IfMatch,
) -> AddressGrantView:
    await service.extend_grant(
        request.app.state, session, actor, grant_code, valid_to=body.valid_to, version=version
    )
    return await _changed(session, actor, grant_code, response)


@router.post(
    "/address-grants/{grant_code}/actions/revoke",
    summary="End a grant at once; firms at the address have to give another",
    operation_id="revokeAddressGrant",
    responses=problems(NotFound, errors.AddressGrantOver),
)
async def revoke_grant(
    grant_code: GrantCode,
    body: AddressGrantRevoke,
    request: Request,
    response: Response,
    actor: MayRunCarrier,
    session: Session,
    version: IfMatch,
) -> AddressGrantView:
    await service.revoke_grant(
        request.app.state, session, actor, grant_code, note=body.reason, version=version
    )
    return await _changed(session, actor, grant_code, response)


async def _changed(session: Any, actor: Actor, code: str, response: Response) -> AddressGrantView:
    view = await _view(session, actor, code)
    set_etag(response, view.version)
    return view
