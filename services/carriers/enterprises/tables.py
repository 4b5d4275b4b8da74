"""The projection's one table. Written only by the subscription."""

from datetime import date, datetime

from sqlalchemy import DateTime, Index, Text
from sqlmodel import Field

from services.carriers.base import CarriersTable


class Enterprise(CarriersTable, table=True):
    """A licensed enterprise. `licence_version` orders what is heard: an older event changes nothing."""

    __tablename__ = "enterprises"
    __table_args__ = (
        Index(
            "ix_enterprises_region", "region_code", "uscc",
            postgresql_ops={"region_code": "text_pattern_ops"},
        ),
    )  # fmt: skip

    uscc: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    established_on: date
    licence_version: int
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))
