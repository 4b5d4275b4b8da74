"""Use cases on names: check, reserve, release, lapse, hand over to registration.

    examined = await check_name(connection, wish, on=clock.today())
    row = await reserve_name(session, actor, wish, promise, clock=clock)

One winner per name: art. 17 needs more than a unique key, so deciders about one trade name in one
city queue at an advisory lock, look at every claim under it, then insert. The promise about similar
names is recorded word by word. Must not know HTTP.
"""

import uuid
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.registration import NameReservationEnded, NameReserved
from kit.auth import SYSTEM, Actor
from kit.cases.store import next_reference
from kit.clock import Clock
from kit.errors import NotFound, StaleEtag
from kit.outbox import Event, emit
from kit.regions import table as regions
from kit.workdays import WorkCalendar
from services.registration.names import problems, store
from services.registration.names.comparison import ExistingName, NameKey, NameState, key_of
from services.registration.names.errors import (
    NamePromiseRequired,
    NameTaken,
    ReservationEnded,
    ReservationInUse,
    UnknownRegion,
)
from services.registration.names.forms import EntityKind
from services.registration.names.industries import Lexicon, load_lexicon
from services.registration.names.parsing import ParsedName, parse
from services.registration.names.promise import Promise, record_promise
from services.registration.names.regions import authority_of
from services.registration.names.rules import Asked, TieKind, judge, with_conflicts
from services.registration.names.verdicts import Level, Verdict
from services.registration.reference import store as reference

LAPSE_BATCH = 200
REFERENCE_PREFIX = "N"


@dataclass(frozen=True)
class Wish:
    """A name and what the applicant says about it. `region_code`: county of the seat.

    `incubatee_of`: the carrier that hosts the applicant; opens new-industry words (policy C 五).
    `other_meaning`: a region or industry word used as trade name in another sense (art. 8).
    `approval_document`: a higher authority approved the name. `for_review`: keep it although an officer
    has to look at it when registering.
    """

    name: str
    region_code: str
    organization_form: EntityKind | None = None
    prior_approval: bool = False
    incubatee_of: str | None = None
    ties: dict[str, TieKind] = field(default_factory=dict)
    other_meaning: str = ""
    foreign_controlled: bool = False
    approval_document: str = ""
    for_review: bool = False


@dataclass(frozen=True)
class Examined:
    """A wish, taken apart and judged."""

    wish: Wish
    parsed: ParsedName
    key: NameKey
    city: str
    lexicon: Lexicon
    asked: Asked
    verdict: Verdict


def examine(wish: Wish, *, on: date) -> Examined:
    """Everything that can be said without looking at other names. Raises UnknownRegion."""
    region = regions.region(wish.region_code, on=on)
    if region is None or region.level == "districts":
        raise UnknownRegion
    lexicon = load_lexicon(incubatee=wish.incubatee_of is not None)
    parsed = parse(wish.name, lexicon=lexicon, hint=wish.other_meaning)
    asked = Asked(
        seat=wish.region_code,
        kind=wish.organization_form,
        ties=wish.ties,
        other_meaning=wish.other_meaning,
        foreign_controlled=wish.foreign_controlled,
        prior_approval=wish.prior_approval,
        approval_document=wish.approval_document,
    )
    return Examined(
        wish=wish,
        parsed=parsed,
        key=key_of(parsed),
        city=authority_of(wish.region_code),
        lexicon=lexicon,
        asked=asked,
        verdict=judge(parsed, asked, on=on, lexicon=lexicon),
    )


async def check_name(connection: store.Connection, wish: Wish, *, on: date) -> Examined:
    """The full verdict on a name, without any effect."""
    examined = examine(wish, on=on)
    if not examined.key.trade_name:
        return examined
    same = await _same(connection, examined, on=on)
    similar = await _similar(connection, examined)
    return _judged(examined, [*same, *similar], on=on)


async def _same(
    connection: store.Connection, examined: Examined, *, on: date
) -> list[ExistingName]:
    return await store.same_trade_name(
        connection, city=examined.city, trade_name=examined.key.trade_name, on=on
    )


async def _similar(connection: store.Connection, examined: Examined) -> list[ExistingName]:
    divisions = examined.lexicon.divisions_of(examined.key.meanings)
    return await store.similar_candidates(
        connection, examined.key, city=examined.city, divisions=divisions
    )


def _judged(examined: Examined, existing: list[ExistingName], *, on: date) -> Examined:
    """The same with what existing names add. `examined` must not know any yet."""
    verdict = with_conflicts(examined.verdict, examined.parsed, examined.asked, existing, on=on)
    return replace(examined, verdict=verdict)


async def reserve_name(
    session: AsyncSession,
    actor: Actor,
    wish: Wish,
    promise: Promise | None = None,
    *,
    clock: Clock,
) -> Any:
    """Keeps the name for the actor; returns the reservation's row.

    Raises NameNotAllowed, NameNeedsApproval, NameNeedsReview, NameTaken, NamePromiseRequired.
    """
    today = clock.today()
    examined = examine(wish, on=today)
    problems.refuse_unless_allowed(examined.verdict, for_review=wish.for_review)
    await _refuse_early(session, examined, clock=clock)
    await store.lock_trade_name(session, city=examined.city, trade_name=examined.key.trade_name)
    same = await _same(session, examined, on=today)
    problems.refuse_when_taken(_judged(examined, same, on=today).verdict)
    examined = _judged(examined, [*same, *await _similar(session, examined)], on=today)
    promised = record_promise(promise, examined.verdict, actor=actor, at=clock.now())
    if promised is None and examined.verdict.at(Level.PROMISE):
        raise NamePromiseRequired(**problems.reasons_of(examined.verdict, Level.PROMISE))
    return await _insert(session, actor, examined, promised, clock=clock)


async def _refuse_early(session: AsyncSession, examined: Examined, *, clock: Clock) -> None:
    """What is plainly taken is refused without queueing at the lock; overdue reservations of the
    same trade name end first. Only a refusal may be decided here: the lock decides who gets it."""
    today = clock.today()
    taken = _judged(examined, await _same(session, examined, on=today), on=today).verdict
    if taken.at(Level.BLOCK):
        key = (examined.city, examined.key.trade_name)
        if not await lapse_overdue(session, clock=clock, trade_key=key):
            problems.refuse_when_taken(taken)


async def _insert(
    session: AsyncSession,
    actor: Actor,
    examined: Examined,
    promised: dict[str, Any] | None,
    *,
    clock: Clock,
) -> Any:
    today, wish = clock.today(), examined.wish
    reservation_id = uuid.uuid4()
    number = await next_reference(session, REFERENCE_PREFIX, today.strftime("%Y%m%d"))
    until = reserved_until(today, prior_approval=wish.prior_approval)
    try:
        await store.insert_name(
            session,
            examined.key,
            name_id=reservation_id,
            city=examined.city,
            reference=number,
            state=NameState.RESERVED,
            tied=any(r.code == "identical_name_tied" for r in examined.verdict.reasons),
        )
    except IntegrityError as error:
        raise NameTaken from error  # the claims' last line: somebody went past the lock
    values = {
        "id": reservation_id,
        "reference": number,
        "reserved_until": until,
        **_stated(examined, actor, promised, clock=clock),
    }
    await store.insert_reservation(session, values)
    data = NameReserved(
        reservation_id=reservation_id,
        reference=number,
        name=examined.parsed.written,
        region_code=wish.region_code,
        reserved_until=until,
    )
    await emit(session, _event("reserved", reservation_id, 1, data, values))
    return await store.find_reservation(session, reservation_id, SYSTEM)


def _stated(
    examined: Examined, actor: Actor, promised: dict[str, Any] | None, *, clock: Clock
) -> dict[str, Any]:
    """What a reservation keeps of the wish, the verdict and the applicant."""
    wish = examined.wish
    return {
        "name": examined.parsed.written,
        "region_code": wish.region_code,
        "city_code": examined.city,
        "organization_form": wish.organization_form or min(examined.parsed.form.kinds),
        "state": "reserved",
        "version": 1,
        "reserved_on": clock.today(),
        "prior_approval": wish.prior_approval,
        "incubatee_of": wish.incubatee_of,
        "promise": promised,
        "ties": [{"name_id": key, "kind": kind} for key, kind in wish.ties.items()],
        "reasons": problems.recorded(examined.verdict),
        "applicant_sub": actor.sub,
        "applicant_person": actor.person,
        "applicant_org": actor.org,
        "created_at": clock.now(),
    }


def reserved_until(today: date, *, prior_approval: bool) -> date:
    """The last day of a reservation: 2 months, 1 year with prior approval (art. 18; 民法典 200-203)."""
    suffix = "_prior_approval" if prior_approval else ""
    months = reference.parameter(f"name.reservation_months{suffix}", on=today)
    return WorkCalendar().end_of_period(today, months=int(months.value))


def _event(verb: str, name_id: UUID, sequence: int, data: Any, row: Any) -> Event:
    person, sub = row["applicant_person"], row["applicant_sub"]
    audience = ["staff", f"sub:{sub}", *([f"person:{person}"] if person else [])]
    return Event(
        type=f"registration.name.{verb}.v1",
        aggregate=("name", str(name_id)),
        sequence=sequence,
        data=data,
        audience=audience,
    )


async def release_name(
    session: AsyncSession, actor: Actor, reservation_id: UUID, *, version: int, clock: Clock
) -> Any:
    """Gives a reserved name back before its time. Raises NotFound, StaleEtag, ReservationEnded,
    ReservationInUse."""
    row = await store.find_reservation(session, reservation_id, actor, lock=True)
    if row is None:
        raise NotFound
    if row.version != version:
        raise StaleEtag(extra={"version": row.version, "state": row.state})
    if row.state != "reserved":
        raise ReservationEnded(extra={"state": row.state})
    if row.case_id is not None:
        raise ReservationInUse(extra={"case_id": str(row.case_id)})
    await _end(session, row, state="released", clock=clock)
    return await store.find_reservation(session, reservation_id, SYSTEM)


async def lapse_overdue(
    session: AsyncSession, *, clock: Clock, trade_key: tuple[str, str] | None = None
) -> int:
    """Ends every reservation whose last day has passed (at most LAPSE_BATCH); returns how many."""
    rows = await store.overdue_reservations(
        session, today=clock.today(), limit=LAPSE_BATCH, trade_key=trade_key
    )
    for row in rows:
        await _end(session, row, state="lapsed", clock=clock)
    return len(rows)


async def _end(session: AsyncSession, row: Any, *, state: str, clock: Clock) -> None:
    version = await store.end_reservation(session, row, state=state, at=clock.now())
    if version is None:
        raise StaleEtag
    await store.remove_names(session, [row.id])
    data = NameReservationEnded(
        reservation_id=row.id,
        reference=row.reference,
        name=row.name,
        region_code=row.region_code,
        ended_at=clock.now(),
    )
    await emit(session, _event(state, row.id, version, data, row._mapping))
