"""Hosted addresses, their grants and the firms that are registered by them (migration 0008)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, Text
from sqlmodel import Field

from services.carriers.base import CarriersTable

_INSTANT = DateTime(timezone=True)


class HostedAddress(CarriersTable, table=True):
    """An address of a carrier at which firms may be registered; `promised` of `firms_max` are given away."""

    __tablename__ = "hosted_addresses"

    id: UUID = Field(primary_key=True)
    carrier_id: UUID = Field(foreign_key="carriers.id")
    street: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    firms_max: int
    promised: int = 0
    open: bool = True
    created_at: datetime = Field(sa_type=_INSTANT)


class AddressGrant(CarriersTable, table=True):
    """The right of `holder_person` (a keyed hash) to register at most `uses_max` firms there."""

    __tablename__ = "address_grants"

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text, unique=True)
    tenancy_id: UUID = Field(foreign_key="tenancies.id")
    address_id: UUID = Field(foreign_key="hosted_addresses.id")
    carrier_id: UUID = Field(foreign_key="carriers.id")
    holder_person: str = Field(sa_type=Text)
    uses_max: int
    state: str = Field(sa_type=Text)
    valid_from: date
    valid_to: date
    reason: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    ended_on: date | None = None
    version: int
    created_at: datetime = Field(sa_type=_INSTANT)
    updated_at: datetime = Field(sa_type=_INSTANT)


class AddressUse(CarriersTable, table=True):
    """A firm that registration has registered by a grant."""

    __tablename__ = "address_uses"

    grant_id: UUID = Field(primary_key=True, foreign_key="address_grants.id")
    uscc: str = Field(primary_key=True, sa_type=Text)
    enterprise_name: str = Field(sa_type=Text)
    since_on: date
