"""Gathers what the rules need beside the form: the reservation, reference data, barred people, materials."""

from kit.crypto import person_hash
from kit.documents.store import missing_materials
from kit.matters import CaseContext
from kit.regions import table as regions
from services.registration.addresses import store as addresses
from services.registration.filings import store
from services.registration.filings.domicile import PROOF, GrantFact
from services.registration.filings.establishment import persons
from services.registration.filings.establishment.choices import ShareholderKind
from services.registration.filings.establishment.form import EstablishmentForm
from services.registration.filings.establishment.rules import (
    EstablishmentFacts,
    ReservationFact,
    ScopeItemFact,
)
from services.registration.names.handover import needs_judgement
from services.registration.reference import store as reference


async def gather(context: CaseContext, form: EstablishmentForm) -> EstablishmentFacts:
    """One look at everything that the rules ask about, in the case's own transaction."""
    session, today = context.session, context.today
    reservation = await _reservation(context, form)
    key = context.sealer.person_key
    hashes = {person_hash(number, person_key=key): number for _, _, number in persons.people(form)}
    barred = await store.barred_among(session, hashes, today)
    region = form.domicile.region_code
    served = await store.serves(session, region)
    missing = await missing_materials(session, context.matter, context.case.id)
    if form.domicile.address_grant:
        missing = tuple(code for code in missing if code != PROOF)
    return EstablishmentFacts(
        today=today,
        calendar=context.calendar,
        reservation=reservation,
        scope=_scope(form),
        known_industries=frozenset(industry.code for industry in reference.industries()),
        known_regions=regions.known_codes(),
        barred={hashes[person]: ground for person, ground in barred.items()},
        authority_code=regions.city_of(region) if served else None,
        deciding_authority=reservation.region_code if reservation else None,
        missing_materials=missing,
        grant=await _grant(context, form),
    )


async def _grant(context: CaseContext, form: EstablishmentForm) -> GrantFact | None:
    """The grant that the form names, if the applicant or a shareholder holds it."""
    code, key = form.domicile.address_grant, context.sealer.person_key
    if code is None:
        return None
    holders = {
        person_hash(holder.signer.id_number, person_key=key)
        for holder in form.shareholders
        if holder.kind is ShareholderKind.natural_person
    } | ({context.case.applicant_person} if context.case.applicant_person else set())
    row = await addresses.held_by(context.session, code, holders)
    return GrantFact.of(row, context.today) if row is not None else None


async def _reservation(context: CaseContext, form: EstablishmentForm) -> ReservationFact | None:
    row = await store.reservation_for(context.session, form.name_reservation_id, context.case)
    if row is None:
        return None
    case = context.case
    submitted_in_time = case.submitted_at is not None and row.case_id == case.id
    return ReservationFact(
        full_name=row.name,
        region_code=row.city_code,
        organization_form=row.organization_form,
        held=row.state == "reserved" or (row.state == "registered" and row.case_id == case.id),
        expires_on=context.today if submitted_in_time else row.reserved_until,
        promised=row.promise is not None,
        to_judge=needs_judgement(row),
    )


def _scope(form: EstablishmentForm) -> dict[str, ScopeItemFact]:
    """The reference data's word on each chosen scope item; unknown codes are left out."""
    wanted = set(form.scope_items)
    restrictions = {
        restriction.industry: restriction.effect
        for restriction in reference.restrictions()
        if restriction.list_name == "market_access"
    }
    return {
        item.code: ScopeItemFact(item.code, item.approval, restrictions.get(item.industry))
        for item in reference.scope_items()
        if item.code in wanted
    }
