"""A year's assessment of a title. One row a year; its grade is written once."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Numeric, Text
from sqlmodel import Field

from services.carriers.base import CarriersTable


class Assessment(CarriersTable, table=True):
    """`state`: due, reminded, reported (a case is open), graded, missing (counts as failed)."""

    __tablename__ = "assessments"

    id: UUID = Field(primary_key=True)
    carrier_id: UUID = Field(foreign_key="carriers.id")
    title_id: UUID = Field(foreign_key="carrier_titles.id")
    year: int
    state: str = Field(sa_type=Text)
    due_on: date
    case_id: UUID | None = None
    score: Decimal | None = Field(default=None, sa_type=Numeric(5, 2))
    grade: str | None = Field(default=None, sa_type=Text)
    graded_on: date | None = None
