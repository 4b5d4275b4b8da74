"""Closings of accounts and copies of data: tables of migration 0011."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()
Instant = DateTime(timezone=True)

account_closings = Table(
    "account_closings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("look_at", Instant, nullable=False),
    Column("reminded_at", Instant),
    Column("waits_for", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("withdrawn_at", Instant),
    Column("closed_at", Instant),
    Index(
        "one_closing_per_account",
        "account_id",
        unique=True,
        postgresql_where=text("withdrawn_at IS NULL AND closed_at IS NULL"),
    ),
    Index(
        "ix_account_closings_look",
        "look_at",
        postgresql_where=text("withdrawn_at IS NULL AND closed_at IS NULL"),
    ),
)
"""`waits_for`: what stood in the way when it was due; it is looked at again at `look_at`. A row outlives the
account's personal data: it says when somebody asked and when it was done."""

data_exports = Table(
    "data_exports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ready_at", Instant),
    Column("expires_at", Instant),
    Column("size_bytes", BigInteger),
    Index("ix_data_exports_account", "account_id", "asked_at"),
    Index(
        "one_export_at_once",
        "account_id",
        unique=True,
        postgresql_where=text("state = 'preparing'"),
    ),
)

data_export_parts = Table(
    "data_export_parts",
    metadata,
    Column("export_id", Uuid, ForeignKey("data_exports.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""The ZIP in pieces of a megabyte, each sealed under the export's id and its number."""
