"""`GET /carriers`: where to go, and whether there is room. Public; an operator edits its own."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Path, Request, Response
from fastapi.responses import JSONResponse

from kit.auth import Actor, Anyone, permission
from kit.db import Reader, Session
from kit.errors import InvalidCursor, NotFound
from kit.etags import IfMatch, is_unmodified, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.schemas import Label
from services.carriers.carriers import profile, store
from services.carriers.carriers.asked import Asked, Boxed
from services.carriers.carriers.schemas import (
    CarrierChangeView,
    CarrierDetail,
    CarrierMap,
    CarrierPage,
    CarrierProfile,
    CarrierTierView,
    CarrierTypesView,
    CarrierTypeView,
    MyCarrier,
)

router = Router(tags=["carriers"])
MayEditCarrier = Annotated[Actor, Depends(permission("carrier:edit"))]
MayReadChanges = Annotated[Actor, Depends(permission("carrier:read-changes"))]
CarrierKey = Annotated[
    str,
    Path(
        pattern=r"^([A-Z]{2,8}-[0-9]{1,10}|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})$",
        description="The carrier's code (`reference`) or its id",
        examples=["ZC-001"],
    ),
]


class GeoJson(JSONResponse):
    """RFC 7946."""

    media_type = "application/geo+json"


def key_of(value: str) -> UUID | str:
    """A path's carrier: its id, or its code."""
    return UUID(value) if value[8:9] == "-" and len(value) == 36 else value


@router.get(
    "/carriers", summary="Search the carriers", operation_id="listCarriers",
    response_model=CarrierPage,
)  # fmt: skip
async def list_carriers(
    _: Anyone, reader: Reader, query: PageQuery, wanted: Asked, facets: bool = False
) -> Response:
    """The youngest first; with `q` the closest fit first; with `lat`, `lon` the nearest first."""
    name = f"carriers:{wanted.order}" if wanted.order != "age" else "carriers"
    after = query.after(name)
    if after is not None and len(after) != 2:
        raise InvalidCursor
    page = await store.list_carriers(reader, wanted, after=after, limit=query.limit)
    counted = await store.facets(reader, wanted) if facets else b"null"
    return query.written(page.items, query.following(name, page.next_key), facets=counted)


@router.get(
    "/carriers/map",
    summary="The carriers as GeoJSON",
    operation_id="mapCarriers",
    response_model=CarrierMap,
    response_class=GeoJson,
)
async def map_carriers(_: Anyone, reader: Reader, wanted: Boxed) -> Response:
    """For the digital map (数字地图): points, communities as polygons; at most 2,000, the youngest."""
    features, truncated = await store.map_features(reader, wanted)
    body = b'{"type":"FeatureCollection","features":%b,"truncated":%b}' % (
        features,
        orjson.dumps(truncated),
    )
    return Response(body, media_type=GeoJson.media_type)


@router.get(
    "/carriers/mine", summary="The carriers that you operate", operation_id="listMyCarriers"
)
async def list_my_carriers(actor: MayEditCarrier, reader: Reader) -> Page[MyCarrier]:
    """All of your organisation's."""
    rows = await store.list_own(reader, actor)
    return Page(items=[MyCarrier.model_validate(row) for row in rows])


@router.get(
    "/carriers/{carrier_id}", summary="One carrier", operation_id="readCarrier",
    responses={304: {"description": "Not modified"}},
)  # fmt: skip
async def read_carrier(
    request: Request, response: Response, _: Anyone, reader: Reader, carrier_id: CarrierKey
) -> CarrierDetail:
    """A carrier by its code or its id."""
    row = await store.find_carrier(reader, key_of(carrier_id))
    if row is None:
        raise NotFound
    seats = f"{row.free_workstations}.{row.workstations}"  # they change without a version
    set_etag(response, row.version, seats)
    if is_unmodified(request, row.version, seats):
        return Response(status_code=304, headers=response.headers)  # type: ignore[return-value]
    return CarrierDetail.model_validate(row)


@router.put("/carriers/{carrier_id}", summary="Edit your carrier", operation_id="editCarrier")
async def edit_carrier(
    request: Request,
    response: Response,
    actor: MayEditCarrier,
    session: Session,
    carrier_id: CarrierKey,
    body: CarrierProfile,
    version: IfMatch,
) -> CarrierDetail:
    """The whole profile. Changes of name, address, areas and field are kept as reported changes."""
    clock = request.app.state.clock
    key = key_of(carrier_id)
    row = await profile.edit_profile(session, key, body, actor=actor, version=version, clock=clock)
    set_etag(response, row.version)
    return CarrierDetail.model_validate(row)


@router.get(
    "/carriers/{carrier_id}/changes",
    summary="Reported changes of a carrier",
    operation_id="listCarrierChanges",
)
async def list_changes(
    actor: MayReadChanges, reader: Reader, carrier_id: CarrierKey, query: PageQuery
) -> Page[CarrierChangeView]:
    """For its operator, and for the officers of its region; the latest first."""
    row = await store.find_carrier(reader, key_of(carrier_id))
    if row is None or not _may_see(row, actor):
        raise NotFound
    after: tuple[Any, ...] | None = query.after(f"changes:{row.id}")
    rows = await store.list_changes(
        reader, row.id, before=after[0] if after else None, limit=query.limit
    )
    return query.page(
        rows,
        f"changes:{row.id}",
        key=lambda change: (change.version,),
        view=CarrierChangeView.model_validate,
    )


def _may_see(row: Any, actor: Actor) -> bool:
    if actor.organisation is not None and row.operator_org == actor.organisation:
        return True
    return not actor.has("carrier_operator") and any(
        row.region_code.startswith(prefix) for prefix in actor.region_prefixes
    )


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
