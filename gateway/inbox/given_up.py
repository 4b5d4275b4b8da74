"""Deliveries that were given up, whoever's they are: for the administrator, who may have them sent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.inbox import deliveries_store, planning
from gateway.inbox.errors import EndpointDisabled
from gateway.inbox.tables import webhook_deliveries as d
from gateway.inbox.tables import webhook_endpoints as e
from kit.errors import NotFound
from kit.operations import SHOWN, Doer, note

_later = d.alias()
_SENT_SINCE = exists().where(
    _later.c.endpoint_id == d.c.endpoint_id,
    _later.c.event_id == d.c.event_id,
    _later.c.created_at > d.c.created_at,
    _later.c.state != "given_up",
)
_DEAD = and_(d.c.state == "given_up", d.c.kind != "test", ~_SENT_SINCE)


async def dead(connection: AsyncConnection) -> Sequence[Any]:
    """Those of which the same event has not been sent again since, the oldest first."""
    columns = (d.c.id, d.c.type, d.c.event_id, d.c.attempts, d.c.finished_at, e.c.org, e.c.url)
    query = select(*columns, e.c.state.label("endpoint_state")).join(e, e.c.id == d.c.endpoint_id)
    query = query.where(_DEAD).order_by(d.c.finished_at, d.c.id).limit(SHOWN)
    return (await connection.execute(query)).all()


async def send_again(session: AsyncSession, delivery_id: UUID, *, by: Doer) -> UUID:
    """The event once more, as a redelivery; the id of that. Raises NotFound for what is not given up or was
    sent again meanwhile, EndpointDisabled."""
    await session.execute(select(d.c.id).where(d.c.id == delivery_id).with_for_update())
    query = select(d, e.c.state.label("endpoint_state"), e.c.org).join(e, e.c.id == d.c.endpoint_id)
    query = query.where(_DEAD, d.c.id == delivery_id)  # as it stands under the lock
    row = (await session.execute(query)).first()
    if row is None:
        raise NotFound
    if row.endpoint_state != "enabled":
        raise EndpointDisabled
    now = datetime.now(UTC)
    again = planning.planned(row.endpoint_id, row.event_id, row.type, kind="redelivery", now=now)
    await deliveries_store.plan(session, [again])
    await note(session, by, "send_again", subject=f"{row.type} → {row.org}", reference=delivery_id)
    return UUID(str(again["id"]))


async def measure_deliveries(connection: AsyncConnection) -> bytes:
    """One gauge, beside those of every service (kit.measuring)."""
    registry = CollectorRegistry()
    gauge = Gauge("yichuang_dead_deliveries", "Webhook deliveries given up", registry=registry)
    gauge.set(
        (await connection.execute(select(func.count()).select_from(d).where(_DEAD))).scalar_one()
    )
    return generate_latest(registry)
