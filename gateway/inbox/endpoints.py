"""What an organisation does with its webhook endpoints: register, change, rotate, switch, try, look.

Whoever acts for the organisation may; a stranger's endpoint is not found. Secrets are sealed at rest and
leave only by `read_secrets`: the reply to a POST is kept for repeats, so it never carries one.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.inbox import deliveries_store, endpoints_store, feed_store, planning, secrets
from gateway.inbox.addresses import AddressPolicy, check_url
from gateway.inbox.errors import (
    EndpointDisabled,
    EndpointStateConflict,
    OrganisationRequired,
    TooManyEndpoints,
    TooManySecrets,
)
from gateway.inbox.rules import principals_of_organisation
from gateway.inbox.schemas import (
    DeliveryView,
    EndpointCreate,
    EndpointView,
    SecretsView,
)
from gateway.inbox.views import TEST_TYPE, view_endpoint
from kit.auth import Actor
from kit.crypto import Vault
from kit.errors import NotFound, StaleEtag
from kit.etags import etag_of

log = structlog.get_logger(__name__)
ENDPOINTS_PER_ORGANISATION = 20
SECRETS_PER_ENDPOINT = 4
_UNTRIED = {"failures": 0, "paused_until": None}


def organisation_of(actor: Actor) -> str:
    """Raises OrganisationRequired 403 for who acts for none."""
    if actor.organisation is None:
        raise OrganisationRequired
    return actor.organisation


async def find_own(reader: AsyncConnection | AsyncSession, actor: Actor, endpoint_id: UUID) -> Any:
    """The caller's organisation's endpoint, or NotFound."""
    found = await endpoints_store.find(reader, endpoint_id, org=organisation_of(actor))
    if found is None:
        raise NotFound
    return found


async def register(
    session: AsyncSession,
    actor: Actor,
    given: EndpointCreate,
    *,
    vault: Vault,
    policy: AddressPolicy,
) -> EndpointView:
    """A new endpoint, enabled, with its first secret. It is sent what happens from now on."""
    org = organisation_of(actor)
    await check_url(given.url, policy)
    if await endpoints_store.count_of(session, org=org) >= ENDPOINTS_PER_ORGANISATION:
        raise TooManyEndpoints(extra={"limit": ENDPOINTS_PER_ORGANISATION})
    now = datetime.now(UTC)
    values = {
        "id": uuid4(),
        "org": org,
        **given.model_dump(),
        "state": "enabled",
        "disabled_reason": None,
        "created_by": actor.sub,
        "version": 1,
        "created_at": now,
        "updated_at": now,
        **_UNTRIED,
    }
    await endpoints_store.add(session, values)
    await secrets.add_secret(session, vault, values["id"], now=now)
    return EndpointView.model_validate(values)


async def change(
    session: AsyncSession,
    actor: Actor,
    endpoint_id: UUID,
    given: EndpointCreate,
    *,
    version: int,
    policy: AddressPolicy,
) -> EndpointView:
    """Other address, filters or description. What waits goes to the new address, at once."""
    found = await find_own(session, actor, endpoint_id)
    await check_url(given.url, policy)
    now = datetime.now(UTC)
    moved = _UNTRIED if given.url != found.url else {}
    values = {**given.model_dump(), "updated_at": now, **moved}
    changed = await _changed(session, actor, endpoint_id, version=version, values=values)
    if moved:
        await deliveries_store.bring_forward(session, endpoint_id, now=now)
    return changed


async def enable(
    session: AsyncSession, actor: Actor, endpoint_id: UUID, *, version: int
) -> EndpointView:
    """Send again, at once, what was waiting when it was disabled."""
    found = await find_own(session, actor, endpoint_id)
    now = datetime.now(UTC)
    values = {"state": "enabled", "disabled_reason": None, "updated_at": now, **_UNTRIED}
    if found.version == version and found.state == "enabled":
        raise EndpointStateConflict
    changed = await _changed(session, actor, endpoint_id, version=version, values=values)
    await deliveries_store.bring_forward(session, endpoint_id, now=now)
    return changed


async def disable(
    session: AsyncSession, actor: Actor, endpoint_id: UUID, *, version: int
) -> EndpointView:
    """Send nothing more. What waits is kept; what happens meanwhile is not queued (the feed has it)."""
    found = await find_own(session, actor, endpoint_id)
    if found.version == version and found.state == "disabled":
        raise EndpointStateConflict
    values = {"state": "disabled", "disabled_reason": "owner", "updated_at": datetime.now(UTC)}
    return await _changed(session, actor, endpoint_id, version=version, values=values)


async def remove(session: AsyncSession, actor: Actor, endpoint_id: UUID, *, version: int) -> None:
    """The endpoint, its secrets and its log."""
    found = await find_own(session, actor, endpoint_id)
    if not await endpoints_store.remove(session, endpoint_id, version=version):
        raise _stale(found)


async def rotate_secret(
    session: AsyncSession,
    actor: Actor,
    endpoint_id: UUID,
    *,
    version: int,
    overlap_hours: int,
    vault: Vault,
) -> EndpointView:
    """A new secret; the present ones go on signing beside it for the overlap."""
    await find_own(session, actor, endpoint_id)
    now = datetime.now(UTC)
    changed = await _changed(
        session, actor, endpoint_id, version=version, values={"updated_at": now}
    )
    await endpoints_store.end_secrets(session, endpoint_id, at=now + timedelta(hours=overlap_hours))
    living = await endpoints_store.living_secrets(session, endpoint_id, now=now)
    if len(living) >= SECRETS_PER_ENDPOINT:
        raise TooManySecrets(extra={"limit": SECRETS_PER_ENDPOINT})
    await secrets.add_secret(session, vault, endpoint_id, now=now)
    return changed


async def send_test(
    session: AsyncSession, actor: Actor, endpoint_id: UUID, *, version: int
) -> DeliveryView:
    """A signed event of type `webhook.test`, delivered and logged like any other."""
    found = await find_own(session, actor, endpoint_id)
    if found.version != version:
        raise _stale(found)
    return (await _plan(session, [found], uuid4(), TEST_TYPE, kind="test"))[0]


async def redeliver(
    session: AsyncSession, actor: Actor, event_id: UUID, *, endpoint_id: UUID | None
) -> list[DeliveryView]:
    """The event again, with its own id, to one or all enabled endpoints of the organisation."""
    org = organisation_of(actor)
    mine = principals_of_organisation(org)
    event = await feed_store.find_event(session, event_id, principals=mine)
    if event is None or event.type.startswith(planning.NEVER_SENT):
        raise NotFound
    if endpoint_id is None:
        targets: Sequence[Any] = await endpoints_store.enabled(session, org=org)
    else:
        targets = [await find_own(session, actor, endpoint_id)]
    return await _plan(session, targets, event.event_id, event.type, kind="redelivery")


async def read_secrets(
    connection: AsyncConnection, actor: Actor, endpoint_id: UUID, *, vault: Vault
) -> SecretsView:
    """The secrets that sign now. Each reading is logged."""
    await find_own(connection, actor, endpoint_id)
    log.info("webhook_secrets_read", endpoint=str(endpoint_id), sub=actor.sub)
    return await secrets.view_secrets(connection, vault, endpoint_id, now=datetime.now(UTC))


async def _plan(
    session: AsyncSession, targets: Sequence[Any], event_id: UUID, type_: str, *, kind: str
) -> list[DeliveryView]:
    if any(target.state != "enabled" for target in targets):
        raise EndpointDisabled
    now = datetime.now(UTC)
    rows = [planning.planned(t.id, event_id, type_, kind=kind, now=now) for t in targets]
    await deliveries_store.plan(session, rows)
    return [DeliveryView(**{**row, "attempts": []}) for row in rows]


async def _changed(
    session: AsyncSession, actor: Actor, endpoint_id: UUID, *, version: int, values: dict[str, Any]
) -> EndpointView:
    changed = await endpoints_store.change(session, endpoint_id, version=version, values=values)
    if changed is None:
        raise _stale(await find_own(session, actor, endpoint_id))
    return view_endpoint(changed, await endpoints_store.counts(session, [endpoint_id]))


def _stale(row: Any) -> StaleEtag:
    present = view_endpoint(row).model_dump(mode="json")
    return StaleEtag(extra={"current": present}, headers={"ETag": etag_of(row.version)})
