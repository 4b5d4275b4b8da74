"""What goes in and out of the feed and the webhook endpoints. No personal data passes here."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from kit.schemas import In, Out

TypeFilter = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,40}(\.[a-z0-9-]{1,60}){0,3}$"),
    Field(examples=["finance.loan"]),
]
DeliveryState = Literal["pending", "delivered", "given_up"]


def _once(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


TypeFilters = Annotated[list[TypeFilter], Field(max_length=50), AfterValidator(_once)]
Url = Annotated[str, StringConstraints(min_length=8, max_length=1000, pattern=r"^https?://[!-~]+$")]


class EventView(Out):
    """A thin event: what happened to which thing, and where to read it. The same as a feed item, the
    data of a server-sent event and the body of a webhook. The attributes are those of CloudEvents 1.0;
    `sequence` and `links` are ours beside them.

    `sequence` grows per subject. `data` holds ids, codes and dates only.
    """

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: Annotated[str, Field(examples=["/finance"])]
    type: str
    time: datetime
    subject: str
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: int
    data: dict[str, Any]
    links: dict[str, str]


class FeedItem(EventView):
    """`cursor` continues the feed after this event."""

    cursor: str


class EventPage(Out):
    """`next` is always there: give it as `after` to go on. `has_more`: there is more right now."""

    items: list[FeedItem]
    next: str
    has_more: bool


class EndpointCreate(In):
    """Where an organisation wants to be told. `event_types` are types or their dotted beginnings
    (`finance.loan`); an empty list asks for all that the organisation may see."""

    url: Url
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    event_types: TypeFilters = Field(default_factory=list)


class EndpointChange(EndpointCreate):
    """All three, as they shall be."""


class EndpointView(Out):
    """An endpoint without its secrets (`GET …/secrets`). `pending` and `given_up` count deliveries
    that wait for their next attempt, and those of the log that were given up (at most 1000).
    `failures`: attempts that failed since the last one that arrived. `paused_until`: nothing is tried
    before, because the endpoint does not answer or asked for it."""

    id: UUID
    url: str
    description: str
    event_types: list[str]
    state: Literal["enabled", "disabled"]
    disabled_reason: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    pending: int = 0
    given_up: int = 0
    failures: int = 0
    paused_until: datetime | None = None


class SecretView(Out):
    """A signing secret (`whsec_…`). One that was rotated out signs beside the new one until
    `expires_at`."""

    secret: str
    created_at: datetime
    expires_at: datetime | None


class SecretsView(Out):
    """Newest first: the order of the signatures in `webhook-signature`."""

    items: list[SecretView]


class RotateSecret(In):
    """How long the present secret goes on signing beside the new one; 0 ends it at once."""

    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24


class RedeliveryCreate(In):
    """To which endpoint; without it, to all of the organisation that are enabled."""

    endpoint_id: UUID | None = None


class AttemptView(Out):
    """One request. `outcome`: delivered, gone, redirect, http_error, timeout, connection_failed,
    tls_failed, name_not_resolved, address_refused, no_longer_kept, not_sent (a fault of ours: it is
    tried again). `detail` says more where more is known: the system's words, where a redirect led."""

    number: int
    at: datetime
    duration_ms: int
    outcome: str
    status: int | None
    detail: str | None = None


class DeliveryView(Out):
    """What became of one event at one endpoint. `kind`: event, redelivery or test."""

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    type: str
    kind: Literal["event", "redelivery", "test"]
    state: DeliveryState
    next_attempt_at: datetime | None
    created_at: datetime
    finished_at: datetime | None
    attempts: list[AttemptView] = Field(default_factory=list)


class DeliveriesView(Out):
    """The deliveries that were planned."""

    items: list[DeliveryView]
