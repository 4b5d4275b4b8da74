"""What finance tells the others: payloads of its events. Fields are only ever added.

Thin on purpose: ids, references, codes, amounts in fen, dates. Never an account and never a person.
"""

from datetime import date
from uuid import UUID

from pydantic import BaseModel


class ClaimPaid(BaseModel):
    """`finance.claim.paid.v1`: the pool has paid its shares of a loan's unpaid principal to the bank.

    `base_fen` is that principal, `paid_fen` what all public shares together have paid of it.
    """

    claim_id: UUID
    reference: str
    loan_id: UUID
    loan_reference: str
    bank: str
    base_fen: int
    paid_fen: int
    on: date


class SubsidyPaid(BaseModel):
    """`finance.subsidy.paid.v1`: an enterprise was paid a subsidy of `scheme` (the matter's code)."""

    subsidy_id: UUID
    reference: str
    uscc: str
    scheme: str
    amount_fen: int
    on: date


class LoanReminded(BaseModel):
    """`finance.loan.reminded.v1`: the borrower has an instalment to pay by `due_on`."""

    loan_id: UUID
    reference: str
    uscc: str
    due_on: date


class LoanChanged(BaseModel):
    """Something has happened to a loan: `finance.loan.contracted.v1`, `.disbursed.v1`, `.repaid.v1`,
    `.reversed.v1`, `.overdue.v1`, `.defaulted.v1`, `.cured.v1`, `.reopened.v1`, `.settled.v1`,
    `.classified.v1`, `.restructured.v1`, `.renewed.v1`, `.compensated.v1`, `.compensation-lifted.v1`,
    `.written-off.v1`, `.lapsed.v1`.

    `state` and `version` are the loan's after it, `entry` the number of the entry behind it (None where only
    time has passed), `on` its value date.
    """

    loan_id: UUID
    reference: str
    uscc: str
    bank: str
    application_id: UUID
    state: str
    version: int
    entry: int | None
    on: date
