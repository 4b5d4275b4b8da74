"""What an application is beside its case: the claim that it is the only open one, and its figures."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Text, Uuid
from sqlmodel import Field

from services.finance.base import FinanceTable


class LoanApplication(FinanceTable, table=True):
    """One submitted application. While `open`, no other of this enterprise for this product can be (0007).

    首贷 is `claimed` with its evidence; whether it is one, the bank says after reading the credit report.
    `state` and `created_at` are the case's, repeated by the database for the bank's list (0007).
    `previous_loans` counts the enterprise's contracts here before.
    """

    __tablename__ = "loan_applications"

    case_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("cases.id"), primary_key=True))
    state: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    uscc: str = Field(sa_type=Text)
    product_code: str = Field(sa_column=Column(Text, ForeignKey("products.code"), nullable=False))
    region_code: str = Field(sa_type=Text)
    bank: str = Field(sa_column=Column(Text, ForeignKey("partner_banks.org"), nullable=False))
    amount_fen: int = Field(sa_type=BigInteger)
    term_months: int
    open: bool
    outcome: str | None = Field(default=None, sa_type=Text)
    contracted_fen: int | None = Field(default=None, sa_type=BigInteger)
    first_loan_claimed: bool
    first_loan_evidence: str | None = Field(default=None, sa_type=Text)
    first_loan_confirmed: bool | None = None
    first_loan_verified_by: str | None = Field(default=None, sa_type=Text)
    first_loan_verified_on: date | None = None
    previous_loans: int
    submitted_on: date
    closed_on: date | None = None
