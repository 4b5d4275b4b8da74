"""Reservations, the index of all names of an authority, and the claims that keep names apart.

The claims' unique indexes are the last line behind the advisory lock: a whole name, a trade name
with an industry, a trade name alone exist once per authority, whatever a program forgets.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKey, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.registration.base import RegistrationTable

_INSTANT = DateTime(timezone=True)


class NameReservation(RegistrationTable, table=True):
    """A name kept for an applicant until `reserved_until` (inclusive). `promise` is the written
    promise about similar names (art. 16), `reasons` what the verdict said then."""

    __tablename__ = "name_reservations"
    __table_args__ = (
        Index("ix_name_reservations_applicant", "applicant_sub", "created_at", "id"),
        Index("ix_name_reservations_created", "created_at", "id"),
        Index(
            "ix_name_reservations_due",
            "reserved_until",
            "id",
            postgresql_where=text("state = 'reserved'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    reference: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    city_code: str = Field(sa_type=Text)
    organization_form: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    version: int
    reserved_on: date
    reserved_until: date
    prior_approval: bool
    incubatee_of: str | None = Field(default=None, sa_type=Text)
    promise: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    ties: list[dict[str, Any]] = Field(sa_type=JSONB)
    reasons: list[dict[str, Any]] = Field(sa_type=JSONB)
    applicant_sub: str = Field(sa_type=Text)
    applicant_person: str | None = Field(default=None, sa_type=Text)
    applicant_org: str | None = Field(default=None, sa_type=Text)
    case_id: UUID | None = None
    uscc: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=_INSTANT)
    ended_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class IndexedName(RegistrationTable, table=True):
    """A name that others are compared with: reserved, registered, or former (until it counts no
    more). `reference` is the reservation's or the USCC."""

    __tablename__ = "name_index"
    __table_args__ = (
        Index("ix_name_index_trade_name", "city_code", "trade_name"),
        Index(
            "ix_name_index_tokens",
            "tokens",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("ix_name_index_reference", "reference"),
    )

    id: UUID = Field(primary_key=True)
    reference: str = Field(sa_type=Text)
    city_code: str = Field(sa_type=Text)
    written: str = Field(sa_type=Text)
    region: str = Field(sa_type=Text)
    trade_name: str = Field(sa_type=Text)
    industry: str = Field(sa_type=Text)
    form: str = Field(sa_type=Text)
    division: str = Field(sa_type=Text)
    meanings: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    industry_words: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    tokens: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    state: str = Field(sa_type=Text)
    former_kind: str | None = Field(default=None, sa_type=Text)
    blocked_until: date | None = None


class NameClaim(RegistrationTable, table=True):
    """What a name takes for itself. `kind`: whole, industry (trade name and industry), alone."""

    __tablename__ = "name_claims"

    city_code: str = Field(sa_type=Text, primary_key=True)
    kind: str = Field(sa_type=Text, primary_key=True)
    key: str = Field(sa_type=Text, primary_key=True)
    name_id: UUID = Field(
        sa_column=Column(
            Uuid, ForeignKey("name_index.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
