"""What a registered change of address writes, all in the approving transaction: grant, register, licence.

Locks are taken in one order (entity, address grant), as the case has locked the entity before.
"""

from kit.matters import CaseContext
from services.registration.addresses import service as addresses
from services.registration.filings.change_of_domicile.form import ChangeOfDomicileForm
from services.registration.filings.printing import authority_name, domicile_text
from services.registration.licences import store as licences
from services.registration.licences.document import LicenceContent, LicenceDocument
from services.registration.licences.errors import LicenceEnded
from services.registration.licences.issuing import issue_licence
from services.registration.licences.key_service import Signer
from services.registration.licences.tables import Licence
from services.registration.register.rules import Seat
from services.registration.register.service import move_entity


async def change(context: CaseContext, form: ChangeOfDomicileForm) -> Licence:
    """Moves the company and issues its next licence. Raises AddressGrantUsedUp, LicenceEnded."""
    session, case, domicile = context.session, context.case, form.domicile
    before = await licences.find_latest(session, form.uscc)
    if before is None:
        raise LicenceEnded
    grant, region = domicile.address_grant, domicile.region_code
    if grant is not None:
        await addresses.claim_grant(session, grant, case_id=case.id, today=context.today)
    seat = Seat(
        domicile=domicile_text(domicile, context.today),
        address_status="hosted" if domicile.kind == "hosted" else "own",
        region_code=region,
        registration_authority=authority_name(region, context.today),
    )
    await move_entity(session, form.uscc, seat, now=context.now)
    use = addresses.Use(grant, case.id, form.uscc, region) if grant is not None else None
    await addresses.move_domicile(session, form.uscc, use, today=context.today)
    return await issue_licence(
        session,
        Signer.of(context.state),
        case_id=case.id,
        content=_content(before, seat),
        region_code=region,
        owner_sub=before.owner_sub,
        holder_persons=before.holder_persons,
        legal_representative=case.applicant_person,
        address_grant=grant,
        now=context.now,
    )


def _content(before: Licence, seat: Seat) -> LicenceContent:
    """The former licence's items with another address and, where it moved there, another authority."""
    held = LicenceDocument.model_validate_json(before.payload).licence
    return held.model_copy(
        update={
            "domicile": seat.domicile,
            "registration_authority": seat.registration_authority,
        }
    )
