"""Loans, their plans and entries. Plans, entries and references are append-only (trigger in 0008).

A loan's row holds, beside the contract, what follows from its entries (columns from `state` on): it is
written by service.py in the transaction of each entry and by the daily sweep, so that lists and statistics
need no replay. Every number can be computed again from plans and entries (rules.py).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.finance.base import FinanceTable

_INSTANT = DateTime(timezone=True)


class Loan(FinanceTable, table=True):
    """One loan contract. `annual_rate` is a fraction a year (0.0435 = 4.35 %); `overdue_days` and
    `draw_by_on` follow the product's parameters on the day of signing. A claim holds the loan as
    `open_claim_…` from its submission until it ends unpaid or is clawed back; `claim_reference` and
    `compensated_fen` say which one the pool has paid, and what."""

    __tablename__ = "loans"
    __table_args__ = (
        Index(
            "ux_loans_application", "application_id", unique=True,
            postgresql_where=text("renews IS NULL"),
        ),
        Index(
            "ux_loans_renews", "renews", unique=True, postgresql_where=text("renews IS NOT NULL")
        ),
        Index("ix_loans_bank", "bank", "created_at", "id"),
        Index("ix_loans_bank_state", "bank", "state", "created_at", "id"),
        Index("ix_loans_bank_reference", "bank", "bank_reference"),
        Index("ix_loans_application", "application_id", "created_at", "id"),
        Index(
            "ix_loans_claimable", "bank", "overdue_since", "id",
            postgresql_where=text("state = 'defaulted' AND open_claim_id IS NULL"),
        ),
        Index("ix_loans_applicant", "applicant_sub", "created_at", "id"),
        Index(
            "ix_loans_person", "applicant_person", "created_at", "id",
            postgresql_where=text("applicant_person IS NOT NULL"),
        ),
        Index("ix_loans_uscc", "uscc", "created_at", "id"),
        Index(
            "ix_loans_region", "region_code", "created_at", "id",
            postgresql_ops={"region_code": "text_pattern_ops"},
        ),
        Index("ix_loans_created", "created_at", "id"),
        Index("ix_loans_state", "state", "created_at", "id"),
        Index(
            "ix_loans_due", "next_due_on",
            postgresql_where=text("state IN ('active', 'overdue', 'defaulted')"),
        ),
        Index("ix_loans_undrawn", "draw_by_on", postgresql_where=text("state = 'contracted'")),
    )  # fmt: skip

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    reference: str = Field(sa_type=Text, unique=True)
    bank: str = Field(sa_type=Text)
    bank_reference: str = Field(sa_type=Text)
    application_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("cases.id"), nullable=False))
    applicant_sub: str = Field(sa_type=Text)
    applicant_person: str | None = Field(default=None, sa_type=Text)
    uscc: str = Field(sa_type=Text)
    enterprise_name: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    product_code: str = Field(sa_column=Column(Text, ForeignKey("products.code"), nullable=False))
    pool_code: str = Field(sa_type=Text)
    amount_fen: int = Field(sa_type=BigInteger)
    annual_rate: Decimal = Field(sa_type=Numeric(9, 6))
    term_months: int
    repayment_method: str = Field(sa_type=Text)
    day_count: str = Field(sa_type=Text)
    overdue_days: int
    signed_on: date
    filed_on: date
    filed_at: datetime = Field(sa_type=_INSTANT)
    draw_by_on: date
    renews: UUID | None = Field(
        default=None, sa_column=Column(Uuid, ForeignKey("loans.id"), nullable=True)
    )
    state: str = Field(sa_type=Text)
    version: int
    plan: int
    last_entry: int
    starts_on: date | None = None
    ends_on: date
    disbursed_fen: int = Field(sa_type=BigInteger)
    principal_repaid_fen: int = Field(sa_type=BigInteger)
    interest_repaid_fen: int = Field(sa_type=BigInteger)
    renewed_fen: int = Field(sa_type=BigInteger)
    written_off_fen: int = Field(sa_type=BigInteger)
    outstanding_fen: int = Field(sa_type=BigInteger)
    overdue_principal_fen: int = Field(sa_type=BigInteger)
    overdue_interest_fen: int = Field(sa_type=BigInteger)
    overdue_since: date | None = None
    next_due_on: date | None = None
    next_due_fen: int = Field(sa_type=BigInteger)
    classification: str = Field(sa_type=Text)
    open_claim_id: UUID | None = Field(default=None, sa_type=Uuid)
    open_claim_reference: str | None = Field(default=None, sa_type=Text)
    claim_reference: str | None = Field(default=None, sa_type=Text)
    compensated_fen: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=_INSTANT)
    updated_at: datetime = Field(sa_type=_INSTANT)
    closed_on: date | None = None
    reminded_for: date | None = None


class LoanInstalment(FinanceTable, table=True):
    """One planned instalment. `plan` is the number of the entry that made the plan, 0 for the contract's
    own; older plans stay as history. What was paid on it follows from the entries."""

    __tablename__ = "loan_instalments"

    loan_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("loans.id"), primary_key=True))
    plan: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    starts_on: date
    due_on: date
    principal_fen: int = Field(sa_type=BigInteger)
    interest_fen: int = Field(sa_type=BigInteger)


class LoanEntry(FinanceTable, table=True):
    """Something that happened to a loan. `value_on` is when it counts; `reverses` is the entry that a
    reversal takes back. A reversed entry stays, and counts no more."""

    __tablename__ = "loan_entries"
    __table_args__ = (
        UniqueConstraint("loan_id", "reverses"),
        ForeignKeyConstraint(
            ["loan_id", "reverses"], ["loan_entries.loan_id", "loan_entries.number"]
        ),
        Index("ix_loan_entries_booked", "booked_at"),
    )

    loan_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("loans.id"), primary_key=True))
    number: int = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    purpose: str | None = Field(default=None, sa_type=Text)
    amount_fen: int = Field(sa_type=BigInteger)
    value_on: date
    bank_reference: str | None = Field(default=None, sa_type=Text)
    reverses: int | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    data: dict[str, Any] = Field(sa_type=JSONB)
    booked_at: datetime = Field(sa_type=_INSTANT)
    booked_by: str = Field(sa_type=Text)


class BankReference(FinanceTable, table=True):
    """A bank's own reference of anything, unique for ever per bank; `subject_id` is what it names."""

    __tablename__ = "bank_references"

    bank: str = Field(primary_key=True, sa_type=Text)
    bank_reference: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    subject_id: UUID = Field(sa_type=Uuid)
    reference: str = Field(sa_type=Text)
    href: str = Field(sa_type=Text)
    taken_at: datetime = Field(sa_type=_INSTANT)
