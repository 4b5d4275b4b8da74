"""What registration writes, all in the approving transaction: name, code, register entry, licence.

Locks are taken in one order (name, address grant, code), the code late, since it holds its segment's row.
"""

from dataclasses import dataclass
from uuid import UUID

from kit.crypto import mask_id, mask_phone, person_hash
from kit.matters import CaseContext
from services.registration.addresses import service as addresses
from services.registration.codes.rules import DEMO_REGION
from services.registration.codes.service import allocate_code
from services.registration.filings import store
from services.registration.filings.establishment.choices import METHODS, Position, ShareholderKind
from services.registration.filings.establishment.form import (
    EstablishmentForm,
    Officer,
    Shareholder,
)
from services.registration.filings.people import Contact
from services.registration.filings.printing import authority_name, domicile_text
from services.registration.licences.document import Head, HeadRole, LicenceContent
from services.registration.licences.issuing import issue_licence
from services.registration.licences.key_service import Signer
from services.registration.names import handover
from services.registration.reference import store as reference
from services.registration.register.rules import (
    EntityRecord,
    PersonRecord,
    PersonRole,
    ShareholderRecord,
)
from services.registration.register.service import register_entity

DEPARTMENT, CATEGORY = "9", "1"
ROLES = {
    Position.chair: PersonRole.director,
    Position.director: PersonRole.director,
    Position.manager: PersonRole.manager,
    Position.supervisor: PersonRole.supervisor,
}
TYPE_ONE_HOLDER = {
    ShareholderKind.natural_person: "有限责任公司（自然人独资）",
    ShareholderKind.enterprise: "有限责任公司（法人独资）",
}


@dataclass(frozen=True)
class Registered:
    """A company that now exists."""

    uscc: str
    name: str
    licence_id: str


def type_text(form: EstablishmentForm) -> str:
    """类型 as the licence prints it."""
    kinds = {holder.kind for holder in form.shareholders}
    if len(form.shareholders) == 1:
        return TYPE_ONE_HOLDER[form.shareholders[0].kind]
    if kinds == {ShareholderKind.natural_person}:
        return "有限责任公司（自然人投资或控股）"
    return "其他有限责任公司"


def scope_text(form: EstablishmentForm) -> str:
    """经营范围 by kind: general items first, then licensed ones with the usual closing words."""
    items = [item for code in form.scope_items if (item := reference.scope_item(code))]
    general = "；".join(item.name_zh for item in items if item.kind == "general")
    licensed = "；".join(item.name_zh for item in items if item.kind != "general")
    parts = []
    if general:
        parts.append(
            f"一般项目：{general}（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"
        )
    if licensed:
        parts.append(
            f"许可项目：{licensed}（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
        )
    return "；".join(parts)


async def reserved_name(context: CaseContext) -> str:
    """The name behind the form's reservation, or an empty text."""
    wanted = context.case.form.get("name_reservation_id")
    try:
        reservation_id = str(UUID(str(wanted)))
    except ValueError:
        return ""
    row = await store.reservation_for(context.session, reservation_id, context.case)
    return row.name if row else ""


def _reservation_id(context: CaseContext) -> UUID:
    return UUID(str(context.case.form["name_reservation_id"]))


async def hold_name(context: CaseContext) -> None:
    """The application came in time: its name does not lapse while the case runs (名称规定 art. 18)."""
    await handover.use_reservation(
        context.session,
        _reservation_id(context),
        case_id=context.case.id,
        clock=context.state.clock,
    )


async def release_name(context: CaseContext) -> None:
    if context.case.submitted_at is not None:
        await handover.stop_using_reservation(
            context.session, _reservation_id(context), case_id=context.case.id
        )


async def register(context: CaseContext, form: EstablishmentForm) -> Registered:
    """Makes the company exist. Everything here is idempotent per case."""
    case, session, clock = context.case, context.session, context.state.clock
    name = await reserved_name(context)
    region = form.domicile.region_code
    grant = form.domicile.address_grant
    if grant is not None:
        await addresses.claim_grant(session, grant, case_id=case.id, today=context.today)
    code = await allocate_code(
        session,
        authority_code=region,
        department=DEPARTMENT,
        category=CATEGORY,
        region_code=region,
        case_id=case.id,
        issued_at=context.now,
    )
    await handover.confirm_reservation(
        session, _reservation_id(context), case_id=case.id, uscc=code.uscc, clock=clock
    )
    content = LicenceContent(
        uscc=code.uscc,
        name=name,
        type_text=type_text(form),
        head=Head(role=HeadRole.legal_representative, name=form.legal_representative.name),
        registered_capital_fen=form.registered_capital_fen,
        founded_on=context.today,
        domicile=domicile_text(form.domicile, context.today),
        business_scope=scope_text(form),
        registration_authority=authority_name(region, context.today),
    )
    await register_entity(session, _record(context, form, content), now=context.now)
    if grant is not None:
        use = addresses.Use(grant, case.id, code.uscc, region)
        await addresses.enter_domicile(session, use, today=context.today)
    representative = _person(form.legal_representative.id_number, context)
    licence = await issue_licence(
        session,
        Signer.of(context.state),
        case_id=case.id,
        content=content,
        region_code=region,
        owner_sub=case.applicant_sub,
        holder_persons=[representative, *filter(None, [case.applicant_person])],
        legal_representative=representative,
        address_grant=grant,
        now=context.now,
    )
    return Registered(code.uscc, name, str(licence.id))


def _record(context: CaseContext, form: EstablishmentForm, content: LicenceContent) -> EntityRecord:
    """The company as the register keeps it; numbers of people only as hash and mask."""
    people = [_entry(PersonRole.legal_representative, form.legal_representative, context)]
    people += [_entry(ROLES[officer.position], officer, context) for officer in form.officers]
    people.append(_entry(PersonRole.liaison, form.liaison, context))
    people.append(_entry(PersonRole.finance_officer, form.finance_officer, context))
    return EntityRecord(
        uscc=content.uscc,
        case_id=context.case.id,
        name=content.name,
        entity_kind="company",
        organization_form="limited_company",
        type_text=content.type_text,
        head_role=PersonRole.legal_representative,
        head_name=content.head.name,
        registered_capital_fen=content.registered_capital_fen,
        founded_on=content.founded_on,
        approved_on=context.today,
        domicile=content.domicile,
        address_status="hosted" if form.domicile.kind == "hosted" else "own",
        business_scope=content.business_scope,
        industry_code=form.industry_code,
        region_code=form.domicile.region_code,
        registration_authority=content.registration_authority,
        is_demo=form.domicile.region_code.startswith(DEMO_REGION),
        people=tuple(people),
        shareholders=tuple(_shareholder(holder, context) for holder in form.shareholders),
    )


def _entry(role: PersonRole, who: Contact | Officer, context: CaseContext) -> PersonRecord:
    return PersonRecord(
        role=role,
        name=who.name,
        person=_person(who.id_number, context),
        id_masked=mask_id(who.id_number),
        phone_masked=mask_phone(who.phone),
    )


def _shareholder(holder: Shareholder, context: CaseContext) -> ShareholderRecord:
    natural = holder.kind is ShareholderKind.natural_person
    return ShareholderRecord(
        kind="person" if natural else "organisation",
        name=holder.name,
        shareholder_uscc=None if natural else holder.uscc,
        person=_person(holder.signer.id_number, context) if natural else None,
        id_masked=mask_id(holder.signer.id_number) if natural else None,
        subscribed_fen=holder.subscribed_fen,
        method=METHODS[holder.method][0],
        due_on=holder.contributed_by_on,
    )


def _person(id_number: str, context: CaseContext) -> str:
    return person_hash(id_number, person_key=context.sealer.person_key)
