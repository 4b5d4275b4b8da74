"""Grades and indicators are public: who is assessed, by what, and with which result."""

from typing import Literal

from fastapi import Request

from kit.auth import Anyone
from kit.db import Reader
from kit.errors import NotFound
from kit.http import Router
from kit.paging import Page
from kit.schemas import IsoDate, Label
from services.carriers.assessments import parameters, store
from services.carriers.assessments.schemas import (
    AssessmentView,
    GradeView,
    IndicatorSetView,
    IndicatorView,
)
from services.carriers.carriers.routes import CarrierKey, key_of
from services.carriers.carriers.store import find_carrier

router = Router(tags=["assessments"])


@router.get(
    "/carriers/{carrier_id}/assessments",
    summary="A carrier's yearly assessments",
    operation_id="listCarrierAssessments",
)
async def list_assessments(
    _: Anyone, reader: Reader, carrier_id: CarrierKey
) -> Page[AssessmentView]:
    """The latest year first."""
    carrier = await find_carrier(reader, key_of(carrier_id))
    if carrier is None:
        raise NotFound
    rows = await store.of_carrier(reader, carrier.id)
    return Page(items=[AssessmentView.model_validate(row) for row in rows])


@router.get(
    "/indicator-sets/{carrier_type}",
    summary="By what a carrier type is assessed",
    operation_id="readIndicatorSet",
)
async def read_indicators(
    request: Request, _: Anyone, carrier_type: Literal["maker_space"], on: IsoDate | None = None
) -> IndicatorSetView:
    """The sheet in force on a day."""
    day = on or request.app.state.clock.today()
    if not parameters.grades(day):
        raise NotFound
    version, indicators = parameters.indicator_set(carrier_type, day)
    return IndicatorSetView(
        carrier_type=carrier_type,
        version=version,
        on=day,
        indicators=[
            IndicatorView(
                key=i.key,
                label=Label(zh=i.zh, en=i.en),
                group=i.group,
                weight=str(i.weight),
                kind=i.kind,
                full_at=str(i.full_at),
                unit=i.unit,
            )
            for i in indicators
        ],
        grades=[GradeView(grade=g, at_least=str(least)) for g, least in parameters.grades(day)],
    )
