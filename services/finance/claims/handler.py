"""What only a compensation claim does when its case moves: review here, money in paying.py.

Each decision keeps who made it: science, treasury, the province and the payment are four people's work.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from kit.cases.drafting import check_case, freeze_submission
from kit.cases.errors import FormIncomplete
from kit.commonplace import Reason, escalate
from kit.criteria import verdict_view
from kit.errors import FieldError
from kit.matters import CaseContext, Effect, FactView, Handler
from kit.notices import close, publish
from services.finance.claims import announcing, paying, recovering, rules, showing, store
from services.finance.claims.errors import LoanAlreadyClaimed
from services.finance.claims.facts import Gathered, gather
from services.finance.claims.form import CompensationClaimForm
from services.finance.claims.workflow import PUBLICITY_DAYS, REVIEWERS
from services.finance.enterprises import store as enterprises
from services.finance.loans import store as loans
from services.finance.loans.desk import desk_of
from services.finance.loans.service import hold_for_claim, let_claim_go

PUBLIC_FACTS = (
    "loan_id",
    "loan_reference",
    "uscc",
    "enterprise_name",
    "base_fen",
    "verdicts",
    "agreed",
    "approved_on",
    "refusal",
    "overdue",
    "notice_id",
    "open_objections",
    "objection_upheld",
    "shares",
    "paid_fen",
    "paid_on",
    "recovered_fen",
    "returned_fen",
    "closing",
    "claw_back",
)


class CompensationClaimHandler(Handler):
    """Rules and effects of 风险补偿申请."""

    def __init__(self) -> None:
        self.effects = {
            "submit": submit,
            "agree_science": _agree("science"),
            "agree_treasury": _agree("treasury"),
            "approve": approve,
            "publicise": publicise,
            "close_publicity": close_publicity,
            "pay": paying.pay,
            "record_recovery": recovering.record,
            "reverse_recovery": recovering.reverse,
            "close": recovering.close_claim,
            "claw_back": paying.claw_back,
            "reject": reject,
            "withdraw": let_go,
            "escalate": escalate,
        }

    async def findings(self, context: CaseContext, form: Any) -> list[FieldError]:
        """What a complete claim breaks. Another bank's loan does not exist."""
        gathered = await gather(context, form)
        if gathered is None:
            return [FieldError(pointer="/loan_id", code="loan_unknown")]
        return rules.findings(gathered.judgement, gathered.facts)

    def labels(self, case: Any) -> Mapping[str, str]:
        """The loan by its borrower and number: once claimed it is in no list any more."""
        return {"/loan_id": case.title} if case.title else {}

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: facts[name] for name in PUBLIC_FACTS if name in facts}

    def shown(self, facts: Mapping[str, Any]) -> list[FactView]:
        return list(showing.lines(facts))


def _form(context: CaseContext) -> CompensationClaimForm:
    return cast(CompensationClaimForm, context.opened())


async def submit(context: CaseContext, _: Any) -> None:
    """Takes the loan and the bank's reference. Raises FormIncomplete, LoanAlreadyClaimed,
    `bank_reference_used`."""
    _refuse((await check_case(context)).findings)
    form, case = _form(context), context.case
    gathered = await gather(context, form, lock=True)
    assert gathered is not None  # the findings have asked
    _refuse(
        rules.findings(gathered.judgement, gathered.facts)
    )  # again: it may have changed just now
    loan = gathered.loan
    await _take(context, form, loan)
    await freeze_submission(context)
    case.title = f"{loan.enterprise_name} {loan.reference}"
    case.region_code = loan.region_code
    case.facts |= {
        "bank": loan.bank,
        "loan_id": str(loan.id),
        "loan_reference": loan.reference,
        "uscc": loan.uscc,
        "enterprise_name": loan.enterprise_name,
        "base_fen": form.unpaid_principal_fen,
        "involved": await _involved(context, loan),
    }
    _keep_verdicts(context, gathered)


def _refuse(findings: Sequence[FieldError]) -> None:
    if findings:
        raise FormIncomplete(
            errors=[e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in findings]
        )


async def _take(context: CaseContext, form: CompensationClaimForm, loan: Any) -> None:
    session, case = context.session, context.case
    living = await store.living_claim(session, loan.id)
    if living is not None:
        raise LoanAlreadyClaimed(existing=announcing.existing(living))
    await loans.take_reference(
        session,
        bank=loan.bank,
        bank_reference=form.bank_reference,
        kind="claim",
        subject_id=case.id,
        reference=case.reference,
        href=announcing.claim_href(case.id),
        now=context.now,
    )
    names = ("bank", "uscc", "enterprise_name", "region_code", "product_code", "pool_code")
    values = {name: getattr(loan, name) for name in names} | {
        "id": case.id,
        "reference": case.reference,
        "state": case.state,
        "bank_reference": form.bank_reference,
        "loan_id": loan.id,
        "loan_reference": loan.reference,
        "base_fen": form.unpaid_principal_fen,
        "submitted_at": context.now,
    }
    if not await store.take_loan(session, values):
        living = await store.living_claim(session, loan.id)
        raise LoanAlreadyClaimed(existing=announcing.existing(living))
    await hold_for_claim(desk_of(context), loan.id, claim_id=case.id, reference=case.reference)


async def _involved(context: CaseContext, loan: Any) -> list[str]:
    """The people of the debtor: none of them decides here as an officer."""
    enterprise = await enterprises.find(context.session, loan.uscc)
    people = {loan.applicant_person, enterprise and enterprise.legal_representative}
    return sorted(person for person in people if person)


def _keep_verdicts(context: CaseContext, gathered: Gathered) -> None:
    context.case.facts["verdicts"] = [
        verdict_view(verdict).model_dump(mode="json") for verdict in gathered.judgement.verdicts
    ]


def _agree(department: str) -> Effect:
    async def agree(context: CaseContext, _: Any) -> None:
        """One department's yes; the second one completes the local review."""
        facts = context.case.facts
        agreed = {**facts.get("agreed", {}), department: context.today.isoformat()}
        facts["agreed"] = agreed
        if all(name in agreed for name in REVIEWERS):
            context.then("complete_review")

    return agree


async def approve(context: CaseContext, _: Any) -> None:
    """The province's yes, to what is still unpaid. Raises ClaimConditionsNotMet, NothingToCompensate."""
    gathered = await paying.still_due(context, _form(context))
    context.case.facts |= {
        "approved_on": context.today.isoformat(),
        "base_fen": gathered.base_fen,
    }
    await store.change(context.session, context.case.id, base_fen=gathered.base_fen)
    context.move_data = {"base_fen": gathered.base_fen}
    context.then("publicise")


async def publicise(context: CaseContext, _: Any) -> None:
    row = await store.find(context.session, context.case.id)
    await publish(
        context,
        kind="compensation_claim",
        title=announcing.title(row),
        content=await announcing.lines(context, row),
        days=PUBLICITY_DAYS,
    )


async def close_publicity(context: CaseContext, _: Any) -> None:
    await close(context)


async def reject(context: CaseContext, payload: Reason) -> None:
    context.case.facts["refusal"] = payload.reason
    await let_go(context, payload)
    await announcing.tell_bank(context, "rejected", "已驳回", "was rejected")


async def let_go(context: CaseContext, _: Any) -> None:
    """The claim ends unpaid: the loan may be claimed again, under a new reference of the bank."""
    await close(context)
    claim = await store.find(context.session, context.case.id)
    if claim is None:  # a draft
        return
    await let_claim_go(desk_of(context), claim.loan_id)
    await store.change(context.session, claim.id, released_at=context.now)
