"""Messages, what was sent of them, each attempt, and who wants what: tables of migration 0006."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
Instant = DateTime(timezone=True)

messages = Table(
    "messages",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("values", JSONB, nullable=False),
    Column("href", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("read_at", Instant),
    UniqueConstraint("recipient", "cause", "template", name="one_message_per_cause"),
    Index("ix_messages_recipient", "recipient", "created_at", "id"),
    Index("ix_messages_unread", "recipient", postgresql_where=text("read_at IS NULL")),
)
"""`recipient` is `account:<id>`, or `person:<keyed hash>` of somebody who has no account yet."""

message_sends = Table(
    "message_sends",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("message_id", Uuid, ForeignKey("messages.id", ondelete="CASCADE")),
    Column("channel", Text, nullable=False),
    Column("address_sealed", Text),
    Column("text_sealed", Text),
    Column("state", Text, nullable=False),
    Column("provider_id", Text),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    UniqueConstraint("message_id", "channel", name="one_send_per_channel"),
    Index("ix_message_sends_finished", "finished_at"),
)
"""Address and text are sealed, and erased when the send is over. One without a message is a code."""

message_attempts = Table(
    "message_attempts",
    metadata,
    Column("send_id", Uuid, ForeignKey("message_sends.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
)

message_preferences = Table(
    "message_preferences",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("sms", Boolean, nullable=False),
    Column("email", Boolean, nullable=False),
)
"""Without a row: both. The inbox and codes are not asked about."""
