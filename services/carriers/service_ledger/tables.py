"""Providers, entries and ratings (migration 0009). Entries, ratings and changes of standing refuse change."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Numeric, SmallInteger, Text
from sqlmodel import Field

from services.carriers.base import CarriersTable

_INSTANT = DateTime(timezone=True)


class ServiceProvider(CarriersTable, table=True):
    """Who serves tenants of one carrier. Ratings before `counted_from` no longer count."""

    __tablename__ = "service_providers"

    id: UUID = Field(primary_key=True)
    carrier_id: UUID = Field(foreign_key="carriers.id")
    name: str = Field(sa_type=Text)
    uscc: str | None = Field(default=None, sa_type=Text)
    standing: str = Field(sa_type=Text)
    counted_from: datetime = Field(sa_type=_INSTANT)
    version: int
    created_at: datetime = Field(sa_type=_INSTANT)
    updated_at: datetime = Field(sa_type=_INSTANT)


class ServiceProviderChange(CarriersTable, table=True):
    """A change of standing, with its reason."""

    __tablename__ = "service_provider_changes"

    provider_id: UUID = Field(primary_key=True, foreign_key="service_providers.id")
    version: int = Field(primary_key=True)
    standing: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    actor_sub: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=_INSTANT)


class ServiceEntry(CarriersTable, table=True):
    """One service. `hours` and `fee_fen` are negative where it `reverses` another."""

    __tablename__ = "service_entries"

    id: UUID = Field(primary_key=True)
    reference: str = Field(sa_type=Text, unique=True)
    carrier_id: UUID = Field(foreign_key="carriers.id")
    tenancy_id: UUID = Field(foreign_key="tenancies.id")
    provider_id: UUID = Field(foreign_key="service_providers.id")
    category: str = Field(sa_type=Text)
    served_on: date
    hours: Decimal = Field(sa_type=Numeric(7, 2))
    fee_fen: int = Field(sa_type=BigInteger)
    proof: str = Field(sa_type=Text)
    reverses: UUID | None = Field(default=None, foreign_key="service_entries.id", unique=True)
    reason: str | None = Field(default=None, sa_type=Text)
    entered_by: str = Field(sa_type=Text)
    entered_at: datetime = Field(sa_type=_INSTANT)


class ServiceRating(CarriersTable, table=True):
    """What the receiver thought of one service; once."""

    __tablename__ = "service_ratings"

    entry_id: UUID = Field(primary_key=True, foreign_key="service_entries.id")
    stars: int = Field(sa_type=SmallInteger)
    comment: str | None = Field(default=None, sa_type=Text)
    rated_by: str = Field(sa_type=Text)
    rated_at: datetime = Field(sa_type=_INSTANT)
