"""Use cases of the service ledger: record, take back, rate; and what ratings do to a provider's standing."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.carriers import ServiceProviderStanding, ServiceRecorded
from kit.auth import Actor
from kit.errors import FieldError, NotFound, NotPermitted, StaleEtag
from kit.outbox import Event, emit
from services.carriers.service_ledger import rules, store
from services.carriers.service_ledger.errors import (
    AlreadyRated,
    EntryReversed,
    ProviderExists,
    ProviderSuspended,
    ServiceInFuture,
    StandingUnchanged,
    UnknownProvider,
    UnknownTenant,
)
from services.carriers.service_ledger.schemas import EntryAdd, ProviderAdd, RatingAdd
from services.carriers.workstations.service import own_carrier

PATH = "/api/carriers/v1/service-entries"
CLOSED = ("suspended", "removed")


async def add_provider(
    state: Any, session: AsyncSession, actor: Actor, code: str, body: ProviderAdd
) -> Any:
    """A provider of the actor's carrier. Raises NotFound, ProviderExists."""
    carrier, now = await own_carrier(session, actor, code), state.clock.now()
    values = {
        "id": uuid4(),
        "carrier_id": carrier.id,
        "name": body.name,
        "uscc": body.uscc,
        "standing": "active",
        "counted_from": now,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    if not await store.add_provider(session, values):
        raise ProviderExists
    return (await store.list_providers(session, carrier.id, provider=values["id"]))[0]


async def record(
    state: Any, session: AsyncSession, actor: Actor, code: str, body: EntryAdd
) -> UUID:
    """An entry by the operator. Raises NotFound, ServiceInFuture, UnknownProvider, ProviderSuspended,
    UnknownTenant."""
    carrier = await own_carrier(session, actor, code)
    if body.served_on > state.clock.today():
        raise ServiceInFuture(errors=[FieldError(pointer="/served_on", code="service_in_future")])
    provider = await store.lock_provider(session, body.provider_id)
    if provider is None or provider.carrier_id != carrier.id:
        raise UnknownProvider(errors=[FieldError(pointer="/provider_id", code="unknown_provider")])
    if provider.standing in CLOSED:
        raise ProviderSuspended(extra={"standing": provider.standing})
    tenancy = await store.tenancy_on(session, carrier.id, body.tenancy_id, body.served_on)
    if tenancy is None:
        raise UnknownTenant(errors=[FieldError(pointer="/tenancy_id", code="unknown_tenant")])
    made = uuid4()
    values = {
        **body.model_dump(),
        "hours": Decimal(body.hours),
        "id": made,
        "reference": await store.next_reference(session, state.clock.today()),
        "carrier_id": carrier.id,
        "entered_by": actor.sub,
        "entered_at": state.clock.now(),
    }
    await store.insert_entry(session, values)
    await _announce_entry(session, values, carrier, tenancy)
    return made


async def _announce_entry(
    session: AsyncSession, values: dict[str, Any], carrier: Any, tenancy: Any
) -> None:
    data = ServiceRecorded(
        entry_id=values["id"],
        reference=values["reference"],
        tenancy_id=values["tenancy_id"],
        carrier_code=carrier.reference,
        category=values["category"],
        served_on=values["served_on"],
    )
    person = [f"person:{tenancy.holder_person}"] if tenancy.holder_person else []
    event = Event(
        type="carriers.service.recorded.v1",
        aggregate=("service-entry", str(values["id"])),
        sequence=1,
        data=data,
        audience=(f"sub:{tenancy.applicant_sub}", f"org:{carrier.operator_org}", *person),
        occurred_at=values["entered_at"],
    )
    await emit(session, event)


async def take_back(
    state: Any, session: AsyncSession, actor: Actor, entry_id: UUID, *, reason: str
) -> UUID:
    """The one correction there is: an entry with the opposite numbers. Raises NotFound, EntryReversed."""
    entry = await store.find_run(session, actor, entry_id)
    if entry is None:
        raise NotFound
    if entry.reverses is not None or entry.reversed_by is not None:
        raise EntryReversed(extra={"reversed_by": entry.reversed_by})
    provider = await store.lock_provider(session, entry.provider_id)
    made = uuid4()
    values = {
        "id": made,
        "reference": await store.next_reference(session, state.clock.today()),
        "carrier_id": entry.carrier_id,
        "tenancy_id": entry.tenancy_id,
        "provider_id": entry.provider_id,
        "category": entry.category,
        "served_on": entry.served_on,
        "hours": -entry.hours,
        "fee_fen": -entry.fee_fen,
        "proof": entry.proof,
        "reverses": entry.id,
        "reason": reason,
        "entered_by": actor.sub,
        "entered_at": state.clock.now(),
    }
    if not await store.insert_entry(session, values):
        raise EntryReversed
    await _judge_provider(state, session, provider, entry.carrier_code)
    return made


async def rate(
    state: Any, session: AsyncSession, actor: Actor, entry_id: UUID, body: RatingAdd
) -> None:
    """The receiver's one rating. Raises NotFound, NotPermitted (an operator rates nobody), EntryReversed,
    AlreadyRated."""
    entry = await store.find_entry(session, actor, entry_id)
    if entry is None:
        raise NotFound
    if not entry.mine or entry.operator_org == actor.organisation:
        raise NotPermitted
    provider = await store.lock_provider(session, entry.provider_id)
    entry = await store.find_entry(
        session, actor, entry_id
    )  # it may have been taken back meanwhile
    if entry is None or entry.reverses is not None or entry.reversed_by is not None:
        raise EntryReversed
    values = {
        "entry_id": entry_id,
        "stars": body.stars,
        "comment": body.comment,
        "rated_by": actor.sub,
        "rated_at": state.clock.now(),
    }
    if not await store.insert_rating(session, values):
        raise AlreadyRated
    await _judge_provider(state, session, provider, entry.carrier_code)


async def _judge_provider(state: Any, session: AsyncSession, provider: Any, code: str) -> None:
    """Brings the standing of a locked provider to what its ratings say."""
    ratings, total = await store.tally(session, provider.id)
    today: date = state.clock.today()
    found = rules.standing(
        provider.standing, total=total, ratings=ratings, limits=rules.thresholds(today)
    )
    if found == provider.standing:
        return
    shown = rules.average(total, ratings)
    reason = f"{ratings} 次评价，平均 {shown} 分"
    now = state.clock.now()
    change = {"standing": found, "reason": reason, "actor_sub": "system", "at": now}
    await store.change_provider(session, provider, change)
    await _announce_standing(session, provider, code, found, now=now, today=today)


async def _announce_standing(
    session: AsyncSession, provider: Any, code: str, standing: str, *, now: datetime, today: date
) -> None:
    data = ServiceProviderStanding(
        provider_id=provider.id, carrier_code=code, standing=standing, on=today
    )
    event = Event(
        type="carriers.service-provider.rated.v1",
        aggregate=("service-provider", str(provider.id)),
        sequence=provider.version + 1,
        data=data,
        audience=("staff",),
        occurred_at=now,
    )
    await emit(session, event)


async def decide_provider(
    state: Any,
    session: AsyncSession,
    actor: Actor,
    provider_id: UUID,
    *,
    standing: str,
    reason: str,
    version: int,
) -> Any:
    """Reinstates (earlier ratings no longer count) or removes a provider. Raises NotFound, StaleEtag,
    StandingUnchanged."""
    provider = await store.lock_run_provider(session, actor, provider_id)
    if provider is None:
        raise NotFound
    if provider.version != version:
        raise StaleEtag(extra={"current": {"version": provider.version}})
    if provider.standing == standing:
        raise StandingUnchanged
    now, today = state.clock.now(), state.clock.today()
    change = {"standing": standing, "reason": reason, "actor_sub": actor.sub, "at": now}
    anew = {"counted_from": now} if standing == "active" else {}
    await store.change_provider(session, provider, change, **anew)
    await _announce_standing(
        session, provider, provider.carrier_code, standing, now=now, today=today
    )
    return (await store.list_providers(session, provider.carrier_id, provider=provider_id))[0]
