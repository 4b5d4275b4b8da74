"""What only the filing of a maker space does when its case moves."""

import uuid
from collections.abc import Mapping
from typing import Any, cast

from dateutil.relativedelta import relativedelta

from kit import corrections, notices
from kit.cases.drafting import check_case, freeze_submission
from kit.cases.errors import FormIncomplete
from kit.commonplace import Reason, escalate
from kit.documents.store import documents_of, missing_materials
from kit.errors import FieldError
from kit.matters import CaseContext, Handler, fact
from services.carriers.carriers.store import find_carrier
from services.carriers.recognition import panel, parameters, rules, store, titles, titles_store
from services.carriers.recognition.errors import (
    BarredFromApplying,
    CriteriaUnmet,
    RecognitionPending,
    TitleHeld,
)
from services.carriers.recognition.form import MakerSpaceFilingForm
from services.carriers.recognition.parameters import MAKER_SPACE_FILING as KIND
from services.carriers.recognition.workflow import (
    Panel,
    Rejection,
    ScoreSheet,
)

CARRIER_TYPE = "maker_space"
PUBLIC_FACTS = (
    "carrier_code", "carrier_name", "verdicts", "criteria_ok", "corrections", "correction",
    "recommendation", "panel_size", "scored", "review", "proposal", "notice_id", "open_objections",
    "objection_upheld", "title", "rejection", "overdue",
)  # fmt: skip


class MakerSpaceFilingHandler(Handler):
    """Rules and effects of 众创空间备案."""

    def __init__(self) -> None:
        self.effects = {
            "submit": submit,
            **corrections.EFFECTS,
            "recommend": recommend,
            "convene": convene,
            "appoint": convene,
            "recuse": recuse,
            "score": score,
            "conclude_review": conclude_review,
            "propose": propose,
            "close_publicity": close_publicity,
            "recognise": recognise,
            "reject": reject,
            "escalate": escalate,
            "withdraw": let_go,
            "lapse": let_go,
        }

    async def edited(self, context: CaseContext) -> None:
        """The draft already shows what each criterion says."""
        carrier = await own_carrier(context, context.case.form.get("carrier_code"))
        for stale in ("verdicts", "criteria_ok", "carrier_code", "carrier_name"):
            context.case.facts.pop(stale, None)
        if carrier is not None:
            context.case.title, context.case.region_code = carrier.name, carrier.region_code
            await judge(context, carrier)

    async def findings(self, context: CaseContext, form: Any) -> list[FieldError]:
        carrier = await own_carrier(context, form.carrier_code)
        if carrier is None:
            return [FieldError(pointer="/carrier_code", code="carrier_not_yours")]
        if carrier.type != CARRIER_TYPE:
            return [FieldError(pointer="/carrier_code", code="not_a_maker_space")]
        found = []
        if form.new_firms > form.tenants:
            found.append(FieldError(pointer="/new_firms", code="more_than_the_whole"))
        if form.financed_firms > form.tenants:
            found.append(FieldError(pointer="/financed_firms", code="more_than_the_whole"))
        return found

    def labels(self, case: Any) -> Mapping[str, str]:
        """The carrier is the applicant's, its name also the departments' and experts' to read."""
        name = case.facts.get("carrier_name")
        return {"/carrier_code": name} if name else {}

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: facts[name] for name in PUBLIC_FACTS if name in facts}


async def own_carrier(context: CaseContext, code: Any) -> Any | None:
    """The carrier if the applicant's organisation operates it, whoever is looking now."""
    row = await find_carrier(context.session, code) if isinstance(code, str) else None
    org = context.case.applicant_org
    return row if row is not None and org is not None and row.operator_org == org else None


async def judge(context: CaseContext, carrier: Any) -> rules.Answer:
    """Every criterion of today, answered from the register and the form; kept as facts."""
    seen = await store.tenants_of_year(context.session, carrier.id, year_to=context.today)
    numbers = rules.CarrierNumbers(
        opened_on=carrier.opened_on,
        area_m2=carrier.area_m2,
        workstations=carrier.workstations,
        workstation_area_m2=carrier.workstation_area_m2,
        public_area_m2=carrier.public_area_m2,
        tenants_of_year=seen,
    )
    held = {row.material for row in await documents_of(context.session, context.case.id)}
    given = rules.values_of(numbers, context.case.form, documents=held, on=context.today)
    asked = parameters.criteria_set(KIND, carrier.region_code, context.today)
    found = rules.answer(asked, given, on=context.today)
    context.case.facts |= {
        "carrier_code": carrier.reference,
        "carrier_name": carrier.name,
        "verdicts": found.facts(),
        "criteria_ok": found.ok,
    }
    return found


async def submit(context: CaseContext, _: Any) -> None:
    """Raises FormIncomplete, BarredFromApplying, TitleHeld, RecognitionPending. Unmet criteria do not stop
    it: the applicant sees them, and nobody can recommend it."""
    checked = await check_case(context)
    faults = [e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in checked.findings]
    missing = await missing_materials(context.session, context.matter, context.case.id)
    faults += [FieldError(pointer=f"/materials/{code}", code="missing") for code in missing]
    if faults:
        raise FormIncomplete(errors=faults)
    form, case = cast(MakerSpaceFilingForm, context.opened()), context.case
    carrier = await own_carrier(context, form.carrier_code)
    assert carrier is not None  # the findings have asked
    until = await store.barred_until(context.session, carrier.id, on=context.today)
    if until is not None:
        raise BarredFromApplying(extra={"until": until.isoformat()})
    if await titles_store.find_valid(context.session, carrier.id, KIND) is not None:
        raise TitleHeld
    if not await store.open_application(context.session, case.id, carrier.id, KIND):
        raise RecognitionPending
    case.title, case.region_code = carrier.name, carrier.region_code
    await judge(context, carrier)
    context.move_data = {"digest": await freeze_submission(context)}


async def recommend(context: CaseContext, payload: Reason) -> None:
    """The city's completeness check. Raises CriteriaUnmet where a criterion failed meanwhile."""
    await _judge_again(context)
    context.case.facts["recommendation"] = payload.reason


async def _judge_again(context: CaseContext) -> Any:
    carrier = await own_carrier(context, context.case.facts["carrier_code"])
    if carrier is None:
        raise CriteriaUnmet(errors=[FieldError(pointer="/carrier_code", code="carrier_not_yours")])
    found = await judge(context, carrier)
    if not found.ok:
        keys = [FieldError(pointer=f"/{v.criterion.key}", code="criterion") for v in found.failing]
        raise CriteriaUnmet(errors=keys)
    return carrier


async def convene(context: CaseContext, payload: Panel) -> None:
    """Puts experts on the panel; who has an interest is refused."""
    await panel.appoint(context, payload.experts, operator_org=context.case.applicant_org or "")


async def recuse(context: CaseContext, payload: Reason) -> None:
    await panel.stand_aside(context, payload.reason)


async def score(context: CaseContext, payload: ScoreSheet) -> None:
    await panel.score(context, payload)


async def conclude_review(context: CaseContext, _: Any) -> None:
    await panel.conclude(context)


async def propose(context: CaseContext, payload: Reason) -> None:
    """The decision is proposed to the public for seven days. Raises CriteriaUnmet."""
    carrier = await _judge_again(context)
    years = int(parameters.number("term_years", context.today))
    review = context.case.facts["review"]
    context.case.facts["proposal"] = payload.reason
    await notices.publish(
        context,
        kind="maker-space-filing",
        title=(f"关于拟备案{carrier.name}的公示", f"Proposed filing of {carrier.name}"),
        content=[
            fact("载体", "Carrier", "text", carrier.name),
            fact("载体编号", "Code", "text", carrier.reference),
            fact("地址", "Address", "text", carrier.address),
            fact("专家评审平均分", "Average of the experts", "text", review["average"]),
            fact("有效期（年）", "Term in years", "text", str(years)),
        ],
        days=int(parameters.number("publicity_days", context.today)),
    )


async def close_publicity(context: CaseContext, _: Any) -> None:
    await notices.close(context)


async def recognise(context: CaseContext, _: Any) -> None:
    """The title from today, for its term. Raises CriteriaUnmet, TitleHeld."""
    carrier = await _judge_again(context)
    title = await titles.grant(
        context.session,
        carrier,
        kind=KIND,
        case_id=context.case.id,
        years=int(parameters.number("term_years", context.today)),
        now=context.now,
        today=context.today,
    )
    await store.close_application(context.session, context.case.id)
    context.case.facts["title"] = {
        "number": title["number"],
        "valid_from": title["valid_from"].isoformat(),
        "valid_to": title["valid_to"].isoformat(),
    }
    context.move_data = dict(context.case.facts["title"])


async def reject(context: CaseContext, payload: Rejection) -> None:
    """Ends the application; after false statements the carrier is barred for two years."""
    context.case.facts["rejection"] = payload.reason
    await store.close_application(context.session, context.case.id)
    if payload.false_statements:
        carrier = await find_carrier(context.session, context.case.facts["carrier_code"])
        assert carrier is not None
        years = int(parameters.number("bar_years", context.today))
        values = {
            "id": uuid.uuid4(),
            "carrier_id": carrier.id,
            "until_on": context.today + relativedelta(years=years),
            "reason": payload.reason,
            "created_at": context.now,
        }
        await store.bar(context.session, values)
        context.move_data = {"barred_until": values["until_on"].isoformat()}


async def let_go(context: CaseContext, _: Any) -> None:
    """Withdrawn or lapsed: the carrier may apply again; a running notice ends."""
    await store.close_application(context.session, context.case.id)
    await notices.close(context)
