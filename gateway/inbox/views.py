"""Rows as outsiders see them. The one place that makes an event's outside shape."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from uuid import UUID

import orjson

from gateway.inbox.outside import links_of
from gateway.inbox.schemas import AttemptView, DeliveryView, EndpointView, EventView, FeedItem

TEST_TYPE = "webhook.test"


def view_event(row: Any) -> EventView:
    """The thin event of a feed row."""
    return EventView(
        id=row.event_id,
        source=f"/{row.stream}",
        type=row.type,
        time=row.time.astimezone(UTC),
        subject=row.subject,
        sequence=row.sequence,
        data=row.data,
        links=links_of(str(row.event_id), row.type, row.data),
    )


def view_item(row: Any, *, cursor: str) -> FeedItem:
    return FeedItem(**view_event(row).model_dump(), cursor=cursor)


def test_event(delivery: Any) -> EventView:
    """What `actions/test` sends: no event of the feed, and recognisable as such by its type."""
    subject = f"webhook-endpoint/{delivery.endpoint_id}"
    return EventView(
        id=delivery.event_id,
        source="/gateway",
        type=TEST_TYPE,
        time=delivery.created_at.astimezone(UTC),
        subject=subject,
        sequence=1,
        data={"endpoint_id": str(delivery.endpoint_id)},
        links={"endpoint": f"/api/window/v1/webhook-endpoints/{delivery.endpoint_id}"},
    )


def body_of(event: EventView) -> bytes:
    """A webhook's body, the same bytes at every attempt. `timestamp` repeats `time` under the name
    that Standard Webhooks proposes."""
    shown = event.model_dump(mode="json")
    return orjson.dumps(shown | {"timestamp": shown["time"]})


def view_endpoint(row: Any, counts: Mapping[tuple[UUID, str], int] | None = None) -> EndpointView:
    found = counts or {}
    shown = EndpointView.model_validate(row)
    shown.pending = found.get((row.id, "pending"), 0)
    shown.given_up = found.get((row.id, "given_up"), 0)
    return shown


def view_delivery(row: Any, attempts: list[Any]) -> DeliveryView:
    values = {name: value for name, value in row._mapping.items() if name != "attempts"}
    return DeliveryView(
        **values, attempts=[AttemptView.model_validate(attempt) for attempt in attempts]
    )
