"""Reference data over HTTP: public, in both languages, cacheable."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response

from kit.auth import Anyone
from kit.http import Router
from kit.paging import Page
from kit.schemas import IsoDate
from services.registration.reference import service, store
from services.registration.reference.caching import Asked, unchanged
from services.registration.reference.schemas import (
    IndustryView,
    OrganizationFormView,
    ParameterView,
    RegionHistoryView,
    RegionView,
    RestrictionView,
    ScopeItemView,
)

router = Router(tags=["reference"])

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "The copy is still good"}}
RegionCode = Annotated[str, Path(pattern=r"^[0-9]{6}$", examples=["980101"])]
Search = Annotated[str | None, Query(min_length=1, max_length=50, description="Part of a name")]
On = Annotated[IsoDate | None, Query(description="The day that the answer is for; default today")]
IndustryCode = Annotated[
    str | None, Query(pattern=r"^([A-T]|[0-9]{2,4})$", description="Code or beginning of one")
]


@router.get(
    "/regions",
    summary="Regions of GB/T 2260 in force on a day",
    operation_id="listRegions",
    response_model=Page[RegionView],
    responses=NOT_MODIFIED,
)
async def list_regions(
    asked: Asked,
    _: Anyone,
    parent: Annotated[
        str | None,
        Query(pattern=r"^(root|[0-9]{6})$", description="A code; `root` gives the provinces"),
    ] = None,
    level: Literal["province", "prefecture", "county", "districts"] | None = None,
    q: Search = None,
    on: On = None,
) -> Page[RegionView] | Response:
    day = asked.day(on)
    if held := asked.unchanged(on=day):
        return held
    rows = service.find_regions(on=day, parent=parent, query=q, level=level)
    return asked.page(rows, service.region_view, name="regions")


@router.get(
    "/regions/{code}",
    summary="A region's present and former names",
    operation_id="getRegion",
    response_model=RegionHistoryView,
    responses=NOT_MODIFIED,
)
async def get_region(
    code: RegionCode, request: Request, response: Response, _: Anyone, on: On = None
) -> RegionHistoryView | Response:
    day = on or request.app.state.clock.today()
    if held := unchanged(request, response, on=day):
        return held
    return service.read_region(code, on=day)


@router.get(
    "/industries",
    summary="Industries of GB/T 4754-2017",
    operation_id="listIndustries",
    response_model=Page[IndustryView],
    responses=NOT_MODIFIED,
)
async def list_industries(
    asked: Asked,
    _: Anyone,
    parent: IndustryCode = None,
    level: Literal["section", "division", "class"] | None = None,
    q: Search = None,
) -> Page[IndustryView] | Response:
    if held := asked.unchanged():
        return held
    rows = service.find_industries(parent=parent, level=level, query=q)
    return asked.page(rows, service.industry_view, name="industries", ranked=bool(q))


@router.get(
    "/scope-items",
    summary="Standard wordings of business scope",
    operation_id="listScopeItems",
    response_model=Page[ScopeItemView],
    responses=NOT_MODIFIED,
)
async def list_scope_items(
    asked: Asked,
    _: Anyone,
    q: Search = None,
    industry: Annotated[str | None, Query(pattern=r"^[0-9]{2,4}$")] = None,
    approval: Literal["none", "pre", "post"] | None = None,
) -> Page[ScopeItemView] | Response:
    if held := asked.unchanged():
        return held
    rows = service.find_scope_items(query=q, industry=industry, approval=approval)
    return asked.page(rows, service.scope_item_view, name="scope-items", ranked=bool(q))


@router.get(
    "/organization-forms",
    summary="Forms of business",
    operation_id="listOrganizationForms",
    response_model=Page[OrganizationFormView],
    responses=NOT_MODIFIED,
)
async def list_organization_forms(asked: Asked, _: Anyone) -> Page[OrganizationFormView] | Response:
    if held := asked.unchanged():
        return held
    return asked.page(
        sorted(store.organization_forms(), key=lambda row: row.code),
        service.organization_form_view,
        name="organization-forms",
    )


@router.get(
    "/negative-list-items",
    summary="Demonstration lines of the negative lists",
    operation_id="listNegativeListItems",
    response_model=Page[RestrictionView],
    responses=NOT_MODIFIED,
)
async def list_negative_list_items(asked: Asked, _: Anyone) -> Page[RestrictionView] | Response:
    if held := asked.unchanged():
        return held
    return asked.page(
        sorted(store.restrictions(), key=lambda row: row.code),
        service.restriction_view,
        name="negative-list-items",
    )


@router.get(
    "/parameters",
    summary="Dated values of law and policy",
    operation_id="listParameters",
    response_model=Page[ParameterView],
    responses=NOT_MODIFIED,
)
async def list_parameters(
    asked: Asked,
    _: Anyone,
    key: Annotated[str | None, Query(pattern=r"^[a-z0-9_.]{1,80}$")] = None,
    on: Annotated[IsoDate | None, Query(description="Only values in force that day")] = None,
) -> Page[ParameterView] | Response:
    if held := asked.unchanged(on=on):
        return held
    rows = service.find_parameters(on=on, key=key)
    return asked.page(
        rows, service.parameter_view, name="parameters", key=lambda row: (row.key, row.valid_from)
    )
