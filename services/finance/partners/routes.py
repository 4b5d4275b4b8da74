"""`GET /partners`: which banks lend what where; for the staff also how much."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Request, Response

from kit.auth import Actor, Anyone, permission
from kit.db import Reader
from kit.errors import NotFound
from kit.etags import set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.regions import RegionCode
from services.finance.partners import store
from services.finance.partners.schemas import PartnerView, VolumesView, VolumeView, partner_view

router = Router(tags=["partners"])
LIST = "partners"
Kind = Literal["commercial_bank", "tech_branch", "tech_microlender", "tech_insurance_branch"]
MayReadVolumes = Annotated[Actor, Depends(permission("partner:read-volumes"))]


@router.get("/partners", summary="Partner banks", operation_id="listPartners")
async def list_partners(
    request: Request,
    _: Anyone,
    reader: Reader,
    query: PageQuery,
    region: Annotated[RegionCode | None, Query()] = None,
    product: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,60}$")] = None,
    kind: Kind | None = None,
) -> Page[PartnerView]:
    """Partners of today, by region and product, each with what it offers."""
    today = request.app.state.clock.today()
    key = query.after(LIST)
    rows = await store.list_partners(
        reader,
        region_code=region,
        product_code=product,
        kind=kind,
        on=today,
        after=key[0] if key else None,
        limit=query.limit,
    )
    shown, following = query.cut(rows, LIST, key=lambda row: (row.org,))
    offers = await store.offers_of(reader, [row.org for row in shown], on=today)
    items = [partner_view(row, offers.get(row.org, [])) for row in shown]
    return Page(items=items, next=following)


@router.get(
    "/partners/volumes", summary="Volumes by bank and product", operation_id="listPartnerVolumes"
)
async def list_volumes(
    request: Request,
    actor: MayReadVolumes,
    reader: Reader,
    year: Annotated[int | None, Query(ge=2015, le=2100)] = None,
) -> VolumesView:
    """Applications and contracts of a year in the caller's regions; this year if left out."""
    wanted = year or request.app.state.clock.today().year
    rows = await store.volumes(reader, actor, first=date(wanted, 1, 1), last=date(wanted, 12, 31))
    return VolumesView(year=wanted, items=[VolumeView.model_validate(row) for row in rows])


@router.get("/partners/{code}", summary="One partner bank", operation_id="readPartner")
async def read_partner(
    request: Request,
    response: Response,
    _: Anyone,
    reader: Reader,
    code: Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$")],
) -> PartnerView:
    """A partner with what it offers today, also when it has left."""
    row = await store.find_partner(reader, code)
    if row is None:
        raise NotFound
    offers = await store.offers_of(reader, [code], on=request.app.state.clock.today())
    set_etag(response, row.version)
    return partner_view(row, offers.get(code, []))
