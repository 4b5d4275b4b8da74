"""Effects of a graduation (毕业): asked with a ground and its evidence, verified, where needed confirmed."""

from typing import Any

from contracts.events.carriers import TenancyGraduated
from kit.cases.service import audience_of
from kit.errors import FieldError
from kit.matters import CaseContext
from services.carriers.tenancies import parameters, rules, staying, store
from services.carriers.tenancies.errors import GraduationGroundNotMet
from services.carriers.tenancies.workflow import Graduation, Verification


async def request_graduation(context: CaseContext, payload: Graduation) -> None:
    """Raises GraduationGroundNotMet where the ground's threshold is not reached, or lies in the future."""
    if payload.happened_on > context.today:
        fault = FieldError(pointer="/happened_on", code="date_in_future")
        raise GraduationGroundNotMet(errors=[fault])
    judged = rules.graduation(
        payload.ground,
        parameters.graduation(payload.ground),
        amount_fen=payload.amount_fen,
        on=context.today,
    )
    if not judged.ok:
        raise GraduationGroundNotMet(
            errors=[
                FieldError(
                    pointer="/amount_fen",
                    code="graduation_ground_not_met",
                    values={"reason_zh": v.reason_zh, "reason_en": v.reason_en},
                )
                for v in judged.failing
            ]
        )
    context.case.facts["graduation"] = {
        **payload.model_dump(mode="json"),
        "verdicts": rules.shown(judged),
        "requested_on": str(context.today),
    }
    await staying.change(context, state="graduation_requested")
    context.move_data = {"ground": payload.ground, "evidence": payload.evidence}


async def verify_graduation(context: CaseContext, payload: Verification) -> None:
    """The operator has checked the evidence; at a carrier with a high title the department confirms."""
    rank = await store.carrier_rank(context.session, staying.carrier_id(context))
    rule = parameters.in_force(parameters.graduation("confirmed"), context.today)
    confirmed = rule.threshold is not None and rank >= rule.threshold
    facts = context.case.facts
    facts["needs_confirmation"] = confirmed
    facts["graduation"] |= {"seen": payload.seen, "verified_on": str(context.today)}
    await staying.change(context, state="graduation_verified")
    context.move_data = {"needs_confirmation": confirmed}
    if not confirmed:
        context.then("graduate")


async def return_graduation(context: CaseContext, _: Any) -> None:
    context.case.facts["needs_confirmation"] = False
    await staying.change(context, state="incubating")


async def graduate(context: CaseContext, _: Any) -> None:
    """毕业: the stay ends today, with honours; not the same as leaving."""
    case, ground = context.case, context.case.facts["graduation"]["ground"]
    await staying.end(context, "graduated", on=context.today, ground=ground)
    graduated = TenancyGraduated(
        tenancy_id=case.id,
        reference=case.reference,
        carrier_code=case.facts["carrier_code"],
        uscc=case.facts.get("uscc"),
        ground=ground,
        on=context.today,
    )
    await context.emit("carriers.tenancy.graduated.v1", graduated, audience=audience_of(context))
