"""What the gateway tells: payloads of its events. Fields are only ever added.

These are read in the feed by the organisation that they concern, and are never sent as webhooks: they
say that its webhooks do not arrive.
"""

from uuid import UUID

from pydantic import BaseModel


class WebhookDeliveryGivenUp(BaseModel):
    """`gateway.webhook-delivery.given-up.v1`: the last attempt of the schedule failed; the event can be
    asked for again (`POST /events/{event_id}/redeliveries`)."""

    endpoint_id: UUID
    delivery_id: UUID
    event_id: UUID
    attempts: int


class WebhookEndpointDisabled(BaseModel):
    """`gateway.webhook-endpoint.disabled.v1`: the receiver answered 410; nothing is sent until its owner
    enables it again."""

    endpoint_id: UUID
    reason: str
