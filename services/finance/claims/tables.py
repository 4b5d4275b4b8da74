"""Claims and what came back on them. What must never happen is a constraint of the migration: two living
claims for one loan, more paid or recovered than was lost, a recovery reversed twice.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.finance.base import FinanceTable

Instant = DateTime(timezone=True)


class CompensationClaim(FinanceTable, table=True):
    """One claim from its submission on. Its id is the case's; all amounts in fen.

    `base_fen` is the unpaid principal, `shares` what each share of the pool has paid of it; `recovered_fen`
    is gross, `returned_fen` what went back to the pool. `released_at`: it ended unpaid, the loan is free.
    `state` is the case's, repeated by the database (0009).
    """

    __tablename__ = "compensation_claims"

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    reference: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    bank: str = Field(sa_type=Text)
    bank_reference: str = Field(sa_type=Text)
    loan_id: UUID = Field(sa_type=Uuid)
    loan_reference: str = Field(sa_type=Text)
    uscc: str = Field(sa_type=Text)
    enterprise_name: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    product_code: str = Field(sa_type=Text)
    pool_code: str = Field(sa_type=Text)
    base_fen: int = Field(sa_type=BigInteger)
    shares: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    paid_fen: int = Field(default=0, sa_type=BigInteger)
    recovered_fen: int = Field(default=0, sa_type=BigInteger)
    costs_fen: int = Field(default=0, sa_type=BigInteger)
    returned_fen: int = Field(default=0, sa_type=BigInteger)
    recoveries: int = 0
    submitted_at: datetime = Field(sa_type=Instant)
    paid_on: date | None = None
    closed_on: date | None = None
    clawed_back_on: date | None = None
    released_at: datetime | None = Field(default=None, sa_type=Instant)


class ClaimRecovery(FinanceTable, table=True):
    """Principal that came in after the payment, or (`reverses`) the undoing of such a row. Append-only.

    `returned` is what flowed back to each share in fen; `loan_entry` the entry on the loan.
    """

    __tablename__ = "claim_recoveries"

    id: UUID = Field(primary_key=True, sa_type=Uuid)
    claim_id: UUID = Field(sa_type=Uuid)
    number: int
    reference: str = Field(sa_type=Text)
    bank: str = Field(sa_type=Text)
    bank_reference: str = Field(sa_type=Text)
    amount_fen: int = Field(sa_type=BigInteger)
    costs_fen: int = Field(sa_type=BigInteger)
    received_on: date
    returned: dict[str, Any] = Field(sa_type=JSONB)
    loan_entry: int | None = None
    reverses: UUID | None = Field(default=None, sa_type=Uuid)
    reason: str | None = Field(default=None, sa_type=Text)
    booked_at: datetime = Field(sa_type=Instant)
