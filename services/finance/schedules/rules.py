"""Instalments and interest. Pure: integers of fen in, integers of fen out, dates and rates are given.

Rates are yearly fractions (Decimal("0.0435") is 4.35 %). Interest runs from the first day, included, to
the last, excluded (算头不算尾). Every amount is computed exactly and rounded once, half up; the last
instalment takes what is left, so principal always sums to the loan. Day counts:

    ACT/360   days that passed, a year of 360 (LPR loans, domain.md 4 贷款贴息)
    ACT/365   days that passed, a year of 365, leap years too (ACT/365 Fixed)
    30/360    30E/360 (Eurobond basis, ISDA 2006 4.16(g)): a month has 30 days, day 31 counts as 30; it
              adds up however a period is cut, unlike the US variant

Due dates are the corresponding day of each month, else the month's last (民法典 202); a due date on a
holiday is not moved, the contract's date stays what interest runs to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from kit.workdays import add_months

Method = Literal["equal_instalments", "equal_principal", "interest_first", "bullet"]
DayCount = Literal["ACT/360", "ACT/365", "30/360"]

MOST_MONTHS = 600


@dataclass(frozen=True, slots=True)
class Instalment:
    """What is due on `due_on`; `balance_fen` is the principal that remains after it."""

    number: int
    due_on: date
    principal_fen: int
    interest_fen: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class BalancePeriod:
    """A balance that stood from `from_on` (included) to `to_on` (excluded)."""

    balance_fen: int
    from_on: date
    to_on: date


def days_between(from_on: date, to_on: date, *, day_count: DayCount) -> int:
    """The days of a period as the convention counts them."""
    if day_count != "30/360":
        return (to_on - from_on).days
    months = (to_on.year - from_on.year) * 12 + to_on.month - from_on.month
    return 30 * months + min(to_on.day, 30) - min(from_on.day, 30)


def interest(
    balance_fen: int, *, annual_rate: Decimal, from_on: date, to_on: date, day_count: DayCount
) -> int:
    """Interest in fen on a balance over a period, rounded half up.

    Raises ValueError where the rate is no fraction, the period runs backwards or the balance is negative.
    """
    if balance_fen < 0 or to_on < from_on:
        raise ValueError("interest needs a balance of 0 or more and a period that runs forward")
    _check_rate(annual_rate)
    return _round(balance_fen * _period_rate(annual_rate, from_on, to_on, day_count))


def build(
    principal_fen: int,
    *,
    annual_rate: Decimal,
    starts_on: date,
    months: int,
    method: Method,
    day_count: DayCount,
) -> list[Instalment]:
    """The schedule of a loan drawn on `starts_on`, due every month for `months` months.

    equal_instalments (等额本息), equal_principal (等额本金), interest_first (先息后本: interest monthly,
    principal at the end), bullet (到期一次还本付息: one instalment). Raises ValueError on a principal below
    1 fen, months outside 1–600, or a rate that is no fraction (per cent given by mistake).
    """
    _check_rate(annual_rate)
    if principal_fen < 1 or not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"a schedule needs principal and 1 to {MOST_MONTHS} months")
    dues = [add_months(starts_on, number) for number in range(1, months + 1)]
    if method == "bullet":
        dues = dues[-1:]
    starts = [starts_on, *dues[:-1]]
    rates = [
        _period_rate(annual_rate, start, due, day_count)
        for start, due in zip(starts, dues, strict=True)
    ]
    level = _level_payment(principal_fen, rates) if method == "equal_instalments" else 0
    part = _round(Fraction(principal_fen, months)) if method == "equal_principal" else 0
    schedule, balance = [], principal_fen
    for number, (due, rate) in enumerate(zip(dues, rates, strict=True), start=1):
        charge = _round(balance * rate)
        wanted = max(level - charge, 0) if method == "equal_instalments" else part
        paid = balance if number == len(dues) else min(wanted, balance)
        balance -= paid
        schedule.append(Instalment(number, due, paid, charge, balance))
    return schedule


def interest_subsidy(
    periods: Sequence[BalancePeriod],
    *,
    annual_rate: Decimal,
    cap_rate: Decimal,
    interest_paid_fen: int,
) -> int:
    """贷款贴息: Σ balance × days × min(subsidised rate, cap) / 360, in fen, rounded half up once.

    Never more than the interest that was really paid; overdue (penalty) interest is not in `periods`
    nor in `interest_paid_fen` (domain.md 4).
    """
    _check_rate(annual_rate)
    _check_rate(cap_rate)
    rate = min(annual_rate, cap_rate)
    exact = sum(
        (p.balance_fen * _period_rate(rate, p.from_on, p.to_on, "ACT/360") for p in periods),
        Fraction(0),
    )
    return max(0, min(_round(exact), interest_paid_fen))


def _check_rate(rate: Decimal) -> None:
    if not 0 <= rate < 1:
        raise ValueError(f"a yearly rate is a fraction from 0 to below 1, not {rate}")


def _period_rate(annual_rate: Decimal, from_on: date, to_on: date, day_count: DayCount) -> Fraction:
    days = days_between(from_on, to_on, day_count=day_count)
    return Fraction(annual_rate) * days / (365 if day_count == "ACT/365" else 360)


def _level_payment(principal_fen: int, rates: Sequence[Fraction]) -> int:
    """The payment that, made at the end of each period, leaves nothing: P ÷ Σ 1/Π(1 + r)."""
    discount, annuity = Decimal(1), Decimal(0)
    for rate in rates:
        discount /= 1 + Decimal(rate.numerator) / rate.denominator
        annuity += discount
    return int((principal_fen / annuity).quantize(Decimal(1), ROUND_HALF_UP))


def _round(exact: Fraction) -> int:
    """Half up, for amounts that are never negative."""
    return int(exact + Fraction(1, 2))
