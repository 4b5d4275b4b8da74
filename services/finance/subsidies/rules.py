"""What the scheme asks of a premium, and how much comes back. Pure: parameters and the day are passed in.

    subsidy = min(premium × rate, premium × total share − other subsidies, year's cap − year's sum)

Money is fen; computed in Decimal, rounded once, half up (design.md, Money). Never more than the premium.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from kit.errors import FieldError
from kit.workdays import add_months
from services.finance.subsidies.form import PremiumSubsidyForm

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Scheme:
    """The parameters in force on one day (演示, subsidies/data). Rates and shares are per cent."""

    rates: Mapping[str, Decimal]
    year_cap_fen: int
    total_share: Decimal
    claim_months: int
    period_months: int
    sources: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Amount:
    """What comes back for one premium, and which of the three limits decided. All in fen."""

    amount_fen: int
    by_rate_fen: int
    left_of_premium_fen: int
    left_of_year_fen: int
    rate_percent: Decimal

    @property
    def limited_by(self) -> str:
        """`rate`, `total_share` or `year_cap`: the first that gives the amount."""
        if self.amount_fen == self.by_rate_fen:
            return "rate"
        return "total_share" if self.amount_fen == self.left_of_premium_fen else "year_cap"


def scheme_of(parameters: Sequence[Any]) -> Scheme:
    """A scheme from its parameter rows. Raises KeyError where a number is missing: then nothing is paid."""
    single = {row.key: row.value for row in parameters if not row.coverage}
    return Scheme(
        rates={row.coverage: Decimal(row.value) for row in parameters if row.key == "rate"},
        year_cap_fen=int(single["year_cap"]),
        total_share=Decimal(single["total_share"]),
        claim_months=int(single["claim_months"]),
        period_months=int(single["period_months"]),
        sources={row.key: (row.source_document, row.source_clause) for row in parameters},
    )


def amount(
    scheme: Scheme, *, coverage: str, premium_fen: int, other_fen: int, used_fen: int
) -> Amount:
    """What one premium is subsidised with.

    `other_fen` is the sum of all levels' other subsidies for it, `used_fen` what the enterprise already has
    in that year. The share of all levels is rounded down: the limit itself may not be passed by a half fen.
    """
    rate = scheme.rates.get(coverage, Decimal(0))
    by_rate = int((premium_fen * rate / HUNDRED).quantize(Decimal(1), ROUND_HALF_UP))
    most = int((premium_fen * scheme.total_share / HUNDRED).quantize(Decimal(1), ROUND_DOWN))
    left_of_premium = max(most - other_fen, 0)
    left_of_year = max(scheme.year_cap_fen - used_fen, 0)
    return Amount(
        amount_fen=min(by_rate, left_of_premium, left_of_year),
        by_rate_fen=by_rate,
        left_of_premium_fen=left_of_premium,
        left_of_year_fen=left_of_year,
        rate_percent=rate,
    )


def other_fen(form: PremiumSubsidyForm) -> int:
    """The sum of the other subsidies in fen."""
    return sum(one.amount_fen for one in form.other_subsidies)


def findings(
    form: PremiumSubsidyForm,
    scheme: Scheme | None,
    *,
    is_own: bool,
    today: date,
    missing_materials: Sequence[str] = (),
) -> list[FieldError]:
    """What stops an application, with pointers into it. `scheme` is that of the day of payment."""
    found = [
        FieldError(pointer="", code="material_missing", values={"material": code})
        for code in missing_materials
    ]
    if not is_own:
        found.append(FieldError(pointer="/uscc", code="not_your_enterprise"))
    if form.paid_on > today:
        found.append(FieldError(pointer="/paid_on", code="premium_paid_in_future"))
    if form.period_to_on <= form.period_from_on:
        found.append(FieldError(pointer="/period_to_on", code="period_reversed"))
    if scheme is None or form.coverage.value not in scheme.rates:
        found.append(FieldError(pointer="/coverage", code="coverage_not_subsidised"))
        return found
    return found + _limits(form, scheme, today=today)


def _limits(form: PremiumSubsidyForm, scheme: Scheme, *, today: date) -> list[FieldError]:
    found = []
    if today > add_months(form.paid_on, scheme.claim_months):
        values = {"months": scheme.claim_months}
        found.append(FieldError(pointer="/paid_on", code="claimed_too_late", values=values))
    if form.period_to_on > add_months(form.period_from_on, scheme.period_months):
        values = {"months": scheme.period_months}
        found.append(FieldError(pointer="/period_to_on", code="period_too_long", values=values))
    due = amount(
        scheme,
        coverage=form.coverage.value,
        premium_fen=form.premium_fen,
        other_fen=other_fen(form),
        used_fen=0,
    )
    if due.by_rate_fen == 0:
        found.append(FieldError(pointer="/premium_fen", code="premium_too_small"))
    elif due.left_of_premium_fen == 0:
        share = {"percent": str(scheme.total_share)}
        found.append(
            FieldError(pointer="/other_subsidies", code="subsidies_exceed_premium", values=share)
        )
    return found


def day(text: str | None) -> date | None:
    """A day as facts keep it."""
    return date.fromisoformat(text) if text else None
