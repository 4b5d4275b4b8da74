"""Schedules are exact to the fen: by properties, by an independent computation, by known dates."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.workdays import add_months
from services.finance.schedules.rules import (
    BalancePeriod,
    DayCount,
    Instalment,
    Method,
    build,
    days_between,
    interest,
    interest_subsidy,
)

METHODS: tuple[Method, ...] = ("equal_instalments", "equal_principal", "interest_first", "bullet")
DAY_COUNTS: tuple[DayCount, ...] = ("ACT/360", "ACT/365", "30/360")
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
rates = st.decimals(Decimal(0), Decimal("0.36"), places=6)
loans = st.fixed_dictionaries(
    {
        "principal_fen": st.integers(1, 10**13),
        "annual_rate": rates,
        "starts_on": days,
        "months": st.integers(1, 60),
        "method": st.sampled_from(METHODS),
        "day_count": st.sampled_from(DAY_COUNTS),
    }
)


def made(loan: dict[str, Any]) -> list[Instalment]:
    terms = dict(loan)
    return build(terms.pop("principal_fen"), **terms)


@settings(max_examples=300, deadline=None)
@given(loans)
def test_principal_sums_to_the_loan_and_nothing_is_negative(loan: dict[str, Any]) -> None:
    schedule = made(loan)
    assert sum(each.principal_fen for each in schedule) == loan["principal_fen"]
    assert all(each.principal_fen >= 0 and each.interest_fen >= 0 for each in schedule)
    assert schedule[-1].balance_fen == 0
    assert [each.number for each in schedule] == list(range(1, len(schedule) + 1))


@settings(max_examples=300, deadline=None)
@given(loans)
def test_each_interest_is_that_of_the_balance_before_it(loan: dict[str, Any]) -> None:
    balance, start = loan["principal_fen"], loan["starts_on"]
    for each in made(loan):
        assert each.interest_fen == interest(
            balance,
            annual_rate=loan["annual_rate"],
            from_on=start,
            to_on=each.due_on,
            day_count=loan["day_count"],
        )
        balance, start = balance - each.principal_fen, each.due_on
        assert each.balance_fen == balance


@settings(max_examples=200, deadline=None)
@given(loans)
def test_every_instalment_but_the_last_follows_its_method(loan: dict[str, Any]) -> None:
    schedule = made(loan)
    before = schedule[:-1]
    if loan["method"] == "bullet":
        assert len(schedule) == 1
        assert schedule[0].due_on == add_months(loan["starts_on"], loan["months"])
    elif loan["method"] == "interest_first":
        assert all(each.principal_fen == 0 for each in before)
        assert schedule[-1].principal_fen == loan["principal_fen"]
    elif loan["method"] == "equal_principal":
        paid = {each.principal_fen for each in before if each.balance_fen}
        assert len(paid) <= 1
    elif loan["principal_fen"] > 10**7:
        totals = {each.principal_fen + each.interest_fen for each in before}
        assert len(totals) <= 1
        # what rounding leaves to the last is at most half a fen per period, with interest on it
        last = schedule[-1].principal_fen + schedule[-1].interest_fen
        assert all(abs(last - total) <= 3 * len(schedule) for total in totals)


@given(days, st.integers(0, 600))
def test_a_period_of_months_ends_on_the_corresponding_day_else_the_months_last(
    day: date, months: int
) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (
        found.day < day.day and (found + timedelta(days=1)).month != found.month
    )


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 11, 22), 12, date(2027, 11, 22)),
    ],
)
def test_the_end_of_a_short_month_is_its_last_day(start: date, months: int, due: date) -> None:
    assert add_months(start, months) == due


def test_due_days_come_back_to_the_31st_after_a_short_month() -> None:
    dues = [
        each.due_on
        for each in build(
            100_00,
            annual_rate=Decimal("0.05"),
            starts_on=date(2027, 1, 31),
            months=3,
            method="interest_first",
            day_count="ACT/360",
        )
    ]
    assert dues == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


@pytest.mark.parametrize(
    ("start", "end", "counted"),
    [
        (date(2027, 1, 31), date(2027, 2, 28), 28),
        (date(2027, 1, 30), date(2027, 1, 31), 0),
        (date(2027, 2, 28), date(2027, 3, 31), 32),
        (date(2027, 1, 15), date(2028, 1, 15), 360),
    ],
)
def test_30e_360_counts_a_31st_as_the_30th(start: date, end: date, counted: int) -> None:
    assert days_between(start, end, day_count="30/360") == counted


@given(st.lists(days, min_size=3, max_size=3), st.sampled_from(DAY_COUNTS))
def test_a_period_counts_the_same_however_it_is_cut(when: list[date], day_count: DayCount) -> None:
    first, middle, last = sorted(when)
    whole = days_between(first, last, day_count=day_count)
    parts = days_between(first, middle, day_count=day_count)
    assert whole == parts + days_between(middle, last, day_count=day_count)


def recomputed(principal: int, rate: Fraction, periods: list[int], basis: int) -> list[list[int]]:
    """等额本息 by another road: the payment from the balance's own recursion, all in fractions.

    B(n) = P Π(1+r) − A Σ Π(1+r after) = 0 gives A; no discount factors, no Decimal.
    """
    factors = [1 + rate * days / basis for days in periods]
    grown, annuity = Fraction(principal), Fraction(0)
    for factor in factors:
        grown, annuity = grown * factor, annuity * factor + 1
    payment = int(grown / annuity + Fraction(1, 2))
    rows, balance = [], principal
    for number, factor in enumerate(factors, start=1):
        charge = int(balance * (factor - 1) + Fraction(1, 2))
        paid = balance if number == len(factors) else payment - charge
        balance -= paid
        rows.append([paid, charge])
    return rows


@pytest.mark.parametrize(
    ("principal", "rate", "months", "start"),
    [
        (3_000_000_00, "0.0345", 12, date(2026, 11, 22)),
        (500_000_00, "0.0435", 36, date(2027, 1, 31)),
        (123_456_78, "0.0999", 24, date(2028, 2, 29)),
        (1_00, "0.05", 12, date(2026, 12, 31)),
    ],
)
@pytest.mark.parametrize("day_count", DAY_COUNTS)
def test_equal_instalments_agree_with_an_independent_computation(
    principal: int, rate: str, months: int, start: date, day_count: DayCount
) -> None:
    ends = [start, *(add_months(start, number) for number in range(1, months + 1))]
    counted = [days_between(a, b, day_count=day_count) for a, b in itertools.pairwise(ends)]
    basis = 365 if day_count == "ACT/365" else 360
    schedule = build(
        principal,
        annual_rate=Decimal(rate),
        starts_on=start,
        months=months,
        method="equal_instalments",
        day_count=day_count,
    )
    assert [[each.principal_fen, each.interest_fen] for each in schedule] == recomputed(
        principal, Fraction(rate), counted, basis
    )


def test_a_year_of_ten_thousand_yuan_by_hand() -> None:
    """10,000.00 at 3.6 %: 30.00 in a month of 30 days, 365.00 in 365 days of 360, 360.00 of 365."""
    terms: dict[str, Any] = {"annual_rate": Decimal("0.036"), "starts_on": date(2027, 1, 1)}
    monthly = build(10_000_00, **terms, months=12, method="interest_first", day_count="30/360")
    assert [each.interest_fen for each in monthly] == [30_00] * 12
    (actual,) = build(10_000_00, **terms, months=12, method="bullet", day_count="ACT/360")
    (fixed,) = build(10_000_00, **terms, months=12, method="bullet", day_count="ACT/365")
    assert (actual.interest_fen, fixed.interest_fen) == (365_00, 360_00)


def test_half_a_fen_is_rounded_up() -> None:
    terms: dict[str, Any] = {"from_on": date(2027, 1, 1), "day_count": "30/360"}
    # 1 fen × 0.5 × 360/360 = 0.5
    assert interest(1, annual_rate=Decimal("0.5"), to_on=date(2028, 1, 1), **terms) == 1
    assert interest(1, annual_rate=Decimal("0.49"), to_on=date(2028, 1, 1), **terms) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"annual_rate": Decimal("3.45")},
        {"annual_rate": Decimal("-0.01")},
        {"principal_fen": 0},
        {"months": 0},
        {"months": 601},
    ],
)
def test_a_loan_that_makes_no_sense_has_no_schedule(wrong: dict[str, Any]) -> None:
    terms: dict[str, Any] = {
        "principal_fen": 100_00,
        "annual_rate": Decimal("0.05"),
        "starts_on": date(2027, 1, 1),
        "months": 12,
        "method": "bullet",
        "day_count": "ACT/360",
    }
    with pytest.raises(ValueError):
        made(terms | wrong)


def test_an_interest_subsidy_counts_days_at_the_lower_rate_and_rounds_once() -> None:
    periods = [
        BalancePeriod(1_000_000_00, date(2027, 1, 1), date(2027, 4, 1)),
        BalancePeriod(333_333_33, date(2027, 4, 1), date(2027, 6, 30)),
    ]
    exact = Fraction(1_000_000_00 * 90 + 333_333_33 * 90) * Fraction("0.0155") / 360
    found = interest_subsidy(
        periods,
        annual_rate=Decimal("0.0435"),
        cap_rate=Decimal("0.0155"),
        interest_paid_fen=10**9,
    )
    assert found == int(exact + Fraction(1, 2)) == 516_667


@given(
    st.lists(st.tuples(st.integers(0, 10**12), days, st.integers(0, 400)), max_size=6),
    rates, rates, st.integers(0, 10**12),
)  # fmt: skip
def test_an_interest_subsidy_is_never_more_than_the_interest_paid(
    balances: list[tuple[int, date, int]], rate: Decimal, cap: Decimal, paid: int
) -> None:
    periods = [BalancePeriod(b, start, start + timedelta(days=n)) for b, start, n in balances]
    found = interest_subsidy(periods, annual_rate=rate, cap_rate=cap, interest_paid_fen=paid)
    assert 0 <= found <= paid
    more = interest_subsidy(periods, annual_rate=rate, cap_rate=rate, interest_paid_fen=paid)
    assert found <= more
