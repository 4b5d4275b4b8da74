"""Entries of the library, and the graduations from incubators that this service has heard of."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.finance.base import FinanceTable


class CandidateEntry(FinanceTable, table=True):
    """One application for the library and, once verified, the entry that came of it.

    At most one is `pending` and one `live` per enterprise (0007). Figures are those of `figures_year`.
    """

    __tablename__ = "candidate_entries"

    case_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("cases.id"), primary_key=True))
    uscc: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    figures_year: int
    revenue_fen: int = Field(sa_type=BigInteger)
    staff: int
    assets_fen: int = Field(sa_type=BigInteger)
    tech_staff: int
    sme_score: int | None = None
    own_ip: int
    patents: int
    titles: list[str] = Field(sa_type=ARRAY(Text))
    good_standing: bool
    verified_by: str | None = Field(default=None, sa_type=Text)
    verified_on: date | None = None
    valid_until: date | None = None
    ended_on: date | None = None
    end_reason: str | None = Field(default=None, sa_type=Text)


class Incubation(FinanceTable, table=True):
    """A firm that graduated from a carrier, as carriers' event says."""

    __tablename__ = "incubations"

    tenancy_id: UUID = Field(primary_key=True, sa_type=Uuid)
    uscc: str = Field(sa_type=Text)
    carrier_code: str = Field(sa_type=Text)
    ground: str = Field(sa_type=Text)
    graduated_on: date
    heard_at: datetime = Field(sa_type=DateTime(timezone=True))
