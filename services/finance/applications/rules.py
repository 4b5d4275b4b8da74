"""What an application and an offer may say. Pure: product, enterprise and the day are passed in.

Numbers are the product's dated parameters; who may borrow is judged by its criteria (products/eligibility).
"""

from dataclasses import dataclass
from datetime import date

from kit.criteria import Judgement
from kit.errors import FieldError
from services.finance.applications.form import LoanApplicationForm
from services.finance.applications.workflow import Decision
from services.finance.products.eligibility.rules import Profile, findings_of, judge_profile
from services.finance.products.terms import ProductTerms

FIGURES = {"revenue": "/revenue_fen", "revenue_cap": "/revenue_fen", "staff": "/staff"}


@dataclass(frozen=True)
class ApplicationFacts:
    """What the rules need beside the form. `profile` is None where the applicant does not represent the
    enterprise; `has_bank`: some bank offers the product there; `loans_before`: its contracts here."""

    today: date
    profile: Profile | None
    product: ProductTerms | None
    has_bank: bool = False
    loans_before: int = 0


def judgement_of(facts: ApplicationFacts) -> Judgement:
    """The product's criteria, answered for this enterprise today."""
    assert facts.profile is not None
    assert facts.product is not None
    return judge_profile(facts.product.code, facts.profile, on=facts.today)


def findings(form: LoanApplicationForm, facts: ApplicationFacts) -> list[FieldError]:
    """Everything in the way of submitting, each failing criterion among it."""
    if facts.profile is None:
        return [FieldError(pointer="/uscc", code="enterprise_not_yours")]
    product = facts.product
    if product is None or not product.offered:
        return [FieldError(pointer="/product_code", code="product_not_offered")]
    if not product.pooled:
        return [FieldError(pointer="/product_code", code="product_not_applied_for_here")]
    found = _over_limits(form, product)
    if not facts.has_bank:
        found.append(FieldError(pointer="/product_code", code="no_partner_bank"))
    if form.first_loan and facts.loans_before:
        found.append(FieldError(pointer="/first_loan", code="not_the_first_loan"))
    elif form.first_loan and not form.first_loan_evidence:
        found.append(FieldError(pointer="/first_loan_evidence", code="first_loan_unproved"))
    for finding in findings_of(judgement_of(facts), pointer="/product_code"):
        key = finding.code.removesuffix("_unknown")
        found.append(finding.model_copy(update={"pointer": FIGURES.get(key, finding.pointer)}))
    return found


def _over_limits(form: LoanApplicationForm, product: ProductTerms) -> list[FieldError]:
    found = []
    cap = product.cap_fen(first_loan=form.first_loan)
    if cap is not None and form.amount_fen > cap:
        values = {"most_fen": cap}
        found.append(FieldError(pointer="/amount_fen", code="amount_over_limit", values=values))
    if product.longest_months is not None and form.term_months > product.longest_months:
        values = {"most_months": product.longest_months}
        found.append(FieldError(pointer="/term_months", code="term_over_limit", values=values))
    return found


def decision_findings(
    decision: Decision, product: ProductTerms, *, asked_fen: int, first_loan: bool
) -> list[FieldError]:
    """What an offer breaks: it is whole, at most what was asked, and within the product's limits."""
    offer = {
        "amount_fen": decision.amount_fen,
        "annual_rate": decision.annual_rate,
        "term_months": decision.term_months,
        "repayment_method": decision.repayment_method,
    }
    if decision.outcome == "declined":
        return [
            FieldError(pointer=f"/{name}", code="offer_in_a_refusal")
            for name, value in offer.items()
            if value is not None
        ]
    missing = [
        FieldError(pointer=f"/{name}", code="missing")
        for name, value in offer.items()
        if value is None
    ]
    return missing or _offer_findings(decision, product, asked_fen, first_loan)


def _offer_findings(
    decision: Decision, product: ProductTerms, asked_fen: int, first_loan: bool
) -> list[FieldError]:
    found = []
    amount, rate, term = decision.amount_fen or 0, decision.annual_rate, decision.term_months or 0
    cap = min(product.cap_fen(first_loan=first_loan) or asked_fen, asked_fen)
    if amount > cap:
        values = {"most_fen": cap}
        found.append(FieldError(pointer="/amount_fen", code="offer_over_limit", values=values))
    highest = product.highest_rate
    if rate is not None and highest is not None and rate > highest:
        most = {"most": f"{highest.normalize():f}"}
        found.append(FieldError(pointer="/annual_rate", code="rate_over_limit", values=most))
    if product.longest_months is not None and term > product.longest_months:
        values = {"most_months": product.longest_months}
        found.append(FieldError(pointer="/term_months", code="term_over_limit", values=values))
    return found
