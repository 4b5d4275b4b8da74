"""What recognition asks and how a panel decides, as pure functions: days and numbers are passed in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from kit.criteria import Judgement, Value, Verdict, judge, verdict_view
from services.carriers.recognition.parameters import CriteriaSet

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class CarrierNumbers:
    """What the register knows of a carrier."""

    opened_on: date
    area_m2: int
    workstations: int
    workstation_area_m2: int | None
    public_area_m2: int | None
    tenants_of_year: int


def months_between(start: date, end: date) -> int:
    """Whole months that have passed."""
    passed = relativedelta(end, start)
    return passed.years * 12 + passed.months


def computed_values(carrier: CarrierNumbers, *, on: date) -> dict[str, Value]:
    """What we can compute ourselves; a share without its areas cannot be told."""
    numbers: dict[str, Decimal] = {
        "running_months": Decimal(months_between(carrier.opened_on, on)),
        "area_m2": Decimal(carrier.area_m2),
        "workstations": Decimal(carrier.workstations),
    }
    if carrier.workstation_area_m2 is not None and carrier.public_area_m2 is not None:
        used = Decimal(carrier.workstation_area_m2 + carrier.public_area_m2)
        numbers["usable_percent"] = (used * 100 / carrier.area_m2).quantize(HUNDREDTH)
    return {key: Value(number, "computed") for key, number in numbers.items()}


def reported_values(form: Mapping[str, Any], *, documents: Collection[str]) -> dict[str, Value]:
    """What the operator says; `evidence` where a document of that name stands behind it."""
    found = {}
    for key in REPORTED:
        given = form.get(key)
        if given is None:
            continue
        number = Decimal(len(given)) if isinstance(given, list) else Decimal(str(int(given)))
        proof = EVIDENCE.get(key)
        found[key] = Value(number, "evidence" if proof in documents else "reported")
    return found


REPORTED = (
    "legal_person",
    "tenants",
    "new_firms",
    "financed_firms",
    "typical_cases",
    "full_time_staff",
    "mentors",
    "events",
    "satisfaction_percent",
    "statistics_reported",
)
EVIDENCE = {
    "tenants": "tenant_list",
    "new_firms": "tenant_list",
    "financed_firms": "tenant_list",
    "typical_cases": "case_reports",
    "full_time_staff": "staff_list",
    "mentors": "staff_list",
    "legal_person": "operator_licence",
}
"""Value → the material that proves it."""


def values_of(
    carrier: CarrierNumbers, form: Mapping[str, Any], *, documents: Collection[str], on: date
) -> dict[str, Value]:
    """Reported and computed together. Tenants: the larger of what is reported and what we have seen."""
    found = reported_values(form, documents=documents) | computed_values(carrier, on=on)
    seen = Value(Decimal(carrier.tenants_of_year), "computed")
    reported = found.get("tenants")
    if seen.number and (reported is None or seen.number >= reported.number):
        found["tenants"] = seen
    return found


@dataclass(frozen=True)
class Answer:
    """A judged set. `waived`: a no that another criterion of its group makes up for."""

    judgement: Judgement
    waived: frozenset[str]

    @property
    def failing(self) -> list[Verdict]:
        return [v for v in self.judgement.failing if v.criterion.key not in self.waived]

    @property
    def ok(self) -> bool:
        return not self.failing

    def facts(self) -> list[dict[str, Any]]:
        """For the case's facts and its reply."""
        return [
            verdict_view(v).model_dump() | {"waived": v.criterion.key in self.waived}
            for v in self.judgement.verdicts
        ]


def answer(asked: CriteriaSet, given: Mapping[str, Value], *, on: date) -> Answer:
    """Every criterion judged; in a group one yes is enough."""
    judgement = judge(asked.criteria, given, on=on)
    yes = {v.criterion.key for v in judgement.verdicts if v.ok is True}
    waived = {
        v.criterion.key
        for v in judgement.verdicts
        if v.ok is not True and yes & set(asked.alternatives(v.criterion.key))
    }
    return Answer(judgement, frozenset(waived))


def stands(status: str) -> bool:
    """Whether a title of this status is one that can still be given up or revoked."""
    return status == "valid"


def in_conflict(expert: Any, *, operator_org: str, applicant_person: str | None) -> bool:
    """Whether an expert belongs to the operator or is the applicant (回避)."""
    own = applicant_person is not None and expert.principal == f"person:{applicant_person}"
    return own or (expert.org_code is not None and expert.org_code == operator_org)


def panel_stands(members: int, *, minimum: int) -> bool:
    """At least the minimum, and odd, so that there is a majority."""
    return members >= minimum and members % 2 == 1


def total(scores: Mapping[str, int], weights: Mapping[str, Decimal]) -> Decimal:
    """A sheet's total of 100: each item 0–100 by its weight, rounded once to a hundredth."""
    points = sum(
        (Decimal(scores[key]) * weight / 100 for key, weight in weights.items()), Decimal(0)
    )
    return points.quantize(HUNDREDTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Conclusion:
    """What a panel says together."""

    average: Decimal
    recommending: int
    members: int
    passed: bool


def conclude(sheets: Sequence[tuple[Decimal, bool]], *, pass_score: Decimal) -> Conclusion:
    """The average of the totals, and whether it reaches the pass score with a majority in favour."""
    totals = [each for each, _ in sheets]
    average = (sum(totals, Decimal(0)) / len(totals)).quantize(HUNDREDTH, ROUND_HALF_UP)
    recommending = sum(1 for _, yes in sheets if yes)
    passed = average >= pass_score and recommending * 2 > len(sheets)
    return Conclusion(average, recommending, len(sheets), passed)
