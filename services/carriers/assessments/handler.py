"""What only the yearly assessment does when its case moves."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from kit import corrections
from kit.cases.drafting import check_case, freeze_submission
from kit.cases.errors import FormIncomplete
from kit.commonplace import escalate
from kit.criteria import Value
from kit.errors import FieldError
from kit.matters import CaseContext, Handler
from services.carriers.assessments import parameters, rules, service, store
from services.carriers.assessments.errors import AssessmentNotOpen
from services.carriers.assessments.form import AnnualAssessmentForm
from services.carriers.assessments.workflow import Grading
from services.carriers.recognition.handler import own_carrier

PUBLIC_FACTS = (
    "carrier_code", "carrier_name", "year", "due_on", "version", "lines", "score", "grade",
    "corrections", "correction", "overdue", "title_lost", "note",
)  # fmt: skip
REPORTED = ("events", "mentors", "satisfaction_percent", "new_firms", "tenants", "graduates")


class AnnualAssessmentHandler(Handler):
    """Rules and effects of 年度考核."""

    def __init__(self) -> None:
        self.effects = {
            "submit": submit,
            "grade": grade,
            **corrections.EFFECTS,
            "escalate": escalate,
            "withdraw": let_go,
            "lapse": let_go,
        }

    async def edited(self, context: CaseContext) -> None:
        carrier = await own_carrier(context, context.case.form.get("carrier_code"))
        if carrier is not None:
            year = context.case.form.get("year")
            context.case.title = f"{carrier.name} {year or ''}".strip()
            context.case.region_code = carrier.region_code

    async def findings(self, context: CaseContext, form: Any) -> list[FieldError]:
        carrier = await own_carrier(context, form.carrier_code)
        if carrier is None:
            return [FieldError(pointer="/carrier_code", code="carrier_not_yours")]
        found = []
        if form.year >= context.today.year:
            found.append(FieldError(pointer="/year", code="year_not_over"))
        for name in ("new_firms", "graduates"):
            if getattr(form, name) > form.tenants:
                found.append(FieldError(pointer=f"/{name}", code="more_than_the_whole"))
        return found

    def labels(self, case: Any) -> Mapping[str, str]:
        """The carrier is the applicant's, its name also the departments' and experts' to read."""
        name = case.facts.get("carrier_name")
        return {"/carrier_code": name} if name else {}

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: facts[name] for name in PUBLIC_FACTS if name in facts}


async def submit(context: CaseContext, _: Any) -> None:
    """Raises FormIncomplete, AssessmentNotOpen (no title, another year, or reported already)."""
    checked = await check_case(context)
    if not checked.complete:
        raise FormIncomplete(
            errors=[e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in checked.findings]
        )
    form, case = cast(AnnualAssessmentForm, context.opened()), context.case
    carrier = await own_carrier(context, form.carrier_code)
    assert carrier is not None  # the findings have asked
    held = await store.of_case(context.session, case.id)
    if held is None:
        held = await store.lock_for_report(context.session, carrier.id, form.year)
    if held is None or (held.carrier_id, held.year) != (carrier.id, form.year):
        raise AssessmentNotOpen
    await store.change(context.session, held.id, state="reported", case_id=case.id)
    case.title, case.region_code = f"{carrier.name} {form.year}", carrier.region_code
    case.facts |= {"carrier_code": carrier.reference, "carrier_name": carrier.name}
    case.facts |= {"year": form.year, "due_on": held.due_on.isoformat()}
    _keep(context, await _lines(context, carrier, form, quality=None))
    context.move_data = {"digest": await freeze_submission(context)}


async def _lines(
    context: CaseContext, carrier: Any, form: AnnualAssessmentForm, *, quality: int | None
) -> list[rules.Line]:
    """The sheet of the year's last day, with what is reported, computed and checked."""
    first, last = date(form.year, 1, 1), date(form.year, 12, 31)
    given = {name: Value(Decimal(getattr(form, name)), "reported") for name in REPORTED}
    given["typical_cases"] = Value(Decimal(len(form.typical_cases)), "reported")
    tenants, graduates = await store.seen_in_year(
        context.session, carrier.id, first=first, last=last
    )
    for name, seen in (("tenants", tenants), ("graduates", graduates)):
        if seen and seen >= given[name].number:
            given[name] = Value(Decimal(seen), "computed")
    if carrier.workstations:
        used = carrier.workstations - carrier.free_workstations
        share = (Decimal(used * 100) / carrier.workstations).quantize(rules.HUNDREDTH)
        given["occupancy_percent"] = Value(share, "computed")
    if quality is not None:
        given["quality"] = Value(Decimal(quality), "evidence")
    version, indicators = parameters.indicator_set(parameters.CARRIER_TYPE, last)
    context.case.facts["version"] = version
    return rules.score_lines(indicators, given)


def _keep(context: CaseContext, lines: list[rules.Line]) -> None:
    context.case.facts["lines"] = [
        {
            "key": line.indicator.key,
            "group": line.indicator.group,
            "label": {"zh": line.indicator.zh, "en": line.indicator.en},
            "value": str(line.value.number) if line.value else None,
            "origin": line.value.origin if line.value else None,
            "unit": line.indicator.unit,
            "weight": str(line.indicator.weight),
            "points": str(line.points),
        }
        for line in lines
    ]


async def grade(context: CaseContext, payload: Grading) -> None:
    """The score, the grade, and after two failures in a row the end of the title."""
    form = cast(AnnualAssessmentForm, context.opened())
    row = await store.of_case(context.session, context.case.id)
    carrier = await own_carrier(context, form.carrier_code)
    if row is None or not rules.is_reported(row.state) or carrier is None:
        raise AssessmentNotOpen
    lines = await _lines(context, carrier, form, quality=payload.quality)
    _keep(context, lines)
    score = rules.total(lines)
    result = rules.grade_of(score, parameters.grades(date(form.year, 12, 31)))
    lost = await service.grade(
        context.session, row, state="graded", score=score, result=result, now=context.now,
        today=context.today,
    )  # fmt: skip
    context.case.facts |= {"score": str(score), "grade": result, "title_lost": lost}
    context.case.facts["note"] = payload.note
    context.move_data = {"score": str(score), "grade": result}


async def let_go(context: CaseContext, _: Any) -> None:
    """Withdrawn or lapsed: the year's report is due again, and will be reminded of."""
    row = await store.of_case(context.session, context.case.id)
    if row is not None and rules.is_reported(row.state):
        await store.change(context.session, row.id, state="due", case_id=None)
