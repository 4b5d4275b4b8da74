"""What only a tenancy does when its case moves: seats given and freed, grants closed, events told.

The case holds the story; `tenancies` and `workstation_allocations` hold what others read and what may not
overlap. Both are written in the move's own transaction. Queries are in store.py.
"""

from collections.abc import Mapping
from typing import Any, cast

from kit.cases.drafting import check_case, freeze_submission
from kit.cases.errors import FormIncomplete
from kit.commonplace import escalate
from kit.errors import FieldError
from kit.matters import CaseContext, FactView, Handler
from kit.rulings import Office
from services.carriers.enterprises import store as enterprises
from services.carriers.tenancies import graduating, parameters, rules, showing, staying, store
from services.carriers.tenancies.form import TenancyForm
from services.carriers.workstations import store as seats

PUBLIC_FACTS = (
    "carrier_code",
    "carrier_name",
    "applied_as",
    "name",
    "uscc",
    "admission",
    "came_from",
    "workstations",
    "starts_on",
    "ends_on",
    "limit_on",
    "carrier_address",
    "terms",
    "graduation",
    "needs_confirmation",
    "ground",
    "overdue",
)


def _form(context: CaseContext) -> TenancyForm:
    return cast(TenancyForm, context.opened())


async def gather(context: CaseContext, form: TenancyForm) -> rules.TenancyFacts:
    """What the rules ask about beside the form: the carrier, its rules, the firm's age."""
    session, carrier = context.session, await seats.find_carrier(context.session, form.carrier_code)
    firm = None
    if form.uscc:
        submitted = context.case.submission > 0  # whose firm it is was asked then
        firm = (
            await enterprises.find(session, form.uscc)
            if submitted
            else await enterprises.find_own(session, context.actor, form.uscc)
        )
    kind = carrier.type if carrier is not None else ""
    return rules.TenancyFacts(
        today=context.today,
        carrier_known=carrier is not None,
        own_carrier=carrier is not None and carrier.operator_org == context.case.applicant_org,
        criteria=parameters.admission(kind, form.applied_as.value),
        stay_months=parameters.stay_months(
            kind, long_field=rules.is_long_field(form.field), on=context.today
        ),
        latest_start=parameters.latest_start(context.today),
        founded_on=firm.established_on if firm is not None else None,
    )


class TenancyHandler(Handler):
    """Rules and effects of 入驻."""

    def __init__(self) -> None:
        self.effects = {
            "submit": submit,
            "admit": staying.admit,
            "move_in": staying.move_in,
            "withdraw": staying.withdraw,
            "lapse": staying.lapse,
            "extend_stay": staying.extend_stay,
            "request_graduation": graduating.request_graduation,
            "verify_graduation": graduating.verify_graduation,
            "return_graduation": graduating.return_graduation,
            "confirm_graduation": graduating.graduate,
            "graduate": graduating.graduate,
            "leave": staying.leave,
            "terminate": staying.terminate,
            "expire": staying.expire,
            "link_firm": staying.link_firm,
            "escalate": escalate,
        }

    def title(self, form: Mapping[str, Any]) -> str:
        return str(form.get("team_name") or form.get("uscc") or "")

    async def findings(self, context: CaseContext, form: Any) -> list[FieldError]:
        return rules.findings(form, await gather(context, form))

    def labels(self, case: Any) -> Mapping[str, str]:
        """The carrier by its name, once the application has gone there."""
        name = case.facts.get("carrier_name")
        return {"/carrier_code": name} if name else {}

    def office(self, case: Any) -> Office | None:
        name = case.facts.get("carrier_name")
        return Office(name=(name, name)) if name else None

    def shown(self, facts: Mapping[str, Any]) -> list[FactView]:
        return list(showing.lines(facts))

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: facts[name] for name in PUBLIC_FACTS if name in facts}


async def submit(context: CaseContext, _: Any) -> None:
    """Freezes the application; from now on the carrier's operator is party to it and its region decides."""
    checked = await check_case(context)
    if not checked.complete:
        raise FormIncomplete(
            errors=[e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in checked.findings]
        )
    form, case = _form(context), context.case
    carrier = await seats.find_carrier(context.session, form.carrier_code)
    assert carrier is not None  # the findings say so
    firm = await enterprises.find(context.session, form.uscc) if form.uscc else None
    judged = rules.admission(
        form,
        parameters.admission(carrier.type, form.applied_as.value),
        founded_on=firm.established_on if firm is not None else None,
        entry=form.from_on,
    )
    case.region_code = carrier.region_code
    case.title = firm.name if firm is not None else str(form.team_name)
    case.facts |= {
        "carrier_id": str(carrier.id),
        "carrier_code": carrier.reference,
        "carrier_name": carrier.name,
        "applied_as": form.applied_as.value,
        "name": case.title,
        "uscc": form.uscc,
        "admission": rules.shown(judged),
    }
    if form.uscc:
        case.facts["came_from"] = await _came_from(context, form.uscc)
    context.parties = [(f"org:{carrier.operator_org}", "operator")]
    context.move_data = {"digest": await freeze_submission(context)}


async def _came_from(context: CaseContext, uscc: str) -> dict[str, str] | None:
    """苗圃 → 孵化器 → 加速器: the firm's last stay, for the carrier that it wants to go on to."""
    row = await store.previous_stay(context.session, uscc)
    if row is None:
        return None
    return {name: str(value) for name, value in row._mapping.items()}
