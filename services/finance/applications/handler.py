"""What only a loan application does when its case moves: eligibility, the claim, routing, the bank's word."""

from collections.abc import Mapping
from typing import Any, cast

from kit.cases.drafting import check_case, freeze_submission
from kit.cases.errors import FormIncomplete
from kit.commonplace import Reason
from kit.criteria import verdict_view
from kit.errors import FieldError, InvalidRequest
from kit.matters import CaseContext, FactView, Handler
from kit.rulings import Office
from services.finance.applications import routing, rules, showing, store
from services.finance.applications.announcing import tell_bank
from services.finance.applications.errors import ApplicationAlreadyOpen, OwnApplication
from services.finance.applications.facts import PUBLIC_FACTS
from services.finance.applications.form import LoanApplicationForm
from services.finance.applications.gathering import gather, represented, terms_of
from services.finance.applications.workflow import Decision, InformationAnswer, InformationRequest
from services.finance.loans.schemas import ContractTerms
from services.finance.loans.service import make_contract
from services.finance.products import store as products


class LoanApplicationHandler(Handler):
    """Rules and effects of 科技贷款申请."""

    def __init__(self) -> None:
        self.effects = {
            "submit": submit,
            "accept": accept,
            "pass_over": routing.pass_over,
            "reassign": routing.reassign,
            "request_information": request_information,
            "answer_information": answer_information,
            "decide": decide,
            "decline": decline,
            "escalate": escalate,
            "withdraw_offer": withdraw_offer,
            "withdraw": withdraw,
            "contract": contract,
            "expire": expire,
        }

    async def findings(self, context: CaseContext, form: Any) -> list[FieldError]:
        return rules.findings(form, await gather(context, form))

    async def edited(self, context: CaseContext) -> None:
        """The title is the company's name as soon as the applicant has chosen one of theirs."""
        row = await represented(context, str(context.case.form.get("uscc", "")))
        context.case.title = row.name if row is not None else ""

    def labels(self, case: Any) -> Mapping[str, str]:
        """The company is the applicant's, its name also the bank's to read."""
        return {"/uscc": case.title} if case.title else {}

    def office(self, case: Any) -> Office | None:
        bank = case.facts.get("bank_name")
        return Office(name=(bank["zh"], bank["en"])) if bank else None

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: facts[name] for name in PUBLIC_FACTS if name in facts}

    def shown(self, facts: Mapping[str, Any]) -> list[FactView]:
        return list(showing.lines(facts))


def _form(context: CaseContext) -> LoanApplicationForm:
    return cast(LoanApplicationForm, context.opened())


def _refuse_own(context: CaseContext) -> None:
    """A clerk of the bank who applies for their own company does not handle it there (回避)."""
    case, actor = context.case, context.actor
    if actor.sub == case.applicant_sub or (
        actor.person is not None and actor.person == case.applicant_person
    ):
        raise OwnApplication


async def submit(context: CaseContext, _: Any) -> None:
    """Checks each criterion, claims the one open place, sends it to a bank. Raises FormIncomplete,
    ApplicationAlreadyOpen."""
    checked = await check_case(context)
    if not checked.complete:
        raise FormIncomplete(
            errors=[e.model_copy(update={"pointer": f"/form{e.pointer}"}) for e in checked.findings]
        )
    form = _form(context)
    await _remember(context, form)
    bank = await routing.next_bank(context)
    assert bank is not None  # the findings have asked
    await _claim(context, form, bank)
    context.move_data = {"digest": await freeze_submission(context), "bank": bank}
    await routing.assign(context, bank)


async def _remember(context: CaseContext, form: LoanApplicationForm) -> None:
    """The facts that banks, loans and pages read (facts.py)."""
    case, session = context.case, context.session
    enterprise = await represented(context, form.uscc)
    product = await products.product_by_code(session, form.product_code)
    assert enterprise is not None
    assert product is not None
    case.title, case.region_code = enterprise.name, enterprise.region_code
    judgement = rules.judgement_of(await gather(context, form))
    case.facts |= {
        "uscc": enterprise.uscc,
        "enterprise_name": enterprise.name,
        "product_code": product.code,
        "product_name": {"zh": product.name_zh, "en": product.name_en},
        "amount_fen": form.amount_fen,
        "term_months": form.term_months,
        "preferred_bank": form.preferred_bank,
        "passed_over": [],
        "eligibility": [verdict_view(v).model_dump(mode="json") for v in judgement.verdicts],
        "first_loan": {
            "claimed": form.first_loan,
            "evidence": form.first_loan_evidence if form.first_loan else None,
            "previous_loans": await store.loans_before(session, enterprise.uscc),
            "confirmed": None,
            "verified_by": None,
            "verified_on": None,
        },
    }


async def _claim(context: CaseContext, form: LoanApplicationForm, bank: str) -> None:
    case, first = context.case, context.case.facts["first_loan"]
    values = {
        "case_id": case.id,
        "state": case.state,
        "created_at": case.created_at,
        "uscc": form.uscc,
        "product_code": form.product_code,
        "region_code": case.region_code,
        "bank": bank,
        "amount_fen": form.amount_fen,
        "term_months": form.term_months,
        "first_loan_claimed": first["claimed"],
        "first_loan_evidence": first["evidence"],
        "previous_loans": first["previous_loans"],
        "submitted_on": context.today,
    }
    if await store.claim(context.session, values):
        return
    other = await store.open_case(context.session, form.uscc, form.product_code)
    mine = other is not None and other.applicant_person == case.applicant_person
    existing = (
        {
            "href": f"{context.state.service.prefix}/cases/{other.id}",
            "id": str(other.id),
            "reference": other.reference,
        }
        if other is not None and mine
        else None
    )
    raise ApplicationAlreadyOpen(existing=existing)


async def accept(context: CaseContext, _: Any) -> None:
    _refuse_own(context)


async def request_information(context: CaseContext, payload: InformationRequest) -> None:
    _refuse_own(context)
    context.case.facts["correction"] = {
        "reason": payload.reason,
        "items": payload.items,
        "on": context.today.isoformat(),
    }
    context.move_data = {"items": payload.items}


async def answer_information(context: CaseContext, payload: InformationAnswer) -> None:
    facts = context.case.facts
    asked = facts.pop("correction")
    answered = {
        "reason": asked["reason"],
        "items": asked["items"],
        "asked_on": asked["on"],
        "answer": payload.answer,
        "answered_on": context.today.isoformat(),
    }
    facts["answers"] = [*facts.get("answers", []), answered]
    await tell_bank(context, facts["bank"], "application.answered")


async def decide(context: CaseContext, payload: Decision) -> None:
    """One body for either outcome; the system then approves or declines. Raises InvalidRequest for an offer
    beyond what was asked or what the product allows."""
    _refuse_own(context)
    case, facts = context.case, context.case.facts
    product = await terms_of(context, facts["product_code"], case.region_code)
    assert product is not None
    first = bool(facts["first_loan"]["claimed"])
    found = rules.decision_findings(
        payload, product, asked_fen=facts["amount_fen"], first_loan=first
    )
    if found:
        raise InvalidRequest(errors=found)
    decision = payload.model_dump(mode="json", exclude={"first_loan_confirmed"}, exclude_none=True)
    facts["decision"] = {**decision, "on": context.today.isoformat()}
    context.move_data = dict(decision)
    if payload.first_loan_confirmed is not None:
        await _verify_first_loan(context, confirmed=payload.first_loan_confirmed)
    context.then("approve" if payload.outcome == "approved" else "decline")


async def _verify_first_loan(context: CaseContext, *, confirmed: bool) -> None:
    """首贷: what the bank read in the credit report, with who says so and when."""
    by, on = context.actor.sub, context.today
    context.case.facts["first_loan"] |= {
        "confirmed": confirmed,
        "verified_by": context.case.facts["bank"],
        "verified_on": on.isoformat(),
    }
    await store.verify_first_loan(
        context.session, context.case.id, confirmed=confirmed, by=by, on=on
    )


async def decline(context: CaseContext, _: Any) -> None:
    """The system's move after the bank's; the bank's reason stands with it on the timeline."""
    context.reason = context.case.facts["decision"]["reason"]
    await store.close(context.session, context.case.id, outcome="declined", on=context.today)


async def escalate(context: CaseContext, _: Any) -> None:
    """The promised time is over: marked for everybody, and the bank is told."""
    context.case.facts["overdue"] = True
    await tell_bank(context, context.case.facts["bank"], "application.overdue")


async def withdraw_offer(context: CaseContext, payload: Reason) -> None:
    _refuse_own(context)
    context.case.facts["withdrawal"] = {
        "by": "bank",
        "reason": payload.reason,
        "on": context.today.isoformat(),
    }
    await store.close(context.session, context.case.id, outcome="withdrawn", on=context.today)


async def withdraw(context: CaseContext, _: Any) -> None:
    facts = context.case.facts
    facts["withdrawal"] = {"by": "applicant", "on": context.today.isoformat()}
    await store.close(context.session, context.case.id, outcome="withdrawn", on=context.today)
    if facts.get("bank"):
        await tell_bank(context, facts["bank"], "application.withdrawn")


async def contract(context: CaseContext, payload: ContractTerms) -> None:
    """The loan stands, with its cover reserved, or nothing does (loans.service.make_contract)."""
    _refuse_own(context)
    loan = await make_contract(context, payload)
    await store.close(
        context.session,
        context.case.id,
        outcome="contracted",
        on=context.today,
        contracted_fen=payload.amount_fen,
    )
    context.move_data = {"loan_id": str(loan.id), "loan_reference": loan.reference}


async def expire(context: CaseContext, _: Any) -> None:
    await store.close(context.session, context.case.id, outcome="expired", on=context.today)
    if context.case.facts.get("bank"):
        await tell_bank(context, context.case.facts["bank"], "application.expired")
