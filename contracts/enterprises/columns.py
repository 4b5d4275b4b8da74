"""The columns of the copy. A service's table class takes them over."""

from datetime import date, datetime

from sqlalchemy import DateTime, Text
from sqlmodel import Field, SQLModel


class EnterpriseColumns(SQLModel):
    """A licensed enterprise. `licence_version` orders what is heard: an older event changes nothing.
    `legal_representative` is a keyed person hash, `address_grant` the code of a hosted address."""

    uscc: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    established_on: date
    licence_version: int
    legal_representative: str | None = Field(default=None, sa_type=Text)
    address_grant: str | None = Field(default=None, sa_type=Text)
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))
