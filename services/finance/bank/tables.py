"""What the bank API itself remembers: messages, long operations, reconciliation. No money stands here."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.finance.base import FinanceTable

Instant = DateTime(timezone=True)


class BankMessage(FinanceTable, table=True):
    """One message for one bank. It is shown again from `visible_at` on until it is acknowledged."""

    __tablename__ = "bank_messages"
    __table_args__ = (
        Index(
            "ix_bank_messages_waiting", "bank", "sequence",
            postgresql_where=text("acknowledged_at IS NULL"),
        ),
    )  # fmt: skip

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    sequence: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    bank: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    subject_zh: str = Field(sa_type=Text)
    subject_en: str = Field(sa_type=Text)
    href: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    visible_at: datetime = Field(sa_type=Instant)
    deliveries: int = 0
    acknowledged_at: datetime | None = Field(default=None, sa_type=Instant)


class BankOperation(FinanceTable, table=True):
    """Long work that a bank asked for. `actor` is who asked, as the rows are booked in that name."""

    __tablename__ = "bank_operations"
    __table_args__ = (Index("ix_bank_operations_bank", "bank", "created_at", "id"),)

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    bank: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    total: int
    succeeded: int = 0
    failed: int = 0
    version: int = 1
    actor: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_type=Instant)
    completed_at: datetime | None = Field(default=None, sa_type=Instant)


class BankOperationRow(FinanceTable, table=True):
    """One row of a batch: what was asked, and, once, what came of it."""

    __tablename__ = "bank_operation_rows"
    __table_args__ = (
        Index(
            "ix_bank_operation_rows_pending", "operation_id", "number",
            postgresql_where=text("state = 'pending'"),
        ),
    )  # fmt: skip

    operation_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("bank_operations.id"), primary_key=True)
    )
    number: int = Field(primary_key=True)
    state: str = Field(sa_type=Text)
    request: dict[str, Any] = Field(sa_type=JSONB)
    result: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    done_at: datetime | None = Field(default=None, sa_type=Instant)


class BankStatement(FinanceTable, table=True):
    """The figures that a bank sent for one business date; the newest counts."""

    __tablename__ = "bank_statements"
    __table_args__ = (Index("ix_bank_statements_day", "bank", "business_date", "uploaded_at"),)

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    bank: str = Field(sa_type=Text)
    business_date: date
    rows: int
    digest: str = Field(sa_type=Text)
    uploaded_by: str = Field(sa_type=Text)
    uploaded_at: datetime = Field(sa_type=Instant)


class ReconciliationBreak(FinanceTable, table=True):
    """A figure on which a bank's books and ours differ, and whose it is to explain. Days are business
    dates of statements: the first and the last that showed it, and the first that did not any more."""

    __tablename__ = "reconciliation_breaks"
    __table_args__ = (
        Index(
            "ux_reconciliation_breaks_open", "bank", "bank_reference", "field", unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_reconciliation_breaks_bank", "bank", "state", "opened_on", "id"),
    )  # fmt: skip

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    bank: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    bank_reference: str = Field(sa_type=Text)
    loan_id: UUID | None = Field(
        default=None, sa_column=Column(Uuid, ForeignKey("loans.id"), nullable=True)
    )
    field: str = Field(sa_type=Text)
    ours: str | None = Field(default=None, sa_type=Text)
    theirs: str | None = Field(default=None, sa_type=Text)
    owner: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    opened_on: date
    last_seen_on: date
    resolved_on: date | None = None
