"""Who may become a tenant, how long one may stay, and what graduation is, as pure functions.

No database, no clock, no HTTP: the day is passed in, thresholds come as criteria.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kit.criteria import Criterion, Judgement, Value, judge, verdict_view
from kit.errors import FieldError
from kit.workdays import WorkCalendar
from services.carriers.tenancies.form import LONG_FIELDS, AppliesAs, TenancyForm

GROUNDS = ("high_tech_enterprise", "financed", "revenue", "acquired_or_listed")
GROUND_VALUES = {
    "high_tech_enterprise": "high_tech_enterprise",
    "financed": "financed_fen",
    "revenue": "revenue_two_years_fen",
    "acquired_or_listed": "acquired_or_listed",
}
WITH_AMOUNT = ("financed", "revenue")


@dataclass(frozen=True)
class TenancyFacts:
    """What the rules need beside the form. `founded_on` None: not known to be the applicant's firm."""

    today: date
    carrier_known: bool
    own_carrier: bool
    criteria: Sequence[Criterion]
    stay_months: int
    latest_start: date
    founded_on: date | None


def age_in_months(founded_on: date, on: date) -> int:
    """Whole months, a begun one counted: 24 on the day two years later, 25 on the day after."""
    months = (on.year - founded_on.year) * 12 + on.month - founded_on.month
    return months + (1 if on.day > founded_on.day else 0)


def admission(
    form: TenancyForm, criteria: Sequence[Criterion], *, founded_on: date | None, entry: date
) -> Judgement:
    """What the carrier's type asks, answered for the day of entry."""
    values: dict[str, Value] = {
        "sci_tech": _yes_or_no(form.sci_tech, "reported"),
        "works_on_site": _yes_or_no(form.works_on_site, "reported"),
        "registered_firm": _yes_or_no(form.applied_as is AppliesAs.firm, "computed"),
    }
    if founded_on is not None:
        values["age_months"] = Value(Decimal(age_in_months(founded_on, entry)))
    return judge(criteria, values, on=entry)


def _yes_or_no(answer: bool, origin: Any) -> Value:
    return Value(Decimal(int(answer)), origin)


def findings(form: TenancyForm, facts: TenancyFacts) -> list[FieldError]:
    """Everything that stops the application, in the order of the form."""
    found: list[FieldError] = []
    if not facts.carrier_known:
        found.append(FieldError(pointer="/carrier_code", code="carrier_unknown"))
    if facts.own_carrier:
        found.append(FieldError(pointer="/carrier_code", code="carrier_is_your_own"))
    found += _identity(form, facts)
    if form.from_on < facts.today:
        found.append(FieldError(pointer="/from_on", code="date_in_past"))
    if form.from_on > facts.latest_start:
        latest = {"latest": str(facts.latest_start)}
        found.append(FieldError(pointer="/from_on", code="stay_starts_too_late", values=latest))
    if facts.carrier_known and form.months > facts.stay_months:
        values = {"longest": facts.stay_months}
        found.append(FieldError(pointer="/months", code="stay_limit_exceeded", values=values))
    if facts.carrier_known and not found:
        judged = admission(form, facts.criteria, founded_on=facts.founded_on, entry=form.from_on)
        found += criterion_errors(judged)
    return found


def _identity(form: TenancyForm, facts: TenancyFacts) -> list[FieldError]:
    if form.applied_as is AppliesAs.team:
        faults = [] if form.team_name else [FieldError(pointer="/team_name", code="name_required")]
        return faults + (
            [FieldError(pointer="/uscc", code="team_has_no_code")] if form.uscc else []
        )
    if not form.uscc:
        return [FieldError(pointer="/uscc", code="uscc_required")]
    if facts.founded_on is None:
        return [FieldError(pointer="/uscc", code="enterprise_not_yours")]
    return []


POINTERS = {"sci_tech": "/sci_tech", "works_on_site": "/works_on_site", "age_months": "/from_on"}


def criterion_errors(judged: Judgement) -> list[FieldError]:
    """The criteria that are not met (or cannot be told), each with its source."""
    found = []
    for verdict in judged.failing:
        c = verdict.criterion
        values: dict[str, Any] = {
            "criterion": c.key,
            "reason_zh": verdict.reason_zh,
            "reason_en": verdict.reason_en,
            "legal_basis": c.source_document,
        }
        pointer = POINTERS.get(c.key, "/applied_as")
        found.append(FieldError(pointer=pointer, code=f"admission_{c.key}", values=values))
    return found


def shown(judged: Judgement) -> list[dict[str, Any]]:
    """The verdicts as the case keeps and shows them."""
    return [verdict_view(verdict).model_dump(mode="json") for verdict in judged.verdicts]


def last_day(first: date, months: int, calendar: WorkCalendar) -> date:
    """The last day of a stay of so many months (民法典 arts. 200-202; holidays do not lengthen it)."""
    return calendar.end_of_period(first, months=months, extend_on_holiday=False)


def is_long_field(field: str) -> bool:
    return field in LONG_FIELDS


def graduation(
    ground: str, criteria: Sequence[Criterion], *, amount_fen: int | None, on: date
) -> Judgement:
    """Whether the ground's threshold is met by what the tenant gives evidence of."""
    number = Decimal(1) if ground not in WITH_AMOUNT else None
    if ground in WITH_AMOUNT and amount_fen is not None:
        number = Decimal(amount_fen)
    values: Mapping[str, Value] = (
        {GROUND_VALUES[ground]: Value(number, "evidence")} if number is not None else {}
    )
    return judge(criteria, values, on=on)
