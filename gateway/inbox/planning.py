"""Which events are to be sent to which endpoints: rows and jobs, in the transaction of their cause.

Sends nothing; gateway/inbox/delivering.py does.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.inbox import deliveries_store, endpoints_store
from gateway.inbox.rules import matches, principals_of_organisation
from kit.jobs import defer

QUEUE = "webhooks"
DRAIN = "webhooks.drain"
NEVER_SENT = "gateway.webhook-"
"""Types that tell an organisation that its webhooks do not arrive: in the feed only."""


async def plan(session: AsyncSession, events: Sequence[Mapping[str, Any]]) -> None:
    """Deliveries of new feed events, in the transaction that appends them."""
    now = datetime.now(UTC)
    for endpoint in await endpoints_store.enabled(session):
        mine = set(principals_of_organisation(endpoint.org))
        wanted = [
            planned(endpoint.id, event["event_id"], event["type"], kind="event", now=now)
            for event in events
            if not mine.isdisjoint(event["readers"])
            and matches(event["type"], endpoint.event_types)
            and not event["type"].startswith(NEVER_SENT)
        ]
        await deliveries_store.plan(session, wanted)
        if wanted:
            await defer_drain(session, endpoint.id)


def planned(
    endpoint_id: UUID, event_id: UUID, type_: str, *, kind: str, now: datetime
) -> dict[str, Any]:
    """A delivery that is due at once."""
    return {
        "id": uuid4(),
        "endpoint_id": endpoint_id,
        "event_id": event_id,
        "type": type_,
        "kind": kind,
        "state": "pending",
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
        "finished_at": None,
    }


async def defer_drain(session: AsyncSession, endpoint_id: UUID) -> None:
    """Send what is due to an endpoint; such jobs of one endpoint run one after another."""
    args = {"endpoint_id": str(endpoint_id)}
    await defer(session, DRAIN, args, lock=f"webhook:{endpoint_id}", queue=QUEUE)
