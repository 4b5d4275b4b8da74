"""Use cases of seats: number them, give them for a period, take them back, keep the counts true."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.errors import FieldError, NotFound
from services.carriers.workstations import store
from services.carriers.workstations.errors import (
    UnknownWorkstation,
    WorkstationExists,
    WorkstationTaken,
)
from services.carriers.workstations.schemas import WorkstationsAdd

CASES = "/api/carriers/v1/cases"


async def own_carrier(connection: store.Connection, actor: Actor, code: str) -> Any:
    """The actor's own carrier; NotFound for everybody else, also where it exists."""
    carrier = await store.find_own_carrier(connection, actor, code)
    if carrier is None:
        raise NotFound
    return carrier


async def add_workstations(
    session: AsyncSession, actor: Actor, code: str, body: WorkstationsAdd, *, today: date
) -> None:
    """Numbers new seats, all or none. Raises NotFound, WorkstationExists."""
    carrier = await own_carrier(session, actor, code)
    for number in body.numbers:
        values = {
            "carrier": carrier.id,
            "number": number,
            "kind": body.kind.value,
            "area_m2": body.area_m2,
        }
        if not await store.add(session, values):
            raise WorkstationExists(extra={"number": number})
    await store.refresh_counts(session, on=today, carrier=carrier.id)


async def allocate(
    session: AsyncSession,
    carrier: UUID,
    numbers: Sequence[str],
    *,
    tenancy: UUID,
    first: date,
    last: date,
    now: datetime,
    today: date,
) -> list[str]:
    """Gives these seats from `first` to `last` (both included), all or none.

    Raises UnknownWorkstation, and WorkstationTaken with who is there. The rows are locked in one order, so
    that fifty at once are answered one after the other; the constraint decides.
    """
    wanted = list(dict.fromkeys(numbers))
    seats = await store.lock_seats(session, carrier, wanted)
    known = {seat.number for seat in seats}
    if unknown := [number for number in wanted if number not in known]:
        fault = FieldError(
            pointer="/workstations", code="unknown_workstation", values={"numbers": unknown}
        )
        raise UnknownWorkstation(errors=[fault])
    for seat in seats:
        if not await store.allocate(session, seat.id, tenancy, first=first, last=last, now=now):
            await _refuse_taken(session, seat, tenancy=None, first=first, last=last)
    await store.refresh_counts(session, on=today, carrier=carrier)
    return [seat.number for seat in seats]


async def _refuse_taken(
    session: AsyncSession, seat: Any, *, tenancy: UUID | None, first: date, last: date
) -> None:
    other = await store.in_the_way(session, seat.id, tenancy=tenancy, first=first, last=last)
    existing = None
    if other is not None and other.tenancy_id is not None:
        existing = {
            "href": f"{CASES}/{other.tenancy_id}",
            "id": str(other.tenancy_id),
            "reference": other.reference,
        }
    period = {"first": str(other.first), "last": str(other.last)} if other is not None else {}
    raise WorkstationTaken(existing=existing, extra={"workstation": seat.number, **period})


async def extend(
    session: AsyncSession, tenancy: UUID, *, carrier: UUID, first: date, last: date, today: date
) -> None:
    """The tenancy's seats up to `last`. Raises WorkstationTaken where one is promised to another."""
    seats = await store.held(session, tenancy)
    if not await store.extend(session, tenancy, last=last):
        for seat in seats:
            found = await store.in_the_way(
                session, seat.id, tenancy=tenancy, first=first, last=last
            )
            if found is not None:
                await _refuse_taken(session, seat, tenancy=tenancy, first=first, last=last)
        raise WorkstationTaken
    await store.refresh_counts(session, on=today, carrier=carrier)


async def release(
    session: AsyncSession, tenancy: UUID, *, carrier: UUID, last: date, today: date
) -> None:
    """The tenancy's seats are free from the day after `last`."""
    await store.release(session, tenancy, last=last)
    await store.refresh_counts(session, on=today, carrier=carrier)


async def refresh_all(state: Any) -> int:
    """The daily turn: periods begin and end with the calendar, and the counts with them."""
    async with state.database.transaction() as session:
        return await store.refresh_counts(session, on=state.clock.today())
