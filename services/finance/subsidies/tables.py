"""Premium subsidies, their dated parameters and each enterprise's sum of a year.

What must never happen is a constraint of the migration: the same cost item twice, more than the premium,
more than the year allows.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Text, Uuid
from sqlmodel import Field

from services.finance.base import FinanceTable

Instant = DateTime(timezone=True)


class SubsidyParameter(FinanceTable, table=True):
    """One number of the scheme while it is in force; `coverage` is empty where it holds for all kinds."""

    __tablename__ = "subsidy_parameters"

    key: str = Field(primary_key=True, sa_type=Text)
    coverage: str = Field(primary_key=True, sa_type=Text)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None
    value: str = Field(sa_type=Text)
    operator: str = Field(sa_type=Text)
    unit: str = Field(sa_type=Text)
    source_document: str = Field(sa_type=Text)
    source_clause: str = Field(sa_type=Text)


class PremiumSubsidy(FinanceTable, table=True):
    """One application for one cost item, from its submission on. Its id is the case's.

    `amount_fen` is known from the approval on; `released_at`: it ended without a payment, and the cost item
    is free again.
    """

    __tablename__ = "premium_subsidies"

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    reference: str = Field(sa_type=Text)
    uscc: str = Field(sa_type=Text)
    enterprise_name: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    applicant_sub: str = Field(sa_type=Text)
    insurer: str = Field(sa_type=Text)
    policy_number: str = Field(sa_type=Text)
    policy_key: str = Field(sa_type=Text)
    insurer_key: str = Field(sa_type=Text)
    coverage: str = Field(sa_type=Text)
    period_from_on: date
    period_to_on: date
    premium_fen: int = Field(sa_type=BigInteger)
    other_fen: int = Field(sa_type=BigInteger)
    year: int
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    budget_code: str | None = Field(default=None, sa_type=Text)
    submitted_on: date
    approved_on: date | None = None
    paid_on: date | None = None
    refunded_on: date | None = None
    released_at: datetime | None = Field(default=None, sa_type=Instant)


class SubsidyYear(FinanceTable, table=True):
    """What one enterprise has been promised in one year. Never over its cap (CHECK)."""

    __tablename__ = "subsidy_years"

    uscc: str = Field(primary_key=True, sa_type=Text)
    year: int = Field(primary_key=True)
    cap_fen: int = Field(sa_type=BigInteger)
    committed_fen: int = Field(sa_type=BigInteger)
