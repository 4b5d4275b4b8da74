"""How a grant comes to its end: the tenancy is over and grace runs, its own time is over, or it is revoked.

Called by tenancies in the move's own transaction, and by the sweep.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.carriers.addresses import announcing, parameters, store

REASONS = {
    "left": "left",
    "graduated": "graduated",
    "expired": "tenancy_expired",
    "terminated": "terminated",
}
EXPIRED = "expired"


async def close_grants(
    session: AsyncSession, tenancy_id: UUID, *, reason: str, now: datetime, today: date
) -> None:
    """The tenancy is over: nobody new may use its grant, who does has the days of grace to move."""
    grant = await store.live_of_tenancy(session, tenancy_id)
    if grant is None:
        return
    grace = timedelta(days=parameters.number("grace_days", on=today))
    valid_to = max(today, today + grace)
    values = {"state": "closing", "reason": reason, "valid_to": valid_to, "updated_at": now}
    await store.change(session, grant.id, **values)
    await announcing.announce_closing(
        session, grant, version=grant.version + 1, valid_to=valid_to, reason=reason, now=now
    )


async def end_grant(
    session: AsyncSession,
    grant: Any,
    *,
    reason: str,
    note: str | None = None,
    now: datetime,
    today: date,
) -> None:
    """Ends a locked grant; its places at the address are free again."""
    values = {
        "state": "ended",
        "reason": reason,
        "note": note,
        "ended_on": today,
        "updated_at": now,
    }
    await store.change(session, grant.id, **values)
    await store.promise(session, grant.address_id, -grant.uses_max)
    await announcing.announce_ended(
        session, grant, version=grant.version + 1, reason=reason, on=today, now=now
    )


async def end_overdue_grants(state: Any) -> int:
    """The sweep: grants whose last day is over, each in its own transaction; returns how many ended."""
    now, today, ended = state.clock.now(), state.clock.today(), 0
    async with state.database.transaction() as session:
        found = await store.overdue(session, today)
    for grant_id in found:
        async with state.database.transaction() as session:
            grant = await store.lock(session, grant_id)
            if grant.state != "ended" and grant.valid_to < today:
                reason = grant.reason or EXPIRED
                await end_grant(session, grant, reason=reason, now=now, today=today)
                ended += 1
    return ended
