"""Hears of graduations from carriers: a graduate counts like an enterprise of the library. Calls nobody."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.carriers import TenancyGraduated
from kit.inbox import Incoming
from services.finance.candidates.store import remember_graduation
from services.finance.jobs import inbox


@inbox.consumes("carriers.tenancy.graduated.v1", consumer="finance-incubations")
async def remember_incubation(session: AsyncSession, event: Incoming) -> None:
    """Keep which firm graduated where and by which ground; a team without a firm cannot borrow."""
    graduated = TenancyGraduated.model_validate(event.data)
    if graduated.uscc is None:
        return
    values = {
        "tenancy_id": graduated.tenancy_id,
        "uscc": graduated.uscc,
        "carrier_code": graduated.carrier_code,
        "ground": graduated.ground,
        "graduated_on": graduated.on,
        "heard_at": event.time,
    }
    await remember_graduation(session, values)
