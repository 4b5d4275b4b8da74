"""Use cases of hosted addresses: list one, grant it, lengthen or revoke a grant."""

import secrets
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.errors import FieldError, NotFound, StaleEtag
from services.carriers.addresses import announcing, closing, parameters, rules, store
from services.carriers.addresses.errors import (
    AddressGrantExists,
    AddressGrantOver,
    GrantLimitExceeded,
    GrantTermNotAllowed,
    HolderUnknown,
    HostedAddressExists,
    HostedAddressFull,
    NoHostedAddress,
    TenancyNotRunning,
)
from services.carriers.addresses.schemas import AddressGrantCreate, HostedAddressAdd
from services.carriers.tenancies import store as tenancies
from services.carriers.tenancies.workflow import STAYING
from services.carriers.workstations.service import own_carrier

PATH = "/api/carriers/v1/address-grants"
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that a reader mistakes for another


def new_code() -> str:
    """`HA` and eight letters that nobody can guess or misread."""
    return "HA" + "".join(secrets.choice(LETTERS) for _ in range(8))


async def add_address(
    state: Any, session: AsyncSession, actor: Actor, code: str, body: HostedAddressAdd
) -> UUID:
    """A new hosted address of the actor's carrier. Raises NotFound, GrantLimitExceeded,
    HostedAddressExists."""
    carrier = await own_carrier(session, actor, code)
    _refuse_over("firms_per_address", body.firms_max, "/firms_max", state.clock.today())
    made = uuid4()
    values = {
        "id": made,
        "carrier_id": carrier.id,
        "street": body.street,
        "region_code": carrier.region_code,
        "firms_max": body.firms_max,
        "created_at": state.clock.now(),
    }
    if not await store.add_address(session, values):
        raise HostedAddressExists
    return made


def _refuse_over(key: str, wanted: int, pointer: str, on: date) -> None:
    most = parameters.number(key, on=on)
    if wanted > most:
        fault = FieldError(pointer=pointer, code="grant_limit_exceeded", values={"most": most})
        raise GrantLimitExceeded(errors=[fault])


async def grant_address(
    state: Any, session: AsyncSession, actor: Actor, tenancy_id: UUID, body: AddressGrantCreate
) -> str:
    """Grants the tenancy's holder a hosted address; returns the grant's code.

    Raises NotFound, TenancyNotRunning, HolderUnknown, GrantLimitExceeded, GrantTermNotAllowed,
    AddressGrantExists, NoHostedAddress, HostedAddressFull.
    """
    now, today = state.clock.now(), state.clock.today()
    tenancy = await tenancies.lock_run(session, actor, tenancy_id)
    if tenancy is None:
        raise NotFound
    if tenancy.state not in STAYING:
        raise TenancyNotRunning(extra={"state": tenancy.state})
    if tenancy.holder_person is None:
        raise HolderUnknown
    _refuse_over("uses_per_grant", body.uses_max, "/uses_max", today)
    valid_to = body.valid_to or tenancy.ends_on
    _refuse_term(valid_to, today, tenancy.ends_on)
    present = await store.live_of_tenancy(session, tenancy_id)
    if present is not None:
        known = {"href": f"{PATH}/{present.code}", "id": str(present.id), "reference": present.code}
        raise AddressGrantExists(existing=known)
    address = await store.lock_address(session, tenancy.carrier_id, body.address_id)
    if address is None:
        raise NoHostedAddress
    if not await store.promise(session, address.id, body.uses_max):
        raise HostedAddressFull
    values = {
        "id": uuid4(),
        "code": new_code(),
        "tenancy_id": tenancy_id,
        "address_id": address.id,
        "carrier_id": tenancy.carrier_id,
        "holder_person": tenancy.holder_person,
        "uses_max": body.uses_max,
        "state": "live",
        "valid_from": today,
        "valid_to": valid_to,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    await store.insert_grant(session, values)
    grant = await store.lock(session, values["id"])
    await announcing.announce_granted(session, grant, version=1, valid_to=valid_to, now=now)
    return str(grant.code)


def _refuse_term(valid_to: date, today: date, ends_on: date) -> None:
    if not today <= valid_to <= ends_on:
        values = {"from": str(today), "to": str(ends_on)}
        fault = FieldError(pointer="/valid_to", code="grant_term_not_allowed", values=values)
        raise GrantTermNotAllowed(errors=[fault])


async def _own(session: AsyncSession, actor: Actor, code: str, version: int) -> Any:
    grant = await store.lock_run(session, actor, code)
    if grant is None:
        raise NotFound
    if grant.version != version:
        raise StaleEtag(extra={"current": {"version": grant.version, "state": grant.state}})
    return grant


async def extend_grant(
    state: Any, session: AsyncSession, actor: Actor, code: str, *, valid_to: date, version: int
) -> None:
    """A later (or earlier) last day of a live grant, within the tenancy. Raises NotFound, StaleEtag,
    AddressGrantOver, GrantTermNotAllowed."""
    now, today = state.clock.now(), state.clock.today()
    grant = await _own(session, actor, code, version)
    if not rules.can_be_extended(grant.state):
        raise AddressGrantOver
    _refuse_term(valid_to, today, grant.tenancy_ends_on)
    await store.change(session, grant.id, valid_to=valid_to, updated_at=now)
    await announcing.announce_granted(
        session, grant, version=grant.version + 1, valid_to=valid_to, now=now
    )


async def revoke_grant(
    state: Any, session: AsyncSession, actor: Actor, code: str, *, note: str, version: int
) -> None:
    """Ends a grant at once; `note` is why, in words. Raises NotFound, StaleEtag, AddressGrantOver."""
    grant = await _own(session, actor, code, version)
    if not rules.can_be_revoked(grant.state):
        raise AddressGrantOver
    now, today = state.clock.now(), state.clock.today()
    await closing.end_grant(session, grant, reason="revoked", note=note, now=now, today=today)
