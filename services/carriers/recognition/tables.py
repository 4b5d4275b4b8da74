"""Experts, panels and titles. Scores are append-only; a title is never deleted, it ends."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Numeric, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.carriers.base import CarriersTable


class Expert(CarriersTable, table=True):
    """Somebody who may sit on a panel. `principal` is the keyed hash of the person, `org_code` the employer
    where it is an organisation of the platform."""

    __tablename__ = "experts"

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    principal: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    organisation: str = Field(sa_type=Text)
    org_code: str | None = Field(default=None, sa_type=Text)
    fields: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    active: bool
    registered_at: datetime = Field(sa_type=DateTime(timezone=True))
    registered_by: str = Field(sa_type=Text)
    version: int


class RecognitionApplication(CarriersTable, table=True):
    """Which carrier a case is about; one open case for each carrier and kind."""

    __tablename__ = "recognition_applications"

    case_id: UUID = Field(primary_key=True)
    carrier_id: UUID = Field(foreign_key="carriers.id")
    kind: str = Field(sa_type=Text)
    open: bool


class RecognitionBar(CarriersTable, table=True):
    """Until when a carrier may not apply after false statements."""

    __tablename__ = "recognition_bars"

    id: UUID = Field(primary_key=True)
    carrier_id: UUID = Field(foreign_key="carriers.id")
    until_on: date
    reason: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class PanelMember(CarriersTable, table=True):
    """An expert on a case's panel, or one who stood aside from it."""

    __tablename__ = "panel_members"

    case_id: UUID = Field(primary_key=True)
    expert_id: UUID = Field(primary_key=True, foreign_key="experts.id")
    assigned_at: datetime = Field(sa_type=DateTime(timezone=True))
    recused_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    recusal: str | None = Field(default=None, sa_type=Text)


class PanelScore(CarriersTable, table=True):
    """One expert's sheet. Append-only: who has scored has scored."""

    __tablename__ = "panel_scores"

    case_id: UUID = Field(primary_key=True)
    expert_id: UUID = Field(primary_key=True)
    scores: dict[str, Any] = Field(sa_type=JSONB)
    total: Decimal = Field(sa_type=Numeric(5, 2))
    recommends: bool
    comment: str = Field(sa_type=Text)
    scored_at: datetime = Field(sa_type=DateTime(timezone=True))


class CarrierTitle(CarriersTable, table=True):
    """A title with its number and term. `valid_to` is its last day; `tier_before` is what it goes back to."""

    __tablename__ = "carrier_titles"

    id: UUID = Field(primary_key=True)
    number: str = Field(sa_type=Text, unique=True)
    carrier_id: UUID = Field(foreign_key="carriers.id")
    kind: str = Field(sa_type=Text)
    tier: str = Field(sa_type=Text)
    tier_before: str = Field(sa_type=Text)
    case_id: UUID | None = None
    valid_from: date
    valid_to: date
    status: str = Field(sa_type=Text)
    ended_on: date | None = None
    end_reason: str | None = Field(default=None, sa_type=Text)
    version: int
