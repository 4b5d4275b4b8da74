"""Effects on the stay itself: offered, begun, extended, ended. A seat is held from the offer on."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from contracts.events.carriers import TenancyAdmitted, TenancyLeft
from kit.cases.service import audience_of
from kit.commonplace import Reason
from kit.errors import FieldError
from kit.matters import CaseContext
from services.carriers.addresses import closing
from services.carriers.enterprises import store as enterprises
from services.carriers.tenancies import parameters, rules, store
from services.carriers.tenancies.errors import (
    AdmissionNotMet,
    StayNotLonger,
    StayStartsInPast,
    StayStartsTooLate,
    StayTooLong,
)
from services.carriers.tenancies.form import TenancyForm
from services.carriers.tenancies.workflow import Admission, Extension, FirmLinked
from services.carriers.workstations import service as seats
from services.carriers.workstations import store as seat_store

TERMS = ("fee_fen", "deposit_fen", "contact")
"""What the operator says of money and whom to ask; the applicant reads it before moving in."""


def carrier_id(context: CaseContext) -> UUID:
    return UUID(context.case.facts["carrier_id"])


def _day(context: CaseContext, fact: str) -> date:
    return date.fromisoformat(context.case.facts[fact])


async def admit(context: CaseContext, payload: Admission) -> None:
    """Offers seats for a term. Raises AdmissionNotMet, StayTooLong, StayStartsInPast,
    StayStartsTooLate, WorkstationTaken."""
    form, case = cast(TenancyForm, context.opened()), context.case
    carrier = await seat_store.find_carrier(context.session, form.carrier_code)
    assert carrier is not None  # carriers are never deleted
    _refuse_start(payload.starts_on, context.today)
    longest = parameters.stay_months(
        carrier.type, long_field=rules.is_long_field(form.field), on=payload.starts_on
    )
    limit_on = rules.last_day(payload.starts_on, longest, context.calendar)
    ends_on = rules.last_day(payload.starts_on, payload.months, context.calendar)
    if ends_on > limit_on:
        _refuse_too_long("/months", limit_on)
    await _judge_entry(context, form, carrier, payload.starts_on)
    case.facts |= {
        "starts_on": str(payload.starts_on),
        "ends_on": str(ends_on),
        "limit_on": str(limit_on),
        "carrier_address": carrier.address,
        "terms": payload.model_dump(include=set(TERMS), exclude_none=True),
    }
    await _insert(context, form, carrier, (payload.starts_on, ends_on, limit_on))
    case.facts["workstations"] = await seats.allocate(
        context.session,
        carrier.id,
        payload.workstations,
        tenancy=case.id,
        first=payload.starts_on,
        last=ends_on,
        now=context.now,
        today=context.today,
    )
    context.move_data = {"workstations": case.facts["workstations"], "ends_on": str(ends_on)}


def _refuse_start(starts_on: date, today: date) -> None:
    pointer, latest = "/starts_on", parameters.latest_start(today)
    if starts_on < today:
        raise StayStartsInPast(errors=[FieldError(pointer=pointer, code="stay_starts_in_past")])
    if starts_on > latest:
        values = {"latest": str(latest)}
        fault = FieldError(pointer=pointer, code="stay_starts_too_late", values=values)
        raise StayStartsTooLate(errors=[fault])


def _refuse_too_long(pointer: str, limit_on: date) -> None:
    fault = FieldError(
        pointer=pointer, code="stay_limit_exceeded", values={"limit_on": str(limit_on)}
    )
    raise StayTooLong(errors=[fault])


async def _judge_entry(context: CaseContext, form: TenancyForm, carrier: Any, entry: date) -> None:
    """The conditions again, for the day of entry that the operator chose: a firm grows older."""
    firm = await enterprises.find(context.session, form.uscc) if form.uscc else None
    judged = rules.admission(
        form,
        parameters.admission(carrier.type, form.applied_as.value),
        founded_on=firm.established_on if firm is not None else None,
        entry=entry,
    )
    context.case.facts["admission"] = rules.shown(judged)
    if not judged.ok:
        raise AdmissionNotMet(errors=rules.criterion_errors(judged))


async def _insert(
    context: CaseContext, form: TenancyForm, carrier: Any, term: tuple[date, date, date]
) -> None:
    case = context.case
    values = {
        "id": case.id,
        "reference": case.reference,
        "carrier_id": carrier.id,
        "applicant_sub": case.applicant_sub,
        "applicant_org": case.applicant_org,
        "holder_person": case.applicant_person,
        "applied_as": form.applied_as.value,
        "name": case.facts["name"],
        "uscc": form.uscc,
        "field": form.field,
        "people": form.people,
        "state": "offered",
        "starts_on": term[0],
        "ends_on": term[1],
        "limit_on": term[2],
        "version": 1,
        "created_at": context.now,
        "updated_at": context.now,
    }
    await store.insert_tenancy(context.session, values)


async def change(context: CaseContext, **values: Any) -> None:
    await store.change(context.session, context.case.id, updated_at=context.now, **values)


async def move_in(context: CaseContext, _: Any) -> None:
    """确认入驻: the team or firm is the carrier's tenant from its first day on."""
    case = context.case
    await change(context, state="incubating")
    admitted = TenancyAdmitted(
        tenancy_id=case.id,
        reference=case.reference,
        carrier_code=case.facts["carrier_code"],
        uscc=case.facts.get("uscc"),
        on=_day(context, "starts_on"),
    )
    await context.emit("carriers.tenancy.admitted.v1", admitted, audience=audience_of(context))


async def extend_stay(context: CaseContext, payload: Extension) -> None:
    """Raises StayTooLong past the limit, StayNotLonger, WorkstationTaken where the seat is promised."""
    ends_on, limit_on = _day(context, "ends_on"), _day(context, "limit_on")
    if payload.until_on <= ends_on:
        raise StayNotLonger(errors=[FieldError(pointer="/until_on", code="stay_not_longer")])
    if payload.until_on > limit_on:
        _refuse_too_long("/until_on", limit_on)
    await seats.extend(
        context.session,
        context.case.id,
        carrier=carrier_id(context),
        first=_day(context, "starts_on"),
        last=payload.until_on,
        today=context.today,
    )
    await change(context, ends_on=payload.until_on)
    context.case.facts["ends_on"] = str(payload.until_on)
    context.move_data = {"until_on": str(payload.until_on)}


async def link_firm(context: CaseContext, payload: FirmLinked) -> None:
    """苗圃 → 孵化器: the team has a licence; the tenancy is the firm's from now on."""
    context.case.facts |= {"uscc": payload.uscc, "name": payload.name}
    context.case.title = payload.name
    await change(context, uscc=payload.uscc, name=payload.name, linked_on=context.today)
    context.move_data = {"uscc": payload.uscc}


async def withdraw(context: CaseContext, _: Any) -> None:
    if context.case.state == "offered":
        await _take_back(context, "withdrawn")


async def lapse(context: CaseContext, _: Any) -> None:
    await _take_back(context, "lapsed")


async def _take_back(context: CaseContext, state: str) -> None:
    """An offer that nobody took: the seats are as if it had never been made."""
    await _free_seats(context, last=date.min)
    await change(context, state=state, ended_on=context.today)


async def _free_seats(context: CaseContext, *, last: date) -> None:
    await seats.release(
        context.session,
        context.case.id,
        carrier=carrier_id(context),
        last=last,
        today=context.today,
    )


async def end(context: CaseContext, state: str, *, on: date, ground: str) -> None:
    """The stay ends on `on`: seats freed from the next day, the address grant has its time of grace."""
    await _free_seats(context, last=on)
    await change(context, state=state, ended_on=on, ground=ground)
    context.case.facts["ground"] = ground
    await closing.close_grants(
        context.session,
        context.case.id,
        reason=closing.REASONS[state],
        now=context.now,
        today=context.today,
    )


async def leave(context: CaseContext, _: Any) -> None:
    """迁出 is free: nobody is asked (policy C)."""
    await _go(context, "left", on=context.today)


async def terminate(context: CaseContext, _: Reason) -> None:
    await _go(context, "terminated", on=context.today)


async def expire(context: CaseContext, _: Any) -> None:
    """The last day is over; whenever the sweep comes, the stay ended on that day."""
    await _go(context, "expired", on=_day(context, "ends_on"))


async def _go(context: CaseContext, state: str, *, on: date) -> None:
    case = context.case
    await end(context, state, on=on, ground=state)
    left = TenancyLeft(
        tenancy_id=case.id,
        reference=case.reference,
        carrier_code=case.facts["carrier_code"],
        uscc=case.facts.get("uscc"),
        ground=state,
        on=on,
    )
    await context.emit("carriers.tenancy.left.v1", left, audience=audience_of(context))
