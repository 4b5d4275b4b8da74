"""Which events are to be sent to which endpoints: rows, in the transaction of their cause.

The rows are the queue. Sends nothing; gateway/inbox/dispatching.py finds what is due.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.inbox import deliveries_store, endpoints_store
from gateway.inbox.rules import matches, principals_of_organisation

NEVER_SENT = "gateway.webhook-"
"""Types that tell an organisation that its webhooks do not arrive: in the feed only."""


async def plan(session: AsyncSession, events: Sequence[Mapping[str, Any]]) -> None:
    """Deliveries of new feed events, in the transaction that appends them."""
    now = datetime.now(UTC)
    for endpoint in await endpoints_store.enabled(session):
        mine = set(principals_of_organisation(endpoint.org))
        wanted = [
            planned(
                endpoint.id,
                event["event_id"],
                event["type"],
                kind="event",
                now=now,
                line=(event["subject"], event["position"]),
            )
            for event in events
            if not mine.isdisjoint(event["readers"])
            and matches(event["type"], endpoint.event_types)
            and not event["type"].startswith(NEVER_SENT)
        ]
        await deliveries_store.plan(session, wanted)


def planned(
    endpoint_id: UUID,
    event_id: UUID,
    type_: str,
    *,
    kind: str,
    now: datetime,
    line: tuple[str | None, int | None] = (None, None),
) -> dict[str, Any]:
    """A delivery that is due at once. `line`: the subject and its place in the feed."""
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
        "subject": line[0],
        "position": line[1],
    }
