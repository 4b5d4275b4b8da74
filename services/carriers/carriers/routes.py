"""`GET /carriers`: where to go, and whether there is room. Public."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from kit.auth import Anyone
from kit.db import Reader
from kit.errors import InvalidCursor, NotFound
from kit.etags import set_etag
from kit.http import Router
from kit.paging import Page, PageQuery, link_next
from kit.schemas import Label
from services.carriers.carriers import store
from services.carriers.carriers.schemas import (
    CarrierTierView,
    CarrierTypesView,
    CarrierTypeView,
    CarrierView,
    SpecialisedField,
)

router = Router(tags=["carriers"])
LIST = "carriers"
Code = Annotated[
    str | None, Query(pattern=r"^[a-z_]{1,60}$", description="A code of GET /carrier-types")
]
RegionCode = Annotated[
    str | None, Query(pattern=r"^[0-9]{6}$", description="980100 covers its counties")
]


@router.get("/carriers", summary="Carriers", operation_id="listCarriers")
async def list_carriers(
    request: Request,
    response: Response,
    _: Anyone,
    reader: Reader,
    query: PageQuery,
    type: Code = None,  # noqa: A002  the field's own name
    tier: Code = None,
    region: RegionCode = None,
    field: SpecialisedField | None = None,
    with_free_workstations: bool = False,
) -> Page[CarrierView]:
    """The youngest first."""
    key = query.after(LIST)
    if key is not None and len(key) != 2:
        raise InvalidCursor
    wanted = store.CarrierFilter(type, tier, region, field, with_free_workstations)
    rows = await store.list_carriers(
        reader, wanted, after=(key[0], key[1]) if key else None, limit=query.limit
    )
    shown, following = query.page(rows, LIST, key=lambda row: (row.opened_on, row.id))
    link_next(request, response, following)
    return Page(items=[CarrierView.model_validate(row) for row in shown], next=following)


@router.get("/carriers/{carrier_id}", summary="One carrier", operation_id="readCarrier")
async def read_carrier(
    response: Response, _: Anyone, reader: Reader, carrier_id: UUID
) -> CarrierView:
    """A carrier by its id."""
    row = await store.carrier_by_id(reader, carrier_id)
    if row is None:
        raise NotFound
    set_etag(response, row.version)
    return CarrierView.model_validate(row)


@router.get(
    "/carrier-types", summary="Types and tiers of carriers", operation_id="listCarrierTypes"
)
async def list_carrier_types(_: Anyone, reader: Reader) -> CarrierTypesView:
    """Data, not code: a new kind of carrier is a row."""
    types, tiers = await store.list_types(reader), await store.list_tiers(reader)
    return CarrierTypesView(
        types=[
            CarrierTypeView(
                code=row.code, name=Label(zh=row.name_zh, en=row.name_en), stage=row.stage,
                source_document=row.source_document,
            )
            for row in types
        ],
        tiers=[
            CarrierTierView(code=row.code, name=Label(zh=row.name_zh, en=row.name_en), rank=row.rank)
            for row in tiers
        ],
    )  # fmt: skip
