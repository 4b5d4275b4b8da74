"""HTTP of seats: the operator's list, new numbers, and the counts that anybody may see."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response

from kit.auth import Actor, Anyone, permission
from kit.db import Reader, Session
from kit.errors import NotFound
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.carriers.workstations import service, store
from services.carriers.workstations.errors import WorkstationExists
from services.carriers.workstations.schemas import (
    OccupancyView,
    OpenCarrierView,
    WorkstationsAdd,
    WorkstationView,
)

router = Router(tags=["workstations"])
MayRunCarrier = Annotated[Actor, Depends(permission("carrier:run"))]
CarrierCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{1,39}$", examples=["ZC-001"])]
LIST, OPEN_LIST = "workstations", "open-carriers"


def seat_view(row: Any) -> WorkstationView:
    return WorkstationView(
        number=row.number,
        kind=row.kind,
        area_m2=row.area_m2,
        open=row.open,
        free=row.open and row.since_on is None,
        tenancy_id=row.tenancy_id,
        tenancy_reference=row.reference,
        tenant=row.name or row.note,
        since_on=row.since_on,
        until_on=row.until_on,
    )


@router.get(
    "/carriers/{code}/workstations",
    summary="The numbered seats of your carrier and who has them",
    operation_id="listWorkstations",
)
async def list_workstations(
    code: CarrierCode,
    request: Request,
    actor: MayRunCarrier,
    reader: Reader,
    query: PageQuery,
    on: Annotated[date | None, Query(description="The day that is asked for; today")] = None,
    free: Annotated[bool, Query(description="Only open seats that nobody has that day")] = False,
) -> Page[WorkstationView]:
    carrier = await service.own_carrier(reader, actor, code)
    key = query.after(LIST)
    rows = await store.list_seats(
        reader,
        carrier.id,
        on=on or request.app.state.clock.today(),
        free=free,
        after=key[0] if key else 0,
        limit=query.limit,
    )
    return query.page(rows, LIST, key=lambda row: (row.id,), view=seat_view)


@router.post(
    "/carriers/{code}/workstations",
    status_code=201,
    summary="Number new seats",
    operation_id="addWorkstations",
    responses=problems(NotFound, WorkstationExists),
)
async def add_workstations(
    code: CarrierCode,
    body: WorkstationsAdd,
    request: Request,
    actor: MayRunCarrier,
    session: Session,
) -> OccupancyView:
    """All of them or, where one number is there already, none."""
    today = request.app.state.clock.today()
    await service.add_workstations(session, actor, code, body, today=today)
    return await _occupancy(session, code, today)


@router.get(
    "/carriers/{code}/occupancy",
    summary="How many seats a carrier has, and how many are free",
    operation_id="readOccupancy",
    responses=problems(NotFound),
)
async def read_occupancy(
    code: CarrierCode,
    request: Request,
    _: Anyone,
    reader: Reader,
    on: Annotated[date | None, Query(description="The day that is asked for; today")] = None,
) -> OccupancyView:
    return await _occupancy(reader, code, on or request.app.state.clock.today())


async def _occupancy(connection: store.Connection, code: str, on: date) -> OccupancyView:
    carrier = await store.find_carrier(connection, code)
    if carrier is None:
        raise NotFound
    total, free = await store.occupancy(connection, carrier.id, on=on)
    return OccupancyView(carrier_code=code, on=on, workstations=total, free_workstations=free)


@router.get(
    "/open-carriers",
    summary="Carriers that one can apply to, to pick from",
    operation_id="listOpenCarriers",
)
async def list_open_carriers(
    response: Response, _: Anyone, reader: Reader, query: PageQuery
) -> Page[OpenCarrierView]:
    """Those with numbered seats, by code; the one with a free seat today says how many."""
    key = query.after(OPEN_LIST)
    rows = await store.open_carriers(reader, after=key[0] if key else None, limit=query.limit)
    response.headers["cache-control"] = "public, max-age=60"
    return query.page(
        rows, OPEN_LIST, key=lambda row: (row.code,), view=OpenCarrierView.model_validate
    )
