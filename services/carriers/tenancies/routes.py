"""HTTP of tenancies as rows: a tenant's own, an operator's tenants, the region's for the science department.

Moves are made on the case (`/cases/{id}/actions/{action}`)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from kit.auth import Actor, Anyone, permission
from kit.db import Reader
from kit.errors import NotFound
from kit.etags import set_etag
from kit.http import Router
from kit.paging import Page, PageParameters, PageQuery
from kit.problems import problems
from kit.regions import RegionCode, region_prefix
from services.carriers.tenancies import store
from services.carriers.tenancies.schemas import IncubationCounts, TenancyView
from services.carriers.workstations.routes import CarrierCode, MayRunCarrier
from services.carriers.workstations.service import own_carrier

router = Router(tags=["tenancies"])
MayReadTenancies = Annotated[Actor, Depends(permission("tenancy:read"))]
StateFilter = Annotated[
    str | None, Query(pattern="^[a-z_]{1,40}$", description="For instance `incubating`")
]
CASES = "/api/carriers/v1/cases"


def view(row: Any) -> TenancyView:
    names = set(TenancyView.model_fields) - {"case_href"}
    values = {name: getattr(row, name) for name in names}
    return TenancyView(**values, case_href=f"{CASES}/{row.id}")


async def _page(
    reader: Any,
    actor: Actor,
    query: PageParameters,
    *,
    name: str,
    carrier: str | None,
    state: str | None,
) -> Page[TenancyView]:
    rows = await store.list_tenancies(
        reader, actor, carrier=carrier, state=state, after=query.after(name), limit=query.limit
    )
    return query.page(rows, name, key=lambda row: (row.starts_on, row.id), view=view)


@router.get("/tenancies", summary="Tenancies that you may see", operation_id="listTenancies")
async def list_tenancies(
    actor: MayReadTenancies, reader: Reader, query: PageQuery, state: StateFilter = None
) -> Page[TenancyView]:
    """Your own, your carriers', or your region's."""
    return await _page(reader, actor, query, name="tenancies", carrier=None, state=state)


@router.get(
    "/carriers/{code}/tenants",
    summary="The tenants of your carrier",
    operation_id="listTenants",
    responses=problems(NotFound),
)
async def list_tenants(
    code: CarrierCode,
    actor: MayRunCarrier,
    reader: Reader,
    query: PageQuery,
    state: StateFilter = None,
) -> Page[TenancyView]:
    await own_carrier(reader, actor, code)
    return await _page(reader, actor, query, name="tenants", carrier=code, state=state)


@router.get(
    "/incubation-counts",
    summary="Teams, firms and people in incubation, and graduates",
    operation_id="readIncubationCounts",
)
async def read_counts(
    request: Request,
    response: Response,
    _: Anyone,
    reader: Reader,
    region: Annotated[RegionCode | None, Query(description="980100 covers its counties")] = None,
) -> IncubationCounts:
    """Counted from the tenancies, not reported (吉政办发〔2015〕31号 一(三) sets targets for them)."""
    row = await store.counts(reader, region_prefix(region) if region else None)
    response.headers["cache-control"] = "public, max-age=60"
    return IncubationCounts(
        region=region,
        as_of=request.app.state.clock.today(),
        teams=row.teams,
        firms=row.firms,
        people=row.people,
        graduates=row.graduates,
    )


@router.get(
    "/tenancies/{tenancy_id}",
    summary="One tenancy",
    operation_id="readTenancy",
    responses=problems(NotFound),
)
async def read_tenancy(
    tenancy_id: UUID, response: Response, actor: MayReadTenancies, reader: Reader
) -> TenancyView:
    row = await store.find(reader, actor, tenancy_id)
    if row is None:
        raise NotFound
    set_etag(response, row.version)
    return view(row)
