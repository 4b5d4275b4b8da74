"""The mechanism's own tables, the same in every service's database.

Core tables, because their statements are prebuilt and hot. Append-only ones are guarded by triggers in
the migration. A feature's tables live in the feature, on the service's own registry.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData()
Instant = DateTime(timezone=True)

cases = Table(
    "cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("matter", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("applicant_sub", Text, nullable=False),
    Column("applicant_person", Text),
    Column("applicant_org", Text),
    Column("region_code", Text, nullable=False),
    Column("departments", ARRAY(Text), nullable=False, server_default="{}"),
    Column("form", JSONB, nullable=False, server_default="{}"),
    Column("submission", Integer, nullable=False, server_default="0"),
    Column("facts", JSONB, nullable=False, server_default="{}"),
    Column("due_on", Date),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("closed_at", Instant),
    Index("ix_cases_applicant", "applicant_sub", "created_at", "id"),
    Index(
        "ix_cases_org",
        "applicant_org",
        "created_at",
        "id",
        postgresql_where=text("applicant_org IS NOT NULL"),
    ),
    Index("ix_cases_state", "state", "created_at", "id"),
    Index("ix_cases_created", "created_at", "id"),
    Index("ix_cases_due", "due_on", "id", postgresql_where=text("closed_at IS NULL")),
)

case_parties = Table(
    "case_parties",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("principal", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Index("ix_case_parties_principal", "principal"),
)

case_assignments = Table(
    "case_assignments",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("department", Text, primary_key=True),
    Column("officer_sub", Text, nullable=False),
    Column("officer_name", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Index("ix_case_assignments_officer", "officer_sub", "case_id"),
)

case_documents = Table(
    "case_documents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("material", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("replaced_at", Instant),
    Index("ix_case_documents_case", "case_id"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("title_zh", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("created_at", Instant, nullable=False),
    Index("ix_notices_opened", "created_at", "id"),
)

objections = Table(
    "objections",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("notice_id", Uuid, ForeignKey("notices.id"), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("raised_by", Text, nullable=False),
    Column("grounds", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("answer", Text),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    UniqueConstraint("notice_id", "raised_by"),
    Index("ix_objections_case", "case_id", "raised_at"),
)

case_submissions = Table(
    "case_submissions",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("form", JSONB, nullable=False),
    Column("digest", Text, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("submitted_by", Text, nullable=False),
)

case_timeline = Table(
    "case_timeline",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor_sub", Text, nullable=False),
    Column("actor_role", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("reason", Text),
    Column("data", JSONB, nullable=False, server_default="{}"),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

case_deadlines = Table(
    "case_deadlines",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("workdays", Integer),
    Column("due_on", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("paused_on", Date),
    Column("ended_on", Date),
    Column("provisional", SmallInteger, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("retry_at", Instant),
    Column("error", Text),
    Column("reminded_for", Date),
    Index("ix_case_deadlines_case", "case_id"),
    Index("ix_case_deadlines_due", "due_on", postgresql_where=text("status = 'running'")),
)

parked_events = Table(
    "parked_events",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("error", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("parked_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", Text),
    Column("reason", Text),
    UniqueConstraint("consumer", "event_id"),
    Index(
        "ix_parked_events_open",
        "consumer",
        "subject",
        postgresql_where=text("state = 'parked'"),
    ),
)
"""Events that a handler could not take (kit.parking); `body` is the CloudEvent."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("aggregate_kind", Text, nullable=False),
    Column("aggregate_id", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("audience", ARRAY(Text), nullable=False),
    Column("data", JSONB, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("request_id", Text),
    Column("published_at", Instant),
    UniqueConstraint("aggregate_kind", "aggregate_id", "type", "sequence"),
    Index("ix_outbox_pending", "id", postgresql_where=text("published_at IS NULL")),
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("processed_at", Instant, nullable=False),
    Index("ix_inbox_processed", "processed_at", postgresql_using="brin"),
)

operator_actions = Table(
    "operator_actions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by_sub", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("reason", Text),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("scope", LargeBinary, primary_key=True),
    Column("body_hash", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_idempotency_keys_created", "created_at"),
)

used_proofs = Table(
    "used_proofs",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("expires_at", Instant, nullable=False),
    Index("ix_used_proofs_expires", "expires_at"),
    prefixes=["UNLOGGED"],
)

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("sealed_at", Instant, nullable=False),
    Column("up_to", Instant, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("heads_digest", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

platform_facts = Table(
    "platform_facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

APPEND_ONLY = ("case_submissions", "case_timeline", "audit_seals")
