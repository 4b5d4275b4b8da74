"""Carriers, and their types and tiers as rows, because the state adds kinds faster than releases."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Computed,
    DateTime,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    desc,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.carriers.base import CarriersTable

_AGE: tuple[Any, Any] = (desc("opened_on"), desc("id"))
_TOKENS = (
    "words || brands || ARRAY['t:' || type, 'l:' || tier, 'f:' || coalesce(field, ''),"
    " 'r:' || left(region_code, 2), 'r:' || left(region_code, 4), 'r:' || region_code]"
)


def _texts() -> Column[Any]:
    return Column(ARRAY(Text), nullable=False, server_default="{}")


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
    """One place. `reference` is its code everywhere (`ZC-001`); `field` is set when it is specialised.

    Areas are whole square metres; `lat`/`lon` are degrees (CGCS2000). The search columns follow from the
    others: whoever writes `name` or `address` writes `words_of` too.
    """

    __tablename__ = "carriers"
    __table_args__ = (
        Index("ix_carriers_opened", *_AGE),
        Index("ix_carriers_type", "type", *_AGE),
        Index(
            "ix_carriers_region", "region_code", postgresql_ops={"region_code": "text_pattern_ops"}
        ),
        Index("ix_carriers_fit", "name_length", "id"),
        Index("ix_carriers_type_tier", "type", "tier", *_AGE),
        Index("ix_carriers_city_type", "city_code", "type", *_AGE),
        Index("ix_carriers_county", "region_code", *_AGE),
        Index("ix_carriers_tier", "tier", *_AGE),
        Index("ix_carriers_field", "field", *_AGE, postgresql_where=sql("field IS NOT NULL")),
        Index("ix_carriers_operator", "operator_org"),
        Index(
            "ix_carriers_tokens",
            "tokens",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
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
    lat: float | None = Field(default=None, sa_type=Float)
    lon: float | None = Field(default=None, sa_type=Float)
    fields: list[str] = Field(default_factory=list, sa_column=_texts())
    brands: list[str] = Field(default_factory=list, sa_column=_texts())
    spaces: list[str] = Field(default_factory=list, sa_column=_texts())
    site_origin: str | None = Field(default=None, sa_type=Text)
    operator_type: str | None = Field(default=None, sa_type=Text)
    jointly_built: bool = False
    workstation_area_m2: int | None = None
    public_area_m2: int | None = None
    boundary: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    bounds_zh: str | None = Field(default=None, sa_type=Text)
    introduction: str | None = Field(default=None, sa_type=Text)
    words: list[str] = Field(default_factory=list, sa_column=_texts())
    search_text: str = Field(default="", sa_type=Text)
    pinyin: str = Field(default="", sa_type=Text)
    initials: str = Field(default="", sa_type=Text)
    name_length: int = Field(
        sa_column=Column(SmallInteger, Computed("char_length(name)", persisted=True))
    )
    city_code: str = Field(sa_column=Column(Text, Computed("left(region_code, 4)", persisted=True)))
    tokens: list[str] = Field(sa_column=Column(ARRAY(Text), Computed(_TOKENS, persisted=True)))


class CarrierChange(CarriersTable, table=True):
    """A change of a carrier's profile, as its operator reported it. Append-only.

    `changed`: field → [before, after]. `late`: reported more than three months after `changed_on`.
    """

    __tablename__ = "carrier_changes"

    carrier_id: UUID = Field(primary_key=True, foreign_key="carriers.id")
    version: int = Field(primary_key=True)
    changed: dict[str, Any] = Field(sa_type=JSONB)
    changed_on: date
    reported_at: datetime = Field(sa_type=DateTime(timezone=True))
    reported_by: str = Field(sa_type=Text)
    late: bool


class CarrierCount(CarriersTable, table=True):
    """How many carriers lie in one combination of facets; '' is any. Kept by a trigger."""

    __tablename__ = "carrier_counts"

    type: str = Field(primary_key=True, sa_type=Text)
    tier: str = Field(primary_key=True, sa_type=Text)
    field: str = Field(primary_key=True, sa_type=Text)
    room: bool = Field(primary_key=True)
    region: str = Field(primary_key=True, sa_type=Text)
    carriers: int
