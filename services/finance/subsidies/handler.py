"""What only the premium subsidy does when its case moves. Money moves through `pools`, never here.

Approving takes the year's room and the budget in one transaction; whoever comes second for the last fen
gets a refusal and nothing is written.
"""

from collections.abc import Mapping
from typing import Any, cast

from kit import corrections
from kit.cases.drafting import check_case, freeze_submission
from kit.cases.errors import FormIncomplete
from kit.commonplace import Reason, escalate
from kit.documents.store import missing_materials
from kit.errors import FieldError
from kit.matters import CaseContext, FactView, Handler
from kit.notices import close, publish
from services.finance.enterprises import store as enterprises
from services.finance.pools import service as pools
from services.finance.refunds import Refund, refuse_impossible_day
from services.finance.subsidies import announcing, rules, showing, store
from services.finance.subsidies.approving import approve, scheme_on
from services.finance.subsidies.errors import PremiumAlreadySubsidised
from services.finance.subsidies.form import PremiumSubsidyForm, insurer_key, policy_key
from services.finance.subsidies.workflow import PUBLICITY_DAYS

PUBLIC_FACTS = (
    "amount_fen",
    "accepted_premium_fen",
    "rate_percent",
    "limited_by",
    "first_time",
    "correction",
    "refusal",
    "overdue",
    "notice_id",
    "open_objections",
    "objection_upheld",
    "paid_on",
    "refunded_on",
)


def _form(context: CaseContext) -> PremiumSubsidyForm:
    return cast(PremiumSubsidyForm, context.opened())


class PremiumSubsidyHandler(Handler):
    """Rules and effects of 科技保险保费补贴."""

    def __init__(self) -> None:
        self.effects = {
            "submit": submit,
            "approve": approve,
            **corrections.EFFECTS,
            "reject": reject,
            "publicise": publicise,
            "close_publicity": close_publicity,
            "pay": pay,
            "claw_back": claw_back,
            "escalate": escalate,
            "withdraw": let_go,
            "lapse": let_go,
        }

    async def findings(self, context: CaseContext, form: Any) -> list[FieldError]:
        """What a complete form breaks, judged by its applicant's rights and the day of submission."""
        submitted_on = context.case.facts.get("submitted_on")
        return rules.findings(
            form,
            await scheme_on(context, form),
            is_own=await _is_own(context, form.uscc),
            today=min(context.today, rules.day(submitted_on) or context.today),
            missing_materials=await missing_materials(
                context.session, context.matter, context.case.id
            ),
        )

    def labels(self, case: Any) -> Mapping[str, str]:
        """The company is the applicant's, its name also the departments' to read."""
        return {"/uscc": case.title} if case.title else {}

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: facts[name] for name in PUBLIC_FACTS if name in facts}

    def shown(self, facts: Mapping[str, Any]) -> list[FactView]:
        return list(showing.lines(facts))


async def _is_own(context: CaseContext, uscc: str) -> bool:
    """Whether the applicant is the enterprise's legal representative, whoever is looking now."""
    row = await enterprises.find(context.session, uscc)
    person = context.case.applicant_person
    return row is not None and person is not None and row.legal_representative == person


async def submit(context: CaseContext, _: Any) -> None:
    """Takes the cost item. Raises FormIncomplete, PremiumAlreadySubsidised."""
    checked = await check_case(context)
    if not checked.complete:
        raise FormIncomplete(
            errors=[e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in checked.findings]
        )
    form, case = _form(context), context.case
    enterprise = await enterprises.find(context.session, form.uscc)
    assert enterprise is not None  # the findings have asked
    case.title, case.region_code = enterprise.name, enterprise.region_code
    await freeze_submission(context)
    case.facts.setdefault("submitted_on", context.today.isoformat())
    case.facts.pop("overdue", None)
    case.facts["first_time"] = not await store.had_before(context.session, form.uscc)
    await store.withdraw_item(context.session, case.id)
    values = _row(context, form, enterprise.name)
    if not await store.take_cost_item(context.session, values):
        taken = await store.find_by_item(context.session, values)
        raise PremiumAlreadySubsidised(existing=announcing.existing(taken, uscc=form.uscc))
    others = await store.list_of_policy(context.session, values["policy_key"], but=case.id)
    case.facts["same_policy"] = [announcing.other(row, uscc=form.uscc) for row in others]


def _row(context: CaseContext, form: PremiumSubsidyForm, name: str) -> dict[str, Any]:
    case = context.case
    return {
        "id": case.id,
        "reference": case.reference,
        "uscc": form.uscc,
        "enterprise_name": name,
        "region_code": case.region_code,
        "applicant_sub": case.applicant_sub,
        "insurer": form.insurer,
        "policy_number": form.policy_number,
        "policy_key": policy_key(form.policy_number),
        "insurer_key": insurer_key(form.insurer),
        "coverage": form.coverage.value,
        "period_from_on": form.period_from_on,
        "period_to_on": form.period_to_on,
        "premium_fen": form.premium_fen,
        "other_fen": rules.other_fen(form),
        "year": form.paid_on.year,
        "submitted_on": context.today,
    }


async def publicise(context: CaseContext, _: Any) -> None:
    row = await store.find(context.session, context.case.id)
    await publish(
        context,
        kind="premium_subsidy",
        title=announcing.title(row),
        content=announcing.lines(row),
        days=PUBLICITY_DAYS,
    )


async def close_publicity(context: CaseContext, _: Any) -> None:
    await close(context)


async def pay(context: CaseContext, _: Any) -> None:
    """Obliges and pays what was committed, in one transaction with the event."""
    case, session = context.case, context.session
    row = await store.find(session, case.id)
    assert row is not None
    for step in (pools.oblige, pools.pay):
        await step(
            session,
            budget_code=row.budget_code,
            reference=row.reference,
            amount_fen=row.amount_fen,
            now=context.now,
            today=context.today,
        )
    await store.change(session, case.id, paid_on=context.today)
    case.facts["paid_on"] = context.today.isoformat()
    context.move_data = {"amount_fen": row.amount_fen}
    await announcing.tell_paid(context, row)


async def reject(context: CaseContext, payload: Reason) -> None:
    context.case.facts["refusal"] = payload.reason
    await let_go(context, payload)


async def let_go(context: CaseContext, _: Any) -> None:
    """The case ends without a payment: budget, year and cost item are free again."""
    session, case = context.session, context.case
    row = await store.find(session, case.id)
    await close(context)
    if row is None:
        return
    if row.amount_fen is not None:
        await store.add_to_year(session, uscc=row.uscc, year=row.year, amount_fen=-row.amount_fen)
        await pools.release(
            session,
            budget_code=row.budget_code,
            reference=row.reference,
            amount_fen=row.amount_fen,
            now=context.now,
            today=context.today,
        )
    await store.release(session, case.id, at=context.now)


async def claw_back(context: CaseContext, payload: Refund) -> None:
    """The enterprise has paid the subsidy back; the cost item stays used. Raises RefundRefused."""
    row = await store.find(context.session, context.case.id)
    assert row is not None
    refuse_impossible_day(payload, paid_on=row.paid_on, today=context.today)
    await pools.refund(
        context.session,
        budget_code=row.budget_code,
        reference=row.reference,
        amount_fen=row.amount_fen,
        now=context.now,
        today=payload.received_on,
    )
    await store.change(context.session, row.id, refunded_on=payload.received_on)
    context.case.facts["refunded_on"] = payload.received_on.isoformat()
    context.move_data = {"amount_fen": row.amount_fen}
