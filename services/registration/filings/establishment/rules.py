"""What the law asks of a company's establishment, as pure functions: no database, no clock, no HTTP.

Each rule yields findings (`pointer`, `code`, law) that stop the filing, or judgements: points that are lawful
but need a person to look. No finding and no judgement means that the licence can be issued at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from contracts.values.people import same_name
from kit.errors import FieldError
from kit.workdays import WorkCalendar
from services.registration.codes.rules import DEMO_REGION, check_uscc
from services.registration.filings import domicile
from services.registration.filings.domicile import GrantFact, PlaceFact, PremisesKind
from services.registration.filings.establishment import persons
from services.registration.filings.establishment.choices import (
    ContributionMethod,
    Position,
    ShareholderKind,
)
from services.registration.filings.establishment.form import EstablishmentForm, Officer
from services.registration.filings.judging import Judgement, fault

CONTRIBUTION_YEARS = 5
UNDATED_APPROVAL_DAYS = 90
BARRED_METHODS = {
    ContributionMethod.labour,
    ContributionMethod.credit,
    ContributionMethod.personal_name,
    ContributionMethod.goodwill,
    ContributionMethod.franchise,
    ContributionMethod.encumbered_property,
}
IN_COMMAND = (Position.chair, Position.director, Position.manager)


@dataclass(frozen=True)
class ScopeItemFact:
    """What the reference data says of one scope item: its approval (none, pre, post)."""

    code: str
    approval: str
    restricted: str | None = None


@dataclass(frozen=True)
class ReservationFact:
    """What the names feature says of the reservation: who holds it, until when, on what conditions."""

    full_name: str
    region_code: str
    organization_form: str
    held: bool
    expires_on: date
    promised: bool
    to_judge: bool = (
        False  # a word of it, or an approval that it needs, is for an officer to look at
    )


@dataclass(frozen=True)
class EstablishmentFacts:
    """Everything that the rules need beside the form; gathered by the handler."""

    today: date
    calendar: WorkCalendar
    reservation: ReservationFact | None
    scope: Mapping[str, ScopeItemFact]
    known_industries: frozenset[str]
    known_regions: frozenset[str]
    barred: Mapping[str, str] = field(default_factory=dict)
    authority_code: str | None = None
    deciding_authority: str | None = None
    missing_materials: tuple[str, ...] = ()
    grant: GrantFact | None = None


def findings(form: EstablishmentForm, facts: EstablishmentFacts) -> list[FieldError]:
    """Everything that stops the filing, in the order of the form."""
    return [
        *_name(facts),
        *_scope(form, facts),
        *_premises(form, facts),
        *_capital(form, facts),
        *_offices(form),
        *persons.findings(
            form, regions=facts.known_regions, barred=facts.barred, today=facts.today
        ),
        *_owners(form),
        *_materials(facts),
    ]


def judgements(form: EstablishmentForm, facts: EstablishmentFacts) -> list[Judgement]:
    """The points that need a person; empty means that the system may approve (当场登记)."""
    return list(_judge(form, facts))


def _name(facts: EstablishmentFacts) -> Iterator[FieldError]:
    law, at = "企业名称登记管理规定 art. 18", "/name_reservation_id"
    held = facts.reservation
    if held is None or not held.held:
        yield fault(at, "name_not_reserved", law)
        return
    if held.expires_on < facts.today:
        yield fault(at, "name_reservation_expired", law, expired_on=str(held.expires_on))
    if held.organization_form != "limited_company":
        yield fault(at, "name_form_differs", "公司法 art. 7", form=held.organization_form)


def _scope(form: EstablishmentForm, facts: EstablishmentFacts) -> Iterator[FieldError]:
    if form.industry_code not in facts.known_industries:
        yield fault("/industry_code", "industry_unknown", "GB/T 4754-2017")
    if len(set(form.scope_items)) != len(form.scope_items):
        yield fault("/scope_items", "scope_item_repeated", "市场主体登记管理条例 art. 14")
    covered = {approval.scope_item for approval in form.pre_approvals}
    for index, code in enumerate(form.scope_items):
        fact, at = facts.scope.get(code), f"/scope_items/{index}"
        if fact is None:
            yield fault(at, "scope_item_unknown", "市场主体登记管理条例 art. 14")
        elif fact.restricted == "banned":
            yield fault(at, "scope_item_banned", "市场准入负面清单")
        elif fact.approval == "pre" and code not in covered:
            yield fault(at, "pre_approval_missing", "市场主体登记管理条例 art. 14")
    yield from _approvals(form, facts.today)


def _approvals(form: EstablishmentForm, today: date) -> Iterator[FieldError]:
    law = "市场主体登记管理条例实施细则 art. 12"
    for index, approval in enumerate(form.pre_approvals):
        at = f"/pre_approvals/{index}"
        if approval.scope_item not in form.scope_items:
            yield fault(f"{at}/scope_item", "approval_for_nothing", law)
        if approval.issued_on > today:
            yield fault(f"{at}/issued_on", "date_in_future", law)
        if approval.valid_until_on and approval.valid_until_on < today:
            yield fault(f"{at}/valid_until_on", "approval_expired", law)
        age = (today - approval.issued_on).days
        if approval.valid_until_on is None and age > UNDATED_APPROVAL_DAYS:
            yield fault(f"{at}/issued_on", "approval_too_old", law, days=UNDATED_APPROVAL_DAYS)


def _premises(form: EstablishmentForm, facts: EstablishmentFacts) -> Iterator[FieldError]:
    at, served = "/domicile", facts.authority_code is not None
    known = form.domicile.region_code in facts.known_regions
    yield from domicile.findings(form.domicile, PlaceFact(known, served, facts.grant))
    elsewhere = facts.deciding_authority not in (None, facts.authority_code)
    if known and served and elsewhere:
        law = "企业名称登记管理规定 art. 7"
        yield fault(f"{at}/region_code", "address_outside_name_region", law)
    pre = [c for c in form.scope_items if c in facts.scope and facts.scope[c].approval == "pre"]
    if form.domicile.kind is PremisesKind.hosted and pre:
        yield fault(
            f"{at}/kind", "hosted_address_for_pre_approval", "演示参数", items=",".join(pre)
        )


def _capital(form: EstablishmentForm, facts: EstablishmentFacts) -> Iterator[FieldError]:
    total = sum(holder.subscribed_fen for holder in form.shareholders)
    if total != form.registered_capital_fen:
        yield fault(
            "/registered_capital_fen",
            "contributions_do_not_add_up",
            "公司法 art. 47",
            subscribed_fen=total,
            registered_capital_fen=form.registered_capital_fen,
        )
    last = facts.calendar.end_of_period(
        facts.today, years=CONTRIBUTION_YEARS, extend_on_holiday=False
    )
    seen: set[str] = set()
    for index, holder in enumerate(form.shareholders):
        at = f"/shareholders/{index}"
        if holder.contributed_by_on > last:
            yield fault(
                f"{at}/contributed_by_on", "contribution_too_late", "公司法 art. 47", by=str(last)
            )
        if holder.method in BARRED_METHODS:
            law = "市场主体登记管理条例 art. 13"
            yield fault(f"{at}/method", "contribution_method_banned", law, method=holder.method)
        corporate = holder.kind is ShareholderKind.enterprise
        identity = (holder.uscc or "") if corporate else holder.signer.id_number.upper()
        if corporate and not holder.uscc:
            yield fault(f"{at}/uscc", "uscc_required", "市场主体登记管理条例 art. 8")
        elif corporate and _never_issued(identity, facts):
            yield fault(f"{at}/uscc", "uscc_invalid", "GB 32100-2015")
        if not corporate:
            yield from persons.as_a_person(holder.name, f"{at}/name")
        if not corporate and not same_name(holder.name, holder.signer.name):
            yield fault(f"{at}/signer/name", "shareholder_must_sign", "电子签名法 art. 13")
        if identity and identity in seen:
            yield fault(at, "shareholder_repeated", "公司法 art. 42")
        seen.add(identity)


def _never_issued(uscc: str, facts: EstablishmentFacts) -> bool:
    """A code of the demo province that our own rules would never have made. Elsewhere codes are on real
    licences though their check fails (91350203M0001QKT19): those are an officer's to judge."""
    ours = uscc[2:4] == DEMO_REGION
    return ours and not check_uscc(uscc, regions=facts.known_regions).valid


def _holders(form: EstablishmentForm, *positions: Position) -> set[str]:
    return {o.id_number.upper() for o in form.officers if o.position in positions}


def _offices(form: EstablishmentForm) -> Iterator[FieldError]:
    directors = _holders(form, Position.chair, Position.director)
    supervisors = _holders(form, Position.supervisor)
    chairs = [o for o in form.officers if o.position is Position.chair]
    if not directors:
        yield fault("/officers", "director_required", "公司法 arts. 67, 75")
    elif len(directors) == 2:
        yield fault("/officers", "board_of_two", "公司法 arts. 68, 75")
    if len(chairs) > 1 or (len(directors) >= 3 and not chairs):
        yield fault("/officers", "one_chair_required", "公司法 art. 68")
    if supervisors and form.supervisor_waived:
        yield fault("/supervisor_waived", "supervisor_waived_but_named", "公司法 art. 83")
    if not supervisors and not form.supervisor_waived:
        yield fault("/officers", "supervisor_required", "公司法 arts. 76, 83")
    command = _holders(form, *IN_COMMAND) | {form.finance_officer.id_number.upper()}
    for index, officer in enumerate(form.officers):
        if officer.position is Position.supervisor and officer.id_number.upper() in command:
            yield fault(f"/officers/{index}", "supervisor_in_command", "公司法 art. 76")
    yield from _repeated(form.officers)
    if form.legal_representative.id_number.upper() not in _holders(form, *IN_COMMAND):
        law = "公司法 art. 10"
        yield fault("/legal_representative", "legal_representative_not_in_command", law)


def _repeated(officers: Iterable[Officer]) -> Iterator[FieldError]:
    seen: set[tuple[Position, str]] = set()
    for index, officer in enumerate(officers):
        key = (officer.position, officer.id_number.upper())
        if key in seen:
            yield fault(f"/officers/{index}", "position_repeated", "公司法 art. 68")
        seen.add(key)


def _owners(form: EstablishmentForm) -> Iterator[FieldError]:
    total = sum((Decimal(owner.share_percent) for owner in form.beneficial_owners), Decimal(0))
    if total > 100:
        law = "受益所有人信息管理办法"
        yield fault("/beneficial_owners", "shares_over_100_percent", law, total=str(total))


def _materials(facts: EstablishmentFacts) -> Iterator[FieldError]:
    for code in facts.missing_materials:
        law = "市场主体登记管理条例 art. 16"
        yield fault("", "material_missing", law, material=code)


def _judge(form: EstablishmentForm, facts: EstablishmentFacts) -> Iterator[Judgement]:
    if facts.reservation and facts.reservation.promised:
        yield Judgement("similar_name_promised", "/name_reservation_id")
    if facts.reservation and facts.reservation.to_judge:
        yield Judgement("name_to_judge", "/name_reservation_id")
    for index, code in enumerate(form.scope_items):
        fact = facts.scope.get(code)
        if fact and fact.approval == "pre":
            yield Judgement("pre_approval_to_check", f"/scope_items/{index}")
        if fact and fact.restricted == "needs_approval":
            yield Judgement("negative_list_item", f"/scope_items/{index}")
    if domicile.needs_a_look(form.domicile):
        yield Judgement("shared_address", "/domicile/kind")
    for index, holder in enumerate(form.shareholders):
        if holder.kind is ShareholderKind.enterprise:
            yield Judgement("corporate_shareholder", f"/shareholders/{index}")
            if holder.uscc and not check_uscc(holder.uscc, regions=facts.known_regions).valid:
                yield Judgement("uscc_to_check", f"/shareholders/{index}/uscc")
        if holder.method is not ContributionMethod.money:
            yield Judgement("contribution_to_value", f"/shareholders/{index}/method")
    for pointer in persons.minors(form, regions=facts.known_regions, today=facts.today):
        yield Judgement("minor", pointer)
