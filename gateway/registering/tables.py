"""Initial access tokens: a table of migration 0012. The token itself is nowhere; a program's own
registration token is a digest beside its registration (`oauth_clients.registration_digest`)."""

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()
Instant = DateTime(timezone=True)

registration_tokens = Table(
    "registration_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("org", Text),
    Column("roles", ARRAY(Text), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("regions", ARRAY(Text), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_by_name", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("client_id", Text),
    Index("ix_registration_tokens_created", "created_at", "id"),
)
