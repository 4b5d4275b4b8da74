"""The conditions of a compensation: each verdict, its place, its source. Pure."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.finance.claims import rules
from services.finance.claims.form import CompensationClaimForm

TODAY = date(2027, 3, 31)
LOAN = rules.LoanFacts(
    state="defaulted",
    filed_on=date(2026, 11, 20),
    first_disbursed_on=date(2026, 11, 22),
    outstanding_fen=100_000_000,
    overdue_since=date(2026, 12, 22),
    days_overdue=99,
    overdue_days=90,
)


def a_form(**changes: Any) -> CompensationClaimForm:
    values = {
        "bank_reference": "BC-1",
        "loan_id": "00000000-0000-4000-8000-000000000001",
        "unpaid_principal_fen": 100_000_000,
        "funds_used_as_agreed": True,
        "use_check": "已核查",
        "demanded_on": "2027-01-15",
        "demand": "letter",
        "demand_reference": "催字〔2027〕1号",
    }
    return CompensationClaimForm.model_validate(values | changes)


def failing(loan: rules.LoanFacts = LOAN, **changes: Any) -> list[tuple[str, str]]:
    judgement = rules.judge_claim(a_form(**changes), loan, on=TODAY)
    return [(e.pointer, e.code) for e in rules.findings(judgement, loan)]


def but(**changes: Any) -> rules.LoanFacts:
    return rules.LoanFacts(
        **{**{f: getattr(LOAN, f) for f in LOAN.__dataclass_fields__}, **changes}
    )


def test_a_claim_in_order_has_six_yeses_with_their_sources() -> None:
    judgement = rules.judge_claim(a_form(), LOAN, on=TODAY)
    assert judgement.ok
    assert len(judgement.verdicts) == 6
    assert all("演示" in verdict.criterion.source_document for verdict in judgement.verdicts)


@pytest.mark.parametrize(
    ("loan", "found"),
    [
        (but(first_disbursed_on=date(2026, 11, 19)), "filed_before_disbursement"),
        (but(first_disbursed_on=None), "filed_before_disbursement"),
        (but(state="overdue"), "defaulted"),
        (but(days_overdue=89), "overdue_days"),
    ],
)
def test_what_the_books_say_against_it_stands_at_the_loan(
    loan: rules.LoanFacts, found: str
) -> None:
    assert failing(loan) == [("/loan_id", found)]


def test_the_day_of_the_required_overdue_days_counts() -> None:
    assert failing(but(days_overdue=90)) == []


def test_filed_on_the_day_of_the_draw_down_is_filed_before_it() -> None:
    assert failing(but(filed_on=date(2026, 11, 22))) == []


@pytest.mark.parametrize("principal", [99_999_999, 100_000_001])
def test_the_base_is_the_unpaid_principal_and_nothing_else(principal: int) -> None:
    assert failing(unpaid_principal_fen=principal) == [
        ("/unpaid_principal_fen", "base_is_unpaid_principal")
    ]


@pytest.mark.parametrize(
    ("day", "ok"),
    [("2026-12-21", False), ("2026-12-22", True), ("2027-03-31", True), ("2027-04-01", False)],
)
def test_payment_is_demanded_after_it_fell_overdue_and_not_in_the_future(
    day: str, ok: bool
) -> None:
    expected = [] if ok else [("/demanded_on", "demanded_after_overdue")]
    assert failing(demanded_on=day) == expected


@given(
    amount=st.integers(1, 10**9),
    costs=st.integers(0, 10**9),
    left=st.integers(0, 10**9),
    offset=st.integers(-5, 5),
)
def test_a_recovery_is_taken_only_within_the_loss_and_the_time(
    amount: int, costs: int, left: int, offset: int
) -> None:
    found = rules.recovery_findings(
        amount_fen=amount,
        costs_fen=costs,
        received_on=TODAY + timedelta(days=offset),
        left_fen=left,
        paid_on=TODAY - timedelta(days=3),
        today=TODAY,
    )
    fits = amount <= left and costs <= amount and -3 <= offset <= 0
    assert (found == []) is fits
