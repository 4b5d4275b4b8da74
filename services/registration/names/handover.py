"""What other rooms of registration do with names, in their own transaction.

    row = await usable_reservation(session, "N20261121-000042", actor=actor)
    await use_reservation(session, row.id, case_id=case.id, clock=clock)      when the case is submitted
    await confirm_reservation(session, row.id, case_id=…, uscc=…, clock=clock)   when the licence issues

Exists so that filings, the register and seeds need one small door. Must not be called over HTTP.
"""

import uuid
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import SYSTEM, Actor
from kit.clock import Clock
from kit.errors import NotFound
from kit.workdays import WorkCalendar
from services.registration.names import store
from services.registration.names.comparison import FormerKind, NameState, key_of
from services.registration.names.errors import ReservationEnded, ReservationInUse
from services.registration.names.parsing import parse
from services.registration.names.regions import authority_of
from services.registration.names.verdicts import Level
from services.registration.reference import store as reference


async def usable_reservation(
    session: AsyncSession, wanted: UUID | str, *, actor: Actor, clock: Clock
) -> Any:
    """The reservation row, when it is the actor's and still in force. Raises NotFound,
    ReservationEnded."""
    row = await store.find_reservation(session, wanted, actor)
    if row is None:
        raise NotFound
    if not _in_force(row, clock):
        raise ReservationEnded(extra={"state": row.state})
    return row


def _in_force(row: Any, clock: Clock) -> bool:
    in_time = row.case_id is not None or row.reserved_until >= clock.today()
    return row.state == "reserved" and in_time


def needs_judgement(row: Any) -> bool:
    """Whether an officer looks at the name before it is registered: a word to judge, or an approval
    that was only declared when the name was kept."""
    return row.prior_approval or any(r["level"] == Level.JUDGEMENT for r in row.reasons)


async def use_reservation(
    session: AsyncSession, reservation_id: UUID, *, case_id: UUID, clock: Clock
) -> None:
    """An application for registration uses the name: it does not lapse while the case runs, since
    the application came in time (art. 18). Raises NotFound, ReservationEnded, ReservationInUse."""
    row = await _locked(session, reservation_id)
    if row.case_id == case_id:
        return
    if row.case_id is not None:
        raise ReservationInUse
    if not _in_force(row, clock):
        raise ReservationEnded(extra={"state": row.state})
    await store.set_case(session, row, case_id)


async def stop_using_reservation(
    session: AsyncSession, reservation_id: UUID, *, case_id: UUID
) -> None:
    """The case ended without a licence: the name is again only reserved, and may lapse."""
    row = await _locked(session, reservation_id)
    if row.case_id == case_id and row.state == "reserved":
        await store.set_case(session, row, None)


async def confirm_reservation(
    session: AsyncSession, reservation_id: UUID, *, case_id: UUID, uscc: str, clock: Clock
) -> None:
    """The licence is issued: the reserved name is now the enterprise's. Idempotent per case.

    Raises NotFound, ReservationEnded, ReservationInUse (by another case).
    """
    row = await _locked(session, reservation_id)
    if row.state == "registered" and row.case_id == case_id:
        return
    if row.case_id not in {None, case_id}:
        raise ReservationInUse
    if not _in_force(row, clock):
        raise ReservationEnded(extra={"state": row.state})
    await store.end_reservation(
        session, row, state="registered", at=clock.now(), uscc=uscc, case_id=case_id
    )
    await store.set_name_registered(session, row.id, uscc=uscc)


async def _locked(session: AsyncSession, reservation_id: UUID) -> Any:
    row = await store.find_reservation(session, reservation_id, SYSTEM, lock=True)
    if row is None:
        raise NotFound
    return row


async def register_name(
    session: AsyncSession, name: str, *, region_code: str, uscc: str, tied: bool = False
) -> UUID:
    """Puts an enterprise that exists without a reservation here into the index (seeds, take-over
    of an old register). Raises IntegrityError when an identical name is there."""
    key = key_of(parse(name))
    name_id = uuid.uuid4()
    await store.insert_name(
        session,
        key,
        name_id=name_id,
        city=authority_of(region_code),
        reference=uscc,
        state=NameState.REGISTERED,
        tied=tied,
    )
    return name_id


async def retire_name(
    session: AsyncSession, uscc: str, *, kind: FormerKind, on: date, name: str | None = None
) -> int:
    """An enterprise is deregistered, renamed or its registration revoked: its name stays blocked
    for the year of art. 17 items 2 and 3. `name`: only this one of its names. Returns how many."""
    key = "name.cooling_months_revoked"
    if kind is not FormerKind.REVOKED:
        key = "name.cooling_months_deregistered"
    months = int(reference.parameter(key, on=on).value)
    # 未满 1 年: the day on which the year is full is free, so the day before is the last one blocked
    full = WorkCalendar().end_of_period(on, months=months, extend_on_holiday=False)
    until = date.fromordinal(full.toordinal() - 1)
    return await store.retire_names(session, uscc, kind=kind, written=name, until=until)
