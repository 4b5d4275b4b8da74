"""Gathers what the rules need beside the form: the company, whose it is, the new place, the grant."""

from kit.documents.store import missing_materials
from kit.matters import CaseContext
from kit.regions import table as regions
from services.registration.addresses import store as addresses
from services.registration.filings import store as filings
from services.registration.filings.change_of_domicile import store
from services.registration.filings.change_of_domicile.form import ChangeOfDomicileForm
from services.registration.filings.change_of_domicile.rules import ChangeFacts, CompanyFact
from services.registration.filings.domicile import PROOF, GrantFact, PlaceFact
from services.registration.filings.printing import domicile_text
from services.registration.licences.status_list import LicenceStatus
from services.registration.register.rules import EntityState


async def gather(context: CaseContext, form: ChangeOfDomicileForm) -> ChangeFacts:
    """One look at everything that the rules ask about, in the case's own transaction."""
    session, region = context.session, form.domicile.region_code
    missing = await missing_materials(session, context.matter, context.case.id)
    if form.domicile.address_grant:
        missing = tuple(code for code in missing if code != PROOF)
    return ChangeFacts(
        today=context.today,
        company=await _company(context, form.uscc),
        new_domicile=domicile_text(form.domicile, context.today),
        place=PlaceFact(
            known=region in regions.known_codes(),
            served=await filings.serves(session, region),
            grant=await _grant(context, form.domicile.address_grant),
        ),
        missing_materials=missing,
    )


async def _company(context: CaseContext, uscc: str) -> CompanyFact | None:
    row = await store.company_of(context.session, uscc, context.case.applicant_person)
    if row is None:
        return None
    return CompanyFact(
        active=row.state == EntityState.active,
        licensed=row.licence_status == LicenceStatus.valid,
        domicile=row.domicile,
        business_scope=row.business_scope,
        must_move=row.hosting in ("closing", "lapsed"),
    )


async def _grant(context: CaseContext, code: str | None) -> GrantFact | None:
    """The grant that the form names, if the applicant holds it."""
    person = context.case.applicant_person
    if code is None or person is None:
        return None
    row = await addresses.held_by(context.session, code, [person])
    return GrantFact.of(row, context.today) if row is not None else None
