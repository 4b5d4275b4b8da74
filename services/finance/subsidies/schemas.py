"""What goes out about premium subsidies: to everybody, to the applicant, to the staff."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from kit.schemas import Label, Out


class PaidSubsidyView(Out):
    """A paid subsidy as publicity showed it. `refunded_on`: the enterprise had to pay it back."""

    id: UUID
    enterprise_name: str
    uscc: str
    coverage: str
    insurer: str
    amount_fen: int
    paid_on: date
    refunded_on: date | None


class SubsidyView(Out):
    """An application as its applicant and the staff see it; amounts in fen, `amount_fen` once approved."""

    id: UUID
    reference: str
    enterprise_name: str
    uscc: str
    region_code: str
    insurer: str
    policy_number: str
    coverage: str
    period_from_on: date
    period_to_on: date
    premium_fen: int
    other_fen: int
    amount_fen: int | None
    year: int
    budget_code: str | None
    submitted_on: date
    approved_on: date | None
    paid_on: date | None
    refunded_on: date | None
    ended_unpaid: bool


class SubsidyParameterView(Out):
    """One number of the scheme: a decimal string in `unit`, and where it comes from."""

    key: str
    label: Label
    coverage: str | None
    operator: Literal["=", "<", "<=", ">", ">="]
    value: str
    unit: str
    valid_from: date
    valid_to: date | None
    source_document: str
    source_clause: str


class SubsidySchemeView(Out):
    """The scheme's parameters on a day. All are demonstration values (演示)."""

    matter: str = Field(examples=["tech-insurance-premium-subsidy"])
    parameters_on: date
    parameters: list[SubsidyParameterView]
