"""Seats and their allocations (migration 0007). The exclusion constraint is the judge of an overlap."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, Identity, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import DATERANGE
from sqlmodel import Field

from services.carriers.base import CarriersTable


class Workstation(CarriersTable, table=True):
    """A seat of a carrier by its number; one that is not `open` is not allocated anew."""

    __tablename__ = "workstations"

    id: int | None = Field(
        default=None, sa_column=Column(Integer, Identity(always=True), primary_key=True)
    )
    carrier_id: UUID = Field(foreign_key="carriers.id")
    number: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    area_m2: int
    open: bool = Field(sa_type=Boolean)


class WorkstationAllocation(CarriersTable, table=True):
    """A seat for a period of days. `planned_to` stays when the period is cut short; a demonstration occupant
    has a `note` instead of a tenancy."""

    __tablename__ = "workstation_allocations"

    id: UUID = Field(primary_key=True)
    workstation_id: int = Field(foreign_key="workstations.id")
    tenancy_id: UUID | None = Field(default=None, sa_column=Column(Uuid))
    period: Any = Field(sa_column=Column(DATERANGE, nullable=False))
    planned_to: date
    note: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
