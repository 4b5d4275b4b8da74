"""The tenancy as its own row from the offer on (migration 0007); its case holds the story."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Text, Uuid
from sqlmodel import Field

from services.carriers.base import CarriersTable

_INSTANT = DateTime(timezone=True)


class Tenancy(CarriersTable, table=True):
    """A team's or firm's stay in a carrier. `ends_on` is its last day, `limit_on` the latest that may become;
    `linked_on` the day on which a team became the firm `uscc`."""

    __tablename__ = "tenancies"

    id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    reference: str = Field(sa_type=Text, unique=True)
    carrier_id: UUID = Field(foreign_key="carriers.id")
    applicant_sub: str = Field(sa_type=Text)
    applicant_org: str | None = Field(default=None, sa_type=Text)
    holder_person: str | None = Field(default=None, sa_type=Text)
    applied_as: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    uscc: str | None = Field(default=None, sa_type=Text)
    field: str | None = Field(default=None, sa_type=Text)
    people: int
    state: str = Field(sa_type=Text)
    starts_on: date
    ends_on: date
    limit_on: date
    linked_on: date | None = None
    ended_on: date | None = None
    ground: str | None = Field(default=None, sa_type=Text)
    version: int
    created_at: datetime = Field(sa_type=_INSTANT)
    updated_at: datetime = Field(sa_type=_INSTANT)
