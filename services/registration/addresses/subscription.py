"""Hears of grants from carriers. Each event carries the whole grant: any order of arrival ends the same."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import carriers as contract
from kit.inbox import Incoming
from services.registration.addresses import service, store
from services.registration.jobs import inbox


async def _keep(
    session: AsyncSession, event: Incoming, grant: contract.AddressGrant, **state: Any
) -> None:
    values = {
        "code": grant.code,
        "tenancy_id": grant.tenancy_id,
        "carrier_code": grant.carrier_code,
        "carrier_name": grant.carrier_name,
        "street": grant.street,
        "region_code": grant.region_code,
        "holder": grant.holder,
        "uses_max": grant.uses_max,
        "valid_from": grant.valid_from,
        "valid_to": grant.valid_to,
        "sequence": event.sequence,
        "updated_at": event.time,
        "reason": None,
        "ended_on": None,
    }
    await store.GRANTS.keep(session, values | state)


@inbox.consumes("carriers.address-grant.granted.v1", consumer="registration-address-granted")
async def hear_granted(session: AsyncSession, event: Incoming) -> None:
    """From now on its holder may register a company by it."""
    grant = contract.AddressGrantGranted.model_validate(event.data)
    await _keep(session, event, grant, state="live")


@inbox.consumes("carriers.address-grant.closing.v1", consumer="registration-address-closing")
async def hear_closing(session: AsyncSession, event: Incoming) -> None:
    """Nobody new may use it; its firms have some time."""
    grant = contract.AddressGrantClosing.model_validate(event.data)
    await _keep(session, event, grant, state="closing", reason=grant.reason)
    await store.close_domiciles(session, grant.code, until=grant.valid_to, reason=grant.reason)


@inbox.consumes("carriers.address-grant.ended.v1", consumer="registration-address-ended")
async def hear_ended(session: AsyncSession, event: Incoming) -> None:
    """Its firms' addresses have lapsed. The grant's row is locked first: a registration that is just using
    it is waited for, and then seen."""
    grant = contract.AddressGrantEnded.model_validate(event.data)
    state = {"state": "ended", "reason": grant.reason, "ended_on": grant.ended_on}
    await _keep(session, event, grant, **state)
    await service.lapse(session, grant, now=event.time)
