"""Grants (a copy kept by carriers' events) and hosted domiciles (migration 0009)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Text
from sqlmodel import Field

from services.registration.base import RegistrationTable


class AddressGrant(RegistrationTable, table=True):
    """A grant as carriers last told of it; `sequence` orders the news. `uses` is registration's own count."""

    __tablename__ = "address_grants"

    code: str = Field(primary_key=True, sa_type=Text)
    tenancy_id: UUID
    carrier_code: str = Field(sa_type=Text)
    carrier_name: str = Field(sa_type=Text)
    street: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    holder: str = Field(sa_type=Text)
    uses_max: int
    uses: int = 0
    valid_from: date
    valid_to: date
    state: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    ended_on: date | None = None
    sequence: int = Field(sa_type=BigInteger)
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))


class HostedDomicile(RegistrationTable, table=True):
    """A firm whose 住所 is a hosted address. `lapsed`: the grant is over and the firm has to give another."""

    __tablename__ = "hosted_domiciles"

    uscc: str = Field(primary_key=True, sa_type=Text, foreign_key="market_entities.uscc")
    case_id: UUID = Field(unique=True)
    grant_code: str = Field(sa_type=Text, foreign_key="address_grants.code")
    region_code: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    since_on: date
    until_on: date | None = None
    lapsed_on: date | None = None
    reason: str | None = Field(default=None, sa_type=Text)
