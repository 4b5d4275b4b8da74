"""What goes in and out about seats."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from kit.schemas import In, Out

SeatNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{0,19}$")]


class WorkstationKind(StrEnum):
    open_desk = "open_desk"
    fixed_desk = "fixed_desk"
    office = "office"


class WorkstationsAdd(In):
    """New seats of one kind; `area_m2` is the floor of each."""

    numbers: Annotated[
        list[SeatNumber], Field(min_length=1, max_length=200, examples=[["B-01", "B-02"]])
    ]
    kind: WorkstationKind
    area_m2: Annotated[int, Field(ge=1, le=100_000, strict=True)]


class WorkstationView(Out):
    """A seat and who has it on the day that was asked for; for the carrier's operator only."""

    number: str
    kind: WorkstationKind
    area_m2: int
    open: bool
    free: bool
    tenancy_id: UUID | None
    tenancy_reference: str | None
    tenant: str | None
    since_on: date | None
    until_on: date | None


class OccupancyView(Out):
    """How many seats a carrier has and how many of them are free on the day."""

    carrier_code: str
    on: date
    workstations: int
    free_workstations: int


class OpenCarrierView(Out):
    """A carrier that one can apply to."""

    code: str
    name: str
    type: str
    region_code: str
    free_workstations: int
