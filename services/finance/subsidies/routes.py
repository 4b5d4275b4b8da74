"""`/subsidies`: what was paid, for everybody; one's own; all of one's region for the staff."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from kit.auth import Actor, Anyone, permission
from kit.db import Reader
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.schemas import Label
from services.finance.subsidies import store
from services.finance.subsidies.codes import PARAMETERS
from services.finance.subsidies.matter import PREMIUM_SUBSIDY
from services.finance.subsidies.schemas import (
    PaidSubsidyView,
    SubsidyParameterView,
    SubsidySchemeView,
    SubsidyView,
)

router = Router(tags=["subsidies"])
MayReadOwn = Annotated[Actor, Depends(permission("subsidy:read-own"))]
MayReadAll = Annotated[Actor, Depends(permission("subsidy:read"))]


@router.get("/subsidies", summary="Subsidies that were paid", operation_id="listPaidSubsidies")
async def list_paid(_: Anyone, reader: Reader, query: PageQuery) -> Page[PaidSubsidyView]:
    """Newest first: enterprise, cover and amount, as the public notice showed them."""
    rows = await store.list_paid(reader, after=query.after("subsidies"), limit=query.limit)
    return query.page(
        rows,
        "subsidies",
        key=lambda row: (row.paid_on, row.id),
        view=PaidSubsidyView.model_validate,
    )


@router.get("/subsidies/mine", summary="Your own applications", operation_id="listMySubsidies")
async def list_mine(actor: MayReadOwn, reader: Reader, query: PageQuery) -> Page[SubsidyView]:
    """What the caller has submitted, newest first. Drafts are cases only."""
    rows = await store.list_mine(
        reader, actor, after=query.after("subsidies:mine"), limit=query.limit
    )
    return query.page(rows, "subsidies:mine", key=_order, view=_view)


@router.get(
    "/subsidies/applications", summary="Applications in your regions", operation_id="listSubsidies"
)
async def list_all(actor: MayReadAll, reader: Reader, query: PageQuery) -> Page[SubsidyView]:
    """Every submitted application of the regions that the caller serves, newest first."""
    rows = await store.list_in_regions(
        reader, actor, after=query.after("subsidies:all"), limit=query.limit
    )
    return query.page(rows, "subsidies:all", key=_order, view=_view)


@router.get(
    "/subsidies/scheme", summary="Rates and limits on a day", operation_id="readSubsidyScheme"
)
async def read_scheme(
    request: Request,
    _: Anyone,
    reader: Reader,
    on: Annotated[date | None, Query(description="Today if left out")] = None,
) -> SubsidySchemeView:
    """The dated parameters of the premium subsidy. The day is that on which the premium was paid."""
    day = on or request.app.state.clock.today()
    rows = await store.parameters_on(reader, day)
    return SubsidySchemeView(
        matter=PREMIUM_SUBSIDY.code, parameters_on=day, parameters=[_parameter(r) for r in rows]
    )


def _order(row: Any) -> tuple[Any, ...]:
    return row.submitted_on, row.id


def _view(row: Any) -> SubsidyView:
    names = set(SubsidyView.model_fields) - {"ended_unpaid"}
    values = {name: getattr(row, name) for name in names}
    return SubsidyView(**values, ended_unpaid=row.released_at is not None)


def _parameter(row: Any) -> SubsidyParameterView:
    zh, en = PARAMETERS[row.key]
    values = {**row._mapping, "coverage": row.coverage or None}
    return SubsidyParameterView(**values, label=Label(zh=zh, en=en))
