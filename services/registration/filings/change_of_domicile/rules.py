"""What the law asks of a change of address, as pure functions: no database, no clock, no HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kit.errors import FieldError
from services.registration.filings import domicile
from services.registration.filings.change_of_domicile.form import ChangeOfDomicileForm
from services.registration.filings.domicile import PlaceFact, PremisesKind
from services.registration.filings.judging import Judgement, fault

CHANGE = "市场主体登记管理条例 art. 24"
APPLY_WITHIN_DAYS = 30
LICENSED = "许可项目"


@dataclass(frozen=True)
class CompanyFact:
    """The company as the register has it. `must_move`: its hosting is over or about to be."""

    active: bool
    licensed: bool
    domicile: str
    business_scope: str
    must_move: bool


@dataclass(frozen=True)
class ChangeFacts:
    """Everything that the rules need beside the form. No `company`: there is none, or the applicant is not
    its legal representative; `new_domicile` is the form's address as a licence prints it."""

    today: date
    company: CompanyFact | None
    new_domicile: str
    place: PlaceFact
    missing_materials: tuple[str, ...] = ()


def findings(form: ChangeOfDomicileForm, facts: ChangeFacts) -> list[FieldError]:
    """Everything that stops the change, in the order of the form."""
    return [
        *_company(facts),
        *_decision(form, facts),
        *domicile.findings(form.domicile, facts.place),
        *_moved(facts),
        *(
            fault("", "material_missing", "市场主体登记管理条例 art. 16", material=code)
            for code in facts.missing_materials
        ),
    ]


def _company(facts: ChangeFacts) -> Iterator[FieldError]:
    company = facts.company
    if company is None:
        yield fault("/uscc", "company_not_yours", CHANGE)
    elif not company.active:
        yield fault("/uscc", "company_not_active", CHANGE)
    elif not company.licensed:
        yield fault("/uscc", "company_without_licence", CHANGE)


def _decision(form: ChangeOfDomicileForm, facts: ChangeFacts) -> Iterator[FieldError]:
    if form.decided_on > facts.today:
        yield fault("/decided_on", "date_in_future", CHANGE)


def _moved(facts: ChangeFacts) -> Iterator[FieldError]:
    company = facts.company
    if company and facts.new_domicile == company.domicile and not company.must_move:
        yield fault("/domicile/street", "address_unchanged", CHANGE)


def judgements(form: ChangeOfDomicileForm, facts: ChangeFacts) -> list[Judgement]:
    """The points at which the officer has to look."""
    found = []
    if facts.today > form.decided_on + timedelta(days=APPLY_WITHIN_DAYS):
        found.append(Judgement("applied_late", "/decided_on"))
    if domicile.needs_a_look(form.domicile):
        found.append(Judgement("shared_address", "/domicile/kind"))
    hosted = form.domicile.kind is PremisesKind.hosted
    if hosted and facts.company and LICENSED in facts.company.business_scope:
        found.append(Judgement("licensed_scope_at_hosted_address", "/domicile/kind"))
    return found
