"""What goes in and out of a batch of repayments."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, SkipValidation

from kit.errors import FieldError
from kit.schemas import In, Label, Out
from services.finance.bank.paths import operation_href
from services.finance.loans.schemas import RepaymentCreate

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
RowState = Literal["pending", "succeeded", "failed"]


class RepaymentRow(RepaymentCreate):
    """One repayment of one of your loans: the body of `POST /loans/{id}/repayments` and the loan's id."""

    loan_id: UUID


class RepaymentBatch(In):
    """1 to 5,000 rows. A row that breaks its schema fails alone; the batch is taken all the same."""

    rows: list[Annotated[RepaymentRow, SkipValidation]] = Field(min_length=1, max_length=5_000)


class RefusalView(Out):
    """Why a row was refused: the facts of a problem+json reply, in both languages."""

    code: str
    status: int
    title: Label
    detail: Label | None = None
    errors: list[FieldError] = Field(default_factory=list)
    existing: dict[str, Any] | None = None


class BookedView(Out):
    """What a booked row became: an entry of the loan, and how the loan stood then."""

    loan_id: UUID
    loan_reference: str
    entry: int
    state: str
    outstanding_fen: int
    href: str


class OperationRowView(Out):
    """One row by its number (from 1). `result` once it is booked, `problem` once it is refused."""

    number: int
    state: RowState
    bank_reference: str | None
    result: BookedView | None
    problem: RefusalView | None
    done_at: datetime | None


class OperationView(Out):
    """Long work. `state`: accepted, running, completed. `rows` only with expand=rows."""

    id: UUID
    kind: str
    state: Literal["accepted", "running", "completed"]
    version: int
    total: int
    succeeded: int
    failed: int
    pending: int
    created_at: datetime
    completed_at: datetime | None
    href: str
    rows_href: str
    rows: list[OperationRowView] | None = None


def operation_view(row: Any, rows: Any = None) -> OperationView:
    """The view of an operation's row, and of its own rows where they were asked for."""
    href = operation_href(row.id)
    return OperationView(
        id=row.id,
        kind=row.kind,
        state=row.state,
        version=row.version,
        total=row.total,
        succeeded=row.succeeded,
        failed=row.failed,
        pending=row.total - row.succeeded - row.failed,
        created_at=row.created_at,
        completed_at=row.completed_at,
        href=href,
        rows_href=f"{href}/rows",
        rows=None if rows is None else [row_view(each) for each in rows],
    )


def row_view(row: Any) -> OperationRowView:
    """The view of one row."""
    refused = row.state == "failed"
    return OperationRowView(
        number=row.number,
        state=row.state,
        bank_reference=row.request.get("bank_reference"),
        result=None if refused else row.result,
        problem=RefusalView.model_validate(row.result) if refused else None,
        done_at=row.done_at,
    )
