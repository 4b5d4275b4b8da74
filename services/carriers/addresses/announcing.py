"""The events of a grant: each carries the whole grant as it is then, so that the order of arrival is told by
the sequence. The caller has changed the row; `version` is the new one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import carriers as contract
from kit.outbox import Event, emit


def _present(grant: Any, *, valid_to: date | None = None) -> dict[str, Any]:
    return {
        "grant_id": grant.id,
        "code": grant.code,
        "tenancy_id": grant.tenancy_id,
        "carrier_code": grant.carrier_code,
        "carrier_name": grant.carrier_name,
        "street": grant.street,
        "region_code": grant.region_code,
        "holder": grant.holder_person,
        "uses_max": grant.uses_max,
        "valid_from": grant.valid_from,
        "valid_to": valid_to or grant.valid_to,
    }


async def _emit(
    session: AsyncSession, type_: str, grant: Any, data: Any, *, version: int, now: datetime
) -> None:
    event = Event(
        type=type_,
        aggregate=("address-grant", str(grant.id)),
        sequence=version,
        data=data,
        audience=("staff", f"person:{grant.holder_person}", f"org:{grant.operator_org}"),
        occurred_at=now,
    )
    await emit(session, event)


async def announce_granted(
    session: AsyncSession, grant: Any, *, version: int, valid_to: date, now: datetime
) -> None:
    """Granted, or granted for longer."""
    data = contract.AddressGrantGranted(**_present(grant, valid_to=valid_to))
    type_ = "carriers.address-grant.granted.v1"
    await _emit(session, type_, grant, data, version=version, now=now)


async def announce_closing(
    session: AsyncSession, grant: Any, *, version: int, valid_to: date, reason: str, now: datetime
) -> None:
    data = contract.AddressGrantClosing(**_present(grant, valid_to=valid_to), reason=reason)
    type_ = "carriers.address-grant.closing.v1"
    await _emit(session, type_, grant, data, version=version, now=now)


async def announce_ended(
    session: AsyncSession, grant: Any, *, version: int, reason: str, on: date, now: datetime
) -> None:
    data = contract.AddressGrantEnded(**_present(grant), reason=reason, ended_on=on)
    type_ = "carriers.address-grant.ended.v1"
    await _emit(session, type_, grant, data, version=version, now=now)
