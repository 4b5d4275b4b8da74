"""What goes in and out of a reconciliation. Money in fen."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, field_validator

from kit.schemas import AmountFen, In, Out
from services.finance.loans.schemas import BankReferenceText


class StatementRow(In):
    """What your books say of one loan at the end of the business date. What you leave out is not compared."""

    bank_reference: BankReferenceText
    outstanding_fen: AmountFen
    disbursed_fen: AmountFen | None = None
    principal_repaid_fen: AmountFen | None = None
    interest_repaid_fen: AmountFen | None = None
    overdue_principal_fen: AmountFen | None = None
    compensated_fen: AmountFen | None = None


class Statement(In):
    """All your loans in the scheme on that date; closed ones may be left out."""

    rows: Annotated[list[StatementRow], Field(max_length=5_000)]

    @field_validator("rows")
    @classmethod
    def each_loan_once(cls, rows: list[StatementRow]) -> list[StatementRow]:
        """A reference that stands twice cannot be compared."""
        if len({row.bank_reference for row in rows}) != len(rows):
            raise ValueError("a bank_reference stands in more than one row")
        return rows


class BreakView(Out):
    """A difference. `owner` explains it: your bank's code, or `treasury`; `age_days` since it was first seen.

    `field` is `loan` where one side does not know the loan at all; else the figure that differs, with both
    values as decimal strings in fen.
    """

    id: UUID
    kind: Literal["missing_at_bank", "missing_here", "differs"]
    bank_reference: str
    loan_id: UUID | None
    field: str
    ours: str | None
    theirs: str | None
    owner: str
    state: Literal["open", "resolved"]
    opened_on: date
    last_seen_on: date
    resolved_on: date | None
    age_days: int


class ReconciliationView(Out):
    """What came of an upload. `matched`: loans without any difference."""

    business_date: date
    loans: int
    matched: int
    resolved: int
    breaks: list[BreakView]


def break_view(row: Any, *, today: date) -> BreakView:
    """The view of a break; its age stops when it is resolved."""
    until = row.resolved_on or today
    return BreakView(
        **{name: getattr(row, name) for name in BreakView.model_fields if name != "age_days"},
        age_days=max(0, (until - row.opened_on).days),
    )
