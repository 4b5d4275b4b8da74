"""Names over HTTP: path, who may, one call. Nothing is decided here."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from kit.auth import Actor, permission
from kit.db import Reader, Session
from kit.errors import (
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    IfMatchRequired,
    InvalidCursor,
    NotFound,
    RequestInProgress,
    StaleEtag,
)
from kit.etags import IfMatch, is_unmodified, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.registration.names import service, store, views
from services.registration.names.composing import compose
from services.registration.names.errors import (
    NameNeedsApproval,
    NameNeedsReview,
    NameNotAllowed,
    NamePromiseRequired,
    NameTaken,
    ReservationEnded,
    ReservationInUse,
    UnknownRegion,
)
from services.registration.names.schemas import (
    ComposedNameView,
    NameCheckIn,
    NameCheckView,
    NameComposeIn,
    NameReservationView,
    NameReserveIn,
    NameSuggestionsIn,
    NameSuggestionsView,
    State,
)
from services.registration.names.suggesting import suggest_names
from services.registration.names.verdicts import Outcome

MayCheckName = Annotated[Actor, Depends(permission("name:check"))]
MayReserveName = Annotated[Actor, Depends(permission("name:reserve"))]
MayReadName = Annotated[Actor, Depends(permission("name:read"))]
LIST = "name-reservations"
KEY_PROBLEMS = (IdempotencyKeyRequired, IdempotencyKeyReused, RequestInProgress)

router = Router(tags=["names"])


@router.post(
    "/name-checks",
    operation_id="checkName",
    summary="Judge a name without keeping it: parts, reasons, free names near it",
    responses=problems(UnknownRegion),
)
async def check_name(
    body: NameCheckIn, _: MayCheckName, reader: Reader, request: Request
) -> NameCheckView:
    today = request.app.state.clock.today()
    examined = await service.check_name(reader, body.wish(), on=today)
    free: list[str] = []
    if body.suggestions and examined.verdict.outcome is not Outcome.AVAILABLE:
        free = await suggest_names(reader, body.wish(), limit=body.suggestions, on=today)
    return views.check_view(examined, free)


@router.post(
    "/name-compositions",
    operation_id="composeName",
    summary="A whole name from its parts: region, trade name, industry, form",
    responses=problems(UnknownRegion),
)
async def compose_name(body: NameComposeIn, _: MayCheckName, request: Request) -> ComposedNameView:
    today = request.app.state.clock.today()
    return ComposedNameView(name=compose(**body.model_dump(), on=today))


@router.post(
    "/name-suggestions",
    operation_id="suggestNames",
    summary="Free names near a wish",
    responses=problems(UnknownRegion),
)
async def suggest(
    body: NameSuggestionsIn, _: MayCheckName, reader: Reader, request: Request
) -> NameSuggestionsView:
    today = request.app.state.clock.today()
    found = await suggest_names(reader, body.wish(), limit=body.limit, on=today)
    return NameSuggestionsView(items=found)


@router.post(
    "/name-reservations",
    operation_id="reserveName",
    status_code=201,
    summary="Keep a name for 2 months (1 year with prior approval)",
    responses=problems(
        NameTaken,
        NameNotAllowed,
        NameNeedsApproval,
        NameNeedsReview,
        NamePromiseRequired,
        UnknownRegion,
        *KEY_PROBLEMS,
    ),
)
async def reserve_name(
    body: NameReserveIn,
    actor: MayReserveName,
    session: Session,
    request: Request,
    response: Response,
) -> NameReservationView:
    promise = body.promise.promise() if body.promise else None
    row = await service.reserve_name(
        session, actor, body.wish(), promise, clock=request.app.state.clock
    )
    response.headers["location"] = f"{request.url.path}/{row.id}"
    set_etag(response, row.version)
    return views.reservation_view(row)


@router.get(
    "/name-reservations",
    operation_id="listNameReservations",
    summary="Reservations that the caller may know of, newest first",
    responses=problems(InvalidCursor),
)
async def list_reservations(
    actor: MayReadName,
    reader: Reader,
    query: PageQuery,
    state: Annotated[State | None, Query(description="Only reservations in this state")] = None,
) -> Page[NameReservationView]:
    rows = await store.list_reservations(
        reader, actor, state=state, after=query.after(LIST), limit=query.limit
    )
    return query.page(
        rows, LIST, key=lambda row: (row.created_at, row.id), view=views.reservation_view
    )


@router.get(
    "/name-reservations/{reservation_id}",
    operation_id="getNameReservation",
    summary="One reservation",
    responses=problems(NotFound),
)
async def get_reservation(
    reservation_id: UUID, actor: MayReadName, reader: Reader, request: Request, response: Response
) -> NameReservationView:
    row = await store.find_reservation(reader, reservation_id, actor)
    if row is None:
        raise NotFound
    set_etag(response, row.version)
    if is_unmodified(request, row.version):
        response.status_code = 304
    return views.reservation_view(row)


@router.post(
    "/name-reservations/{reservation_id}/actions/release",
    operation_id="releaseNameReservation",
    summary="Give a reserved name back",
    responses=problems(
        NotFound, StaleEtag, IfMatchRequired, ReservationEnded, ReservationInUse, *KEY_PROBLEMS
    ),
)
async def release_reservation(
    reservation_id: UUID,
    actor: MayReserveName,
    session: Session,
    version: IfMatch,
    request: Request,
    response: Response,
) -> NameReservationView:
    row = await service.release_name(
        session, actor, reservation_id, version=version, clock=request.app.state.clock
    )
    set_etag(response, row.version)
    return views.reservation_view(row)
