"""Gathers what the rules need beside the form: the loan as the books have it, and whose it is."""

from dataclasses import dataclass
from typing import Any

from kit.criteria import Judgement
from kit.matters import CaseContext
from services.finance.claims import rules
from services.finance.claims.form import CompensationClaimForm
from services.finance.loans import store as loans


@dataclass(frozen=True)
class Gathered:
    """A loan of the claiming bank with the verdicts on it. `base_fen`: what is claimed and still unpaid."""

    loan: Any
    facts: rules.LoanFacts
    judgement: Judgement
    base_fen: int


async def gather(
    context: CaseContext,
    form: CompensationClaimForm,
    *,
    lock: bool = False,
    claimed: bool = False,
) -> Gathered | None:
    """The loan and what the rules say of it; None where the claiming bank has no such loan.

    `lock`: nothing is booked on the loan until this transaction ends. `claimed`: the claim stands already, so
    what was paid since lowers the base instead of speaking against the claim.
    """
    bank = context.case.applicant_org
    if bank is None:
        return None
    loan = await loans.loan_for_claim(
        context.session, form.loan_id, bank, today=context.today, lock=lock
    )
    if loan is None:
        return None
    facts = loan_facts(loan)
    base = min(form.unpaid_principal_fen, facts.outstanding_fen)
    asked = form.model_copy(update={"unpaid_principal_fen": base}) if claimed and base else form
    return Gathered(loan, facts, rules.judge_claim(asked, facts, on=context.today), base)


def loan_facts(loan: Any) -> rules.LoanFacts:
    """What the rules ask of a loan's row."""
    return rules.LoanFacts(
        state=loan.state,
        filed_on=loan.filed_on,
        first_disbursed_on=loan.first_disbursed_on,
        outstanding_fen=loan.outstanding_fen,
        overdue_since=loan.overdue_since,
        days_overdue=loan.days_overdue,
        overdue_days=loan.overdue_days,
    )
