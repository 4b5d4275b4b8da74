"""The feed, webhook endpoints and what was sent to them: tables of migrations 0004 and
0006."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
Instant = DateTime(timezone=True)


def _of_endpoint() -> Column[Any]:
    """What belongs to an endpoint goes with it."""
    key = ForeignKey("webhook_endpoints.id", ondelete="CASCADE")
    return Column("endpoint_id", Uuid, key, nullable=False)


feed_head = Table(
    "feed_head",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("pruned_to", BigInteger, nullable=False),
)
"""One row. Whoever appends holds it, so positions become visible in order and without gaps."""

feed_sources = Table(
    "feed_sources",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("incarnation", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
"""How far each JetStream stream is in the feed; `incarnation` tells a stream from its successor."""

feed_events = Table(
    "feed_events",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("time", Instant, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("stream", Text, nullable=False),
    Column("stream_sequence", BigInteger, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Index("ix_feed_events_recorded", "recorded_at"),
)

feed_readers = Table(
    "feed_readers",
    metadata,
    Column("principal", Text, primary_key=True),
    Column(
        "position",
        BigInteger,
        ForeignKey("feed_events.position", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("type", Text, nullable=False),
    Index("ix_feed_readers_position", "position"),
)
"""The audience of each event, one row per principal: a reader's page is a range of this index."""

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("org", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("event_types", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    Column("disabled_reason", Text),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("paused_until", Instant),
    Column("created_by", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_webhook_endpoints_org", "org", "created_at", "id"),
)
"""`failures`: attempts that failed since the last one that did not. `paused_until`: not tried before."""

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_endpoint(),
    Column("sealed", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Index("ix_webhook_secrets_endpoint", "endpoint_id"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_endpoint(),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("subject", Text),
    Column("position", BigInteger),
    Index("ix_webhook_deliveries_log", "endpoint_id", "created_at", "id"),
    Index(
        "ix_webhook_deliveries_due",
        "endpoint_id",
        "next_attempt_at",
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_webhook_deliveries_line",
        "endpoint_id",
        "subject",
        "position",
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_webhook_deliveries_created", "created_at"),
    Index(
        "ix_webhook_deliveries_given_up",
        "finished_at",
        "id",
        postgresql_where=text("state = 'given_up'"),
    ),
    Index(
        "ux_webhook_deliveries_event",
        "endpoint_id",
        "event_id",
        unique=True,
        postgresql_where=text("kind = 'event'"),
    ),
)

"""`subject` and `position` (of the feed) are a delivery's line and its place there: nothing is sent while an
earlier one of its line is pending. A test and a redelivery stand in no line."""

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column(
        "delivery_id",
        Uuid,
        ForeignKey("webhook_deliveries.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("detail", Text),
)
