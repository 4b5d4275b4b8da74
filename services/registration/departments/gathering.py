"""From a case whose licence was issued to what the departments need: reads the form once, in the clear.

Only the establishment of a company opens department tasks today; another matter adds its reader here.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.registration import LicenceIssued
from kit.sealing import Sealer
from kit.tables import cases
from services.registration.departments.facts import LEAST_SEALS, Contact, EnterpriseFacts
from services.registration.filings.establishment.form import EstablishmentForm
from services.registration.filings.people import Contact as FormContact

ESTABLISHMENT = "company-establishment"


async def gather_facts(
    session: AsyncSession, state: Any, licence: LicenceIssued
) -> EnterpriseFacts | None:
    """What the departments need of a newly licensed enterprise; None where the licence was not the
    first of an establishment (a change has nothing to open)."""
    query = select(cases).where(cases.c.id == licence.case_id)
    case = (await session.execute(query)).first()
    if case is None or case.matter != ESTABLISHMENT or licence.licence_version != 1:
        return None
    person_key = state.settings.person_key.get_secret_value()
    sealer = Sealer(EstablishmentForm, state.vault, person_key)
    form = EstablishmentForm.model_validate(sealer.open(case.form))
    return EnterpriseFacts(
        case_id=licence.case_id,
        uscc=licence.uscc,
        enterprise_name=licence.enterprise_name,
        region_code=licence.region_code,
        established_on=licence.established_on,
        applicant_sub=case.applicant_sub,
        applicant_person=case.applicant_person,
        legal_representative=form.legal_representative.name,
        finance_officer=_contact(form.finance_officer),
        liaison=_contact(form.liaison),
        industry_code=form.industry_code,
        bank_code=form.bank_code,
        seals=tuple(seal.value for seal in form.seals) or LEAST_SEALS,
    )


def _contact(person: FormContact) -> Contact:
    return Contact(name=person.name, phone=person.phone)
