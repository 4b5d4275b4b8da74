"""Titles: granted with a number and a term, and how each ends: by time, by its holder, by the authority.

A title raises its carrier's tier while it stands; when it ends, the tier is what the remaining titles give,
or what it was before.
"""

import uuid
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.carriers import TitleEnded as TitleEndedEvent
from contracts.events.carriers import TitleGranted
from kit.outbox import Event, emit
from services.carriers.carriers.store import set_tier
from services.carriers.recognition import titles_store as store
from services.carriers.recognition.errors import TitleEnded, TitleHeld

TIER = "provincial"
"""What a filing by the province makes of a carrier (省级备案, policy A 二.2)."""


def last_day(first: date, *, years: int) -> date:
    """The last day of a term of whole years that begins on `first`."""
    return first + relativedelta(years=years) - timedelta(days=1)


async def grant(
    session: AsyncSession, carrier: Any, *, kind: str, case_id: UUID | None, years: int, now: datetime,
    today: date,
) -> dict[str, Any]:  # fmt: skip
    """A new title from today. Raises TitleHeld where one of this kind stands."""
    if await store.find_valid(session, carrier.id, kind) is not None:
        raise TitleHeld
    number = await store.next_number(session, today.year)
    higher = await store.rank_of(session, carrier.tier) < await store.rank_of(session, TIER)
    values = {
        "id": uuid.uuid4(),
        "number": f"YCZC-{today.year}-{number:04d}",
        "carrier_id": carrier.id,
        "kind": kind,
        "tier": TIER,
        "tier_before": carrier.tier,
        "case_id": case_id,
        "valid_from": today,
        "valid_to": last_day(today, years=years),
        "status": "valid",
        "version": 1,
    }
    await store.insert_title(session, values)
    if higher:
        await set_tier(session, carrier.id, TIER)
    granted = TitleGranted(
        title_id=values["id"],
        number=values["number"],
        kind=kind,
        carrier_code=carrier.reference,
        carrier_name=carrier.name,
        valid_from=values["valid_from"],
        valid_to=values["valid_to"],
    )
    await _tell(session, "granted", granted, sequence=1, operator=carrier.operator_org, at=now)
    return values


async def end(
    session: AsyncSession, title_id: UUID, *, status: str, reason: str, now: datetime, today: date
) -> None:
    """`expired`, `revoked` or `exited` from today. Raises TitleEnded where it has ended already."""
    row = await store.lock_title(session, title_id)
    values = {"status": status, "ended_on": today, "end_reason": reason}
    if row is None or not await store.end_title(session, title_id, values):
        raise TitleEnded
    await set_tier(
        session, row.carrier_id, await store.best_tier(session, row.carrier_id) or row.tier_before
    )
    ended = TitleEndedEvent(
        title_id=title_id,
        number=row.number,
        kind=row.kind,
        carrier_code=row.carrier_code,
        status=status,
        reason=reason,
        ended_on=today,
    )
    await _tell(
        session, "ended", ended, sequence=row.version + 1, operator=row.operator_org, at=now
    )


async def _tell(
    session: AsyncSession, what: str, data: TitleGranted | TitleEndedEvent, *, sequence: int,
    operator: str, at: datetime,
) -> None:  # fmt: skip
    event = Event(
        type=f"carriers.title.{what}.v1",
        aggregate=("title", str(data.title_id)),
        sequence=sequence,
        data=data,
        audience=("public", f"org:{operator}", "staff"),
        occurred_at=at,
    )
    await emit(session, event)


async def expire_overdue(state: Any) -> int:
    """The sweep: titles whose last day has passed, each in its own transaction."""
    today, ended = state.clock.today(), 0
    async with state.database.transaction() as session:
        found = await store.overdue(session, today)
    for title_id in found:
        async with state.database.transaction() as session:
            row = await store.lock_title(session, title_id)
            if row is None or row.status != "valid" or row.valid_to >= today:
                continue  # another process was faster
            await end(
                session, title_id, status="expired", reason="expired", now=state.clock.now(),
                today=today,
            )  # fmt: skip
            ended += 1
    return ended
