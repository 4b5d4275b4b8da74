"""Whether a loan may be compensated, and what of it. Pure: the loan's facts and the day are passed in.

The conditions are criteria with dates and sources (data/claim_criteria.csv, all 演示), answered yes or no
with a reason, so that bank, reviewers and province read the same verdicts. Shares and cap are `pools`'.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from kit.criteria import Criterion, Judgement, Value, judge, read_criteria
from kit.errors import FieldError
from services.finance.claims.form import CompensationClaimForm

DEFAULTED = "defaulted"
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "filed_before_disbursement": "/loan_id",
        "defaulted": "/loan_id",
        "overdue_days": "/loan_id",
        "funds_used_as_agreed": "/funds_used_as_agreed",
        "demanded_after_overdue": "/demanded_on",
        "base_is_unpaid_principal": "/unpaid_principal_fen",
    }
)


@dataclass(frozen=True)
class LoanFacts:
    """The loan as the books have it on the day. `overdue_days` is what its product asks for (演示)."""

    state: str
    filed_on: date
    first_disbursed_on: date | None
    outstanding_fen: int
    overdue_since: date | None
    days_overdue: int
    overdue_days: int


@lru_cache
def criteria() -> tuple[Criterion, ...]:
    """The conditions with their dates and sources."""
    folder = resources.files("services.finance.claims")
    text = folder.joinpath("data", "claim_criteria.csv").read_text("utf-8")
    return tuple(read_criteria(text)["claim"])


def judge_claim(form: CompensationClaimForm, loan: LoanFacts, *, on: date) -> Judgement:
    """Every condition in force on the day, answered. The product's own number of days goes before the
    general one."""
    asked = [
        replace(c, threshold=Decimal(loan.overdue_days)) if c.key == "overdue_days" else c
        for c in criteria()
    ]
    return judge(asked, _values(form, loan, on=on), on=on)


def _values(form: CompensationClaimForm, loan: LoanFacts, *, on: date) -> dict[str, Value]:
    drawn, since = loan.first_disbursed_on, loan.overdue_since
    filed = drawn is not None and loan.filed_on <= drawn
    demanded = since is not None and since <= form.demanded_on <= on
    return {
        "filed_before_disbursement": _yes(filed),
        "defaulted": _yes(loan.state == DEFAULTED),
        "overdue_days": Value(Decimal(loan.days_overdue)),
        "funds_used_as_agreed": Value(Decimal(form.funds_used_as_agreed), "reported"),
        "demanded_after_overdue": Value(Decimal(demanded), "reported"),
        "base_is_unpaid_principal": _yes(form.unpaid_principal_fen == loan.outstanding_fen),
    }


def _yes(holds: bool) -> Value:
    return Value(Decimal(holds))


def findings(judgement: Judgement, loan: LoanFacts) -> list[FieldError]:
    """What is in the way, at the place of the form that it is about."""
    found = []
    for verdict in judgement.failing:
        key = verdict.criterion.key
        values: dict[str, int | str] = {}
        if key == "overdue_days":
            values = {"required": loan.overdue_days, "days": loan.days_overdue}
        elif key == "base_is_unpaid_principal":
            values = {"unpaid_principal_fen": loan.outstanding_fen}
        found.append(FieldError(pointer=PLACES[key], code=key, values=values))
    return found


def recovery_findings(
    *,
    amount_fen: int,
    costs_fen: int,
    received_on: date,
    left_fen: int,
    paid_on: date,
    today: date,
) -> list[FieldError]:
    """What stops a recovery from being booked."""
    found = []
    if amount_fen > left_fen:
        values = {"most_fen": left_fen}
        found.append(FieldError(pointer="/amount_fen", code="recovery_exceeds_loss", values=values))
    if costs_fen > amount_fen:
        found.append(FieldError(pointer="/costs_fen", code="costs_exceed_recovery"))
    if not paid_on <= received_on <= today:
        values_on = {"from": paid_on.isoformat(), "to": today.isoformat()}
        found.append(
            FieldError(pointer="/received_on", code="received_outside_recovery", values=values_on)
        )
    return found
