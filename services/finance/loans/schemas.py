"""What goes in and out about a loan. Money in fen, rates as decimal strings: "0.0435" is 4.35 % a year."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer

from contracts.values import ContractNumber
from kit.cases.schemas import AllowedAction, BlockedAction
from kit.forms import Ui
from kit.schemas import In, IsoDate, LongText, Out
from services.finance.loans.codes import CLASSIFICATIONS, DAY_COUNTS, METHODS

RepaymentMethod = Literal["equal_instalments", "equal_principal", "interest_first", "bullet"]
Classification = Literal["normal", "special_mention", "substandard", "doubtful", "loss"]
LoanState = Literal[
    "contracted", "active", "overdue", "defaulted", "settled", "renewed", "written_off", "lapsed"
]
DayCount = Literal["ACT/360", "ACT/365", "30/360"]
Reversible = Literal["disbursements", "repayments", "restructurings", "write-offs"]
ENTRY_KIND: dict[str, str] = {
    "disbursements": "disbursement",
    "repayments": "repayment",
    "restructurings": "restructuring",
    "write-offs": "write_off",
}
"""The kind of entry that a path names."""


_PLAIN = re.compile(r"[+-]?[0-9.]{1,14}([eE][+-]?[0-9]{1,2})?")  # Decimal itself also reads 0.0_3


def _written(value: Any) -> Any:
    """Rates travel as strings: a JSON number has lost digits before we see it."""
    if isinstance(value, Decimal) or (isinstance(value, str) and _PLAIN.fullmatch(value)):
        return value
    raise ValueError("a rate is written as a decimal string")


def rate_text(value: Decimal) -> str:
    """A rate as it is written: plain digits, without zeros at the end."""
    return f"{value.normalize():f}"


Rate = Annotated[
    Decimal,
    BeforeValidator(_written, json_schema_input_type=str),
    Field(ge=0, lt=1, max_digits=7, decimal_places=6, examples=["0.0435"]),
    PlainSerializer(rate_text, return_type=str, when_used="json"),
]
PositiveFen = Annotated[
    int, Field(gt=0, le=10**15, strict=True, description="Money in fen (分), an integer")
]
BankReferenceText = Annotated[
    ContractNumber,
    Field(examples=["HT-2026-0042"]),
]
Months = Annotated[int, Field(ge=1, le=360, strict=True)]
_REFERENCE = Ui("银行合同号", "The bank's contract number")


class ContractTerms(In):
    """The body of the application's move `contract`: what bank and borrower signed.

    Within the decision: at most its amount, its rate and its months, by its method of repayment.
    """

    bank_reference: Annotated[BankReferenceText, _REFERENCE]
    amount_fen: Annotated[PositiveFen, Ui("合同金额", "Contract amount", kind="money_yuan")]
    annual_rate: Annotated[
        Rate,
        Ui(
            "年利率",
            "Rate a year",
            kind="percent",
            hint_zh="例如 4.35%",
            hint_en="For instance 4.35%",
        ),
    ]
    term_months: Annotated[Months, Ui("期限", "Term", kind="integer", unit="月")]
    repayment_method: Annotated[
        RepaymentMethod, Ui("还款方式", "Repayment", kind="choice", options=METHODS)
    ]
    signed_on: Annotated[IsoDate, Ui("签约日期", "Signed on", kind="date")]


class DisbursementCreate(In):
    """Money that left the bank for the borrower on `value_on`."""

    bank_reference: BankReferenceText
    amount_fen: PositiveFen
    value_on: IsoDate


class RepaymentCreate(In):
    """Money that came back on `value_on`.

    `instalment`: overdue interest, overdue principal, then interest and principal of the coming instalment;
    `prepayment`: after what is overdue, the interest accrued to that day, the principal that is due on it,
    then principal from the last instalment backwards. More than that is refused.
    """

    bank_reference: BankReferenceText
    amount_fen: PositiveFen
    value_on: IsoDate
    purpose: Literal["instalment", "prepayment"] = "instalment"


class ReversalCreate(In):
    """An entry never happened. `bank_reference` is that of the reversal."""

    bank_reference: BankReferenceText
    reason: LongText


class ClassificationCreate(In):
    """The bank's five-category classification (五级分类) from `value_on` on."""

    classification: Annotated[
        Classification, Ui("五级分类", "Class", kind="choice", options=CLASSIFICATIONS)
    ]
    value_on: IsoDate
    reason: LongText


class RestructuringCreate(In):
    """A new plan for what is outstanding, from `value_on`; unpaid interest goes to its first instalment."""

    bank_reference: BankReferenceText
    value_on: IsoDate
    annual_rate: Rate
    term_months: Months
    repayment_method: RepaymentMethod
    reason: LongText


class RenewalCreate(In):
    """无还本续贷: a new contract over the principal outstanding on `value_on`; nothing is paid back first."""

    bank_reference: BankReferenceText
    value_on: IsoDate
    annual_rate: Rate
    term_months: Months
    repayment_method: RepaymentMethod
    reason: LongText


class WriteOffCreate(In):
    """What stays unpaid after compensation and recovery leaves the bank's books."""

    bank_reference: BankReferenceText
    value_on: IsoDate
    reason: LongText


class InstalmentView(Out):
    """One instalment of the plan in force, with what was paid on it. `interest_fen` may have become less
    than planned by prepayment."""

    number: int
    starts_on: date
    due_on: date
    principal_fen: int
    interest_fen: int
    paid_principal_fen: int
    paid_interest_fen: int
    status: Literal["paid", "due", "overdue", "void"]


class AllocationView(Out):
    """How a repayment was used, in the order of allocation."""

    overdue_interest_fen: int
    overdue_principal_fen: int
    interest_fen: int
    principal_fen: int


class LoanEntryView(Out):
    """Something that happened to the loan. `reversed_by` is the reversal's number; a reversed entry counts
    no more. `reversal_href` is where its bank may reverse it now, null where it cannot."""

    number: int
    kind: str
    purpose: str | None
    amount_fen: int
    value_on: date
    bank_reference: str | None
    reverses: int | None
    reversed_by: int | None
    reason: str | None
    allocation: AllocationView | None
    booked_at: datetime
    reversal_href: str | None


class LoanSummary(Out):
    """A row of a list of loans."""

    id: UUID
    reference: str
    state: LoanState
    version: int
    bank: str
    bank_reference: str
    application_id: UUID
    uscc: str
    enterprise_name: str
    region_code: str
    product_code: str
    amount_fen: int
    outstanding_fen: int
    overdue_principal_fen: int
    overdue_interest_fen: int
    overdue_since: date | None
    days_overdue: int
    next_due_on: date | None
    next_due_fen: int
    classification: Classification
    signed_on: date
    ends_on: date
    created_at: datetime
    href: str


class LoanView(LoanSummary):
    """A loan in full: contract, plan in force, entries, and what the caller may report next."""

    annual_rate: Rate
    term_months: int
    repayment_method: RepaymentMethod
    day_count: Annotated[DayCount, Ui("计息方式", "Day count", kind="choice", options=DAY_COUNTS)]
    overdue_days: int
    pool_code: str
    filed_on: date
    draw_by_on: date
    starts_on: date | None
    disbursed_fen: int
    undrawn_fen: int
    principal_repaid_fen: int
    interest_repaid_fen: int
    renewed_fen: int
    written_off_fen: int
    payoff_fen: int
    claim_reference: str | None
    compensated_fen: int
    renews: UUID | None
    renewed_by: UUID | None
    closed_on: date | None
    updated_at: datetime
    plan: int
    schedule: list[InstalmentView]
    entries: list[LoanEntryView]
    allowed_actions: list[AllowedAction]
    blocked_actions: list[BlockedAction]
