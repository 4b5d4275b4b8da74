"""Use cases of hosted addresses: registering takes a use of a grant; a grant that is over marks its firms."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.carriers import AddressGrantEnded
from contracts.events.registration import AddressLapsed
from kit.outbox import Event, emit
from services.registration.addresses import store
from services.registration.addresses.errors import AddressGrantUsedUp
from services.registration.register.service import mark_address


@dataclass(frozen=True)
class Use:
    """A firm about to be registered by a grant."""

    code: str
    case_id: UUID
    uscc: str
    region_code: str


async def claim_grant(session: AsyncSession, code: str, *, case_id: UUID, today: date) -> None:
    """Takes one use in the registering transaction; idempotent per case. Raises AddressGrantUsedUp."""
    if await store.is_claimed(session, case_id):
        return
    if not await store.claim(session, code, today):
        raise AddressGrantUsedUp


async def enter_domicile(session: AsyncSession, use: Use, *, today: date) -> None:
    """Notes which firm the use went to, once the register has it."""
    if await store.is_claimed(session, use.case_id):
        return
    values = {
        "uscc": use.uscc,
        "case_id": use.case_id,
        "grant_code": use.code,
        "region_code": use.region_code,
        "state": "current",
        "since_on": today,
    }
    await store.add_domicile(session, values)


async def move_domicile(session: AsyncSession, uscc: str, use: Use | None, *, today: date) -> None:
    """The firm has moved: to the address of another grant, or to one that nobody hosts."""
    await store.drop_domicile(session, uscc)
    if use is not None:
        await enter_domicile(session, use, today=today)


async def lapse(session: AsyncSession, grant: AddressGrantEnded, *, now: datetime) -> int:
    """The grant is over: its firms' addresses are marked in the register, and they are asked to move."""
    rows = await store.lapse_domiciles(session, grant.code, on=grant.ended_on, reason=grant.reason)
    for row in rows:
        version = await mark_address(session, row.uscc, status="lapsed", now=now)
        heads = await store.heads_of(session, row.uscc)
        data = AddressLapsed(
            uscc=row.uscc,
            case_id=row.case_id,
            grant_code=grant.code,
            carrier_code=grant.carrier_code,
            region_code=row.region_code,
            lapsed_on=grant.ended_on,
            reason=grant.reason,
        )
        event = Event(
            type="registration.address.lapsed.v1",
            aggregate=("entity-address", row.uscc),
            sequence=version,
            data=data,
            audience=("staff", *(f"person:{head}" for head in heads)),
            occurred_at=now,
        )
        await emit(session, event)
    return len(rows)
