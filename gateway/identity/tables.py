"""The tables of accounts, sessions, keys and OAuth, as Core tables.

Core, because every statement on them is short and prebuilt and no entity is ever needed. Secrets are
here only as hashes (sessions, codes, tokens, passwords) or sealed by `kit.crypto.Vault` (usernames,
ID numbers, private keys). Must not hold a default that decides anything.
"""

from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData()
Instant = DateTime(timezone=True)
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row of a statement; its columns are read by name."""

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("username_hash", Text, nullable=False, unique=True),
    Column("username_sealed", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text),
    Column("person", Text, unique=True),
    Column("id_number_sealed", Text),
    Column("roles", ARRAY(Text), nullable=False),
    Column("org", Text),
    Column("regions", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    Column("locked_reason", Text),
    Column("is_demo", Boolean, nullable=False, server_default="false"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("verified_at", Instant),
    Column("email_sealed", Text),
    Index("ix_accounts_created", "created_at", "id"),
    Index("ix_accounts_org", "org", "created_at", "id"),
)

credentials = Table(
    "credentials",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("must_change", Boolean, nullable=False, server_default="false"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("sid", Text, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("previous_hash", LargeBinary, unique=True),
    Column("rotated_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("user_agent", Text, nullable=False, server_default=""),
    Column("previous_sign_in_at", Instant),
    Column("failed_attempts", Integer, nullable=False, server_default="0"),
    Index("ix_sessions_account", "account_id", postgresql_where=text("ended_at IS NULL")),
    Index("ix_sessions_expires", "expires_at"),
)

oauth_clients = Table(
    "oauth_clients",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("auth_method", Text, nullable=False),
    Column("redirect_uris", ARRAY(Text), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("org", Text),
    Column("regions", ARRAY(Text), nullable=False),
    Column("dpop_bound", Boolean, nullable=False),
    Column("secret_hash", Text),
    Column("state", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("registration_digest", LargeBinary),
)

client_changes = Table(
    "client_changes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("client_id", Text, ForeignKey("oauth_clients.client_id"), nullable=False),
    Column("action", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("by_sub", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_client_changes_client", "client_id", "at"),
)

client_keys = Table(
    "client_keys",
    metadata,
    Column("client_id", Text, ForeignKey("oauth_clients.client_id"), primary_key=True),
    Column("kid", Text, primary_key=True),
    Column("alg", Text, nullable=False),
    Column("jwk", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
)

grants = Table(
    "grants",
    metadata,
    Column("sid", Text, primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("client_id", Text, ForeignKey("oauth_clients.client_id"), nullable=False),
    Column("scope", Text, nullable=False),
    Column("jkt", Text),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_grants_account", "account_id", postgresql_where=text("revoked_at IS NULL")),
)

authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("sid", Text, nullable=False, unique=True),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("client_id", Text, ForeignKey("oauth_clients.client_id"), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("challenge", Text, nullable=False),
    Column("jkt", Text),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_authorization_codes_expires", "expires_at"),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("sid", Text, ForeignKey("grants.sid", ondelete="CASCADE"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("reply_sealed", Text),
    Index("ix_refresh_tokens_sid", "sid"),
    Index("ix_refresh_tokens_reply", "used_at", postgresql_where=text("reply_sealed IS NOT NULL")),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("private_sealed", Text, nullable=False),
    Column("public_jwk", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("activated_at", Instant),
    Column("retired_at", Instant),
    Index(
        "one_active_signing_key", "state", unique=True, postgresql_where=text("state = 'active'")
    ),
    Index("one_next_signing_key", "state", unique=True, postgresql_where=text("state = 'next'")),
)

used_jtis = Table(
    "used_jtis",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("expires_at", Instant, nullable=False),
    Index("ix_used_jtis_expires", "expires_at"),
)

revocations = Table(
    "revocations",
    metadata,
    Column("id", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("expires_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_revocations_expires", "expires_at"),
)

consents = Table(
    "consents",
    metadata,
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("client_id", Text, ForeignKey("oauth_clients.client_id"), primary_key=True),
    Column("scope", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
)

login_attempts = Table(
    "login_attempts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("username_hash", Text, nullable=False),
    Column("ip_hash", Text, nullable=False),
    Column("source_hash", Text, nullable=False),
    Column("succeeded", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_login_attempts_username", "username_hash", "at"),
    Index("ix_login_attempts_ip", "ip_hash", "at"),
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("asked_from", Text, nullable=False),
    Column("account_id", Uuid, ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("target_sealed", Text),
    Column("code_hash", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_one_time_codes_subject", "purpose", "subject", "created_at"),
)
"""`subject` is a keyed hash of what the code is for; without an account it is one that nobody was sent."""
