"""Carriers, and their types and tiers as rows, because the state adds kinds faster than releases."""

from datetime import date
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Text, desc
from sqlmodel import Field

from services.carriers.base import CarriersTable


class CarrierType(CarriersTable, table=True):
    """A kind of carrier. `stage` is its place in 苗圃–孵化器–加速器 (policy B 三.7)."""

    __tablename__ = "carrier_types"

    code: str = Field(primary_key=True, sa_type=Text)
    name_zh: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    stage: str = Field(sa_type=Text)
    source_document: str = Field(sa_type=Text)
    position: int = Field(unique=True)


class CarrierTier(CarriersTable, table=True):
    """By whom a carrier is recognised; a higher `rank` is a higher authority."""

    __tablename__ = "carrier_tiers"

    code: str = Field(primary_key=True, sa_type=Text)
    name_zh: str = Field(sa_type=Text)
    name_en: str = Field(sa_type=Text)
    rank: int = Field(unique=True)


class Carrier(CarriersTable, table=True):
    """One place. `field` is set when it is specialised (专业化); areas are whole square metres."""

    __tablename__ = "carriers"
    __table_args__ = (
        Index("ix_carriers_opened", desc("opened_on"), desc("id")),
        Index("ix_carriers_type", "type", desc("opened_on"), desc("id")),
        Index(
            "ix_carriers_region", "region_code", postgresql_ops={"region_code": "text_pattern_ops"}
        ),
    )

    id: UUID = Field(primary_key=True)
    reference: str = Field(sa_type=Text, unique=True)
    type: str = Field(sa_column=Column(Text, ForeignKey("carrier_types.code"), nullable=False))
    tier: str = Field(sa_column=Column(Text, ForeignKey("carrier_tiers.code"), nullable=False))
    name: str = Field(sa_type=Text)
    operator_org: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    address: str = Field(sa_type=Text)
    field: str | None = Field(default=None, sa_type=Text)
    area_m2: int
    workstations: int
    free_workstations: int
    opened_on: date
    is_demo: bool
    version: int
