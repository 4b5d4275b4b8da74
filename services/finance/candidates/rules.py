"""What the library asks of declared figures, and until when an entry holds. Pure: the day is passed in."""

from datetime import date

from kit.errors import FieldError
from kit.workdays import add_months
from services.finance.candidates.form import CandidateForm
from services.finance.products.eligibility.rules import (
    CRITERIA,
    Figures,
    Profile,
    findings_of,
    judge_profile,
)

MATTER = "candidate-enterprise"
POINTERS = {"revenue": "/revenue_fen", "staff": "/staff", "good_standing": "/good_standing"}


def figures_of(form: CandidateForm) -> Figures:
    """The declared figures as the criteria read them."""
    return Figures(
        revenue_fen=form.revenue_fen,
        staff=form.staff,
        assets_fen=form.assets_fen,
        tech_staff=form.tech_staff,
        sme_score=form.sme_score,
        own_ip=form.own_ip,
        patents=form.patents,
        titles=frozenset(form.titles),
        good_standing=form.good_standing,
    )


def findings(form: CandidateForm, *, established_on: date | None, today: date) -> list[FieldError]:
    """What the form breaks. `established_on` is None where the applicant does not represent the company."""
    if established_on is None:
        return [FieldError(pointer="/uscc", code="enterprise_not_yours")]
    found = _contradictions(form, established_on=established_on, today=today)
    profile = Profile(established_on=established_on, figures=figures_of(form))
    for finding in findings_of(judge_profile(MATTER, profile, on=today), pointer=""):
        key = finding.code.removesuffix("_unmet").removesuffix("_unknown")
        found.append(finding.model_copy(update={"pointer": POINTERS.get(key, "/titles")}))
    return found


def _contradictions(form: CandidateForm, *, established_on: date, today: date) -> list[FieldError]:
    found = []
    if not established_on.year <= form.figures_year <= today.year:
        found.append(FieldError(pointer="/figures_year", code="year_impossible"))
    elif form.figures_year < today.year - 1:
        found.append(FieldError(pointer="/figures_year", code="figures_too_old"))
    if form.tech_staff > form.staff:
        found.append(FieldError(pointer="/tech_staff", code="more_than_the_whole"))
    if form.patents > form.own_ip:
        found.append(FieldError(pointer="/patents", code="more_than_the_whole"))
    return found


def valid_until(verified_on: date) -> date:
    """The entry's last day: `valid_months` later, the starting day not counted (民法典 arts. 201–202)."""
    (term,) = [c for c in CRITERIA["library-entry"] if c.in_force(verified_on)]
    return add_months(verified_on, int(term.threshold or 0))
