"""Entities and what the law publishes of them, their changes and snapshots (migration 0005).

The kind of an entity and its region stand here and are never derived from its code: a company that grew
out of a sole trader keeps its 92… (国市监注发〔2025〕58号).
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field

from services.registration.base import RegistrationTable

_INSTANT = DateTime(timezone=True)


class TransactionId(UserDefinedType[str]):
    """PostgreSQL's xid8: the 64-bit number of a transaction."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "XID8"


class MarketEntity(RegistrationTable, table=True):
    """A company, a sole trader or another market entity, as registered now."""

    __tablename__ = "market_entities"
    __table_args__ = (
        Index("ix_market_entities_tokens", "tokens", postgresql_using="gin"),
        Index("ix_market_entities_length", "name_length", "uscc"),
        Index("ix_market_entities_founded", text("founded_on DESC"), text("uscc DESC")),
        Index(
            "ix_market_entities_region",
            "region_code",
            text("founded_on DESC"),
            text("uscc DESC"),
            postgresql_ops={"region_code": "text_pattern_ops"},
        ),
    )

    uscc: str = Field(sa_type=Text, primary_key=True)
    legacy_reg_no: str | None = Field(default=None, sa_type=Text, unique=True)
    case_id: UUID | None = Field(default=None, unique=True)
    name: str = Field(sa_type=Text)
    name_length: int | None = Field(
        default=None,
        sa_column=Column(
            SmallInteger, Computed("char_length(name)", persisted=True), nullable=False
        ),
    )
    name_compact: str = Field(sa_type=Text)
    pinyin: str = Field(sa_type=Text)
    initials: str = Field(sa_type=Text)
    tokens: list[str] = Field(sa_type=ARRAY(Text))
    entity_kind: str = Field(sa_type=Text)
    organization_form: str = Field(sa_type=Text)
    type_text: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    head_role: str = Field(sa_type=Text)
    head_name: str = Field(sa_type=Text)
    registered_capital_fen: int | None = Field(default=None, sa_type=BigInteger)
    founded_on: date
    approved_on: date
    ended_on: date | None = None
    domicile: str = Field(sa_type=Text)
    address_status: str = Field(
        default="own", sa_column=Column(Text, nullable=False, server_default="own")
    )
    business_scope: str = Field(sa_type=Text)
    industry_code: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    registration_authority: str = Field(sa_type=Text)
    licence_version: int
    is_demo: bool
    version: int
    registered_at: datetime = Field(sa_type=_INSTANT)
    updated_at: datetime = Field(sa_type=_INSTANT)


class EntityPerson(RegistrationTable, table=True):
    """A person in an office. `person` is a keyed hash; what is masked is for officers only."""

    __tablename__ = "entity_people"
    __table_args__ = (
        Index("ix_entity_people_person", "person", postgresql_where=text("person IS NOT NULL")),
    )

    uscc: str = Field(sa_type=Text, primary_key=True, foreign_key="market_entities.uscc")
    number: int = Field(sa_type=SmallInteger, primary_key=True)
    role: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    is_published: bool
    person: str | None = Field(default=None, sa_type=Text)
    id_masked: str | None = Field(default=None, sa_type=Text)
    phone_masked: str | None = Field(default=None, sa_type=Text)


class EntityShareholder(RegistrationTable, table=True):
    """A shareholder and its contribution in fen; `due_on` is the promised day of the last payment."""

    __tablename__ = "entity_shareholders"
    __table_args__ = (
        Index(
            "ix_entity_shareholders_uscc",
            "shareholder_uscc",
            postgresql_where=text("shareholder_uscc IS NOT NULL"),
        ),
    )

    uscc: str = Field(sa_type=Text, primary_key=True, foreign_key="market_entities.uscc")
    number: int = Field(sa_type=SmallInteger, primary_key=True)
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    shareholder_uscc: str | None = Field(default=None, sa_type=Text)
    person: str | None = Field(default=None, sa_type=Text)
    id_masked: str | None = Field(default=None, sa_type=Text)
    subscribed_fen: int = Field(sa_type=BigInteger)
    paid_in_fen: int = Field(default=0, sa_type=BigInteger)
    method: str = Field(sa_type=Text)
    due_on: date | None = None


class EntityChange(RegistrationTable, table=True):
    """One change of an entity, ordered by its transaction (see feed.py); append-only."""

    __tablename__ = "entity_changes"
    __table_args__ = (UniqueConstraint("uscc", "version"),)

    txid: str = Field(
        sa_column=Column(
            TransactionId, primary_key=True, server_default=text("pg_current_xact_id()")
        )
    )
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    uscc: str = Field(sa_type=Text, foreign_key="market_entities.uscc")
    kind: str = Field(sa_type=Text)
    version: int
    changed_at: datetime = Field(sa_type=_INSTANT)


class RegisterSnapshot(RegistrationTable, table=True):
    """A day's copy of the published register; `position` is where the change feed goes on."""

    __tablename__ = "register_snapshots"

    id: UUID = Field(primary_key=True)
    taken_on: date = Field(unique=True)
    as_of: datetime = Field(sa_type=_INSTANT)
    position: str = Field(sa_type=Text)
    entities: int = Field(sa_type=BigInteger)


class RegisterSnapshotFile(RegistrationTable, table=True):
    """A part of a snapshot's file: one gzip member; the parts one after another are the file."""

    __tablename__ = "register_snapshot_files"

    snapshot_id: UUID = Field(
        sa_column=Column(
            Uuid, ForeignKey("register_snapshots.id", ondelete="CASCADE"), primary_key=True
        )
    )
    format: str = Field(sa_type=Text, primary_key=True)
    part: int = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class RegisterSnapshotDigest(RegistrationTable, table=True):
    """Size and SHA-256 of a snapshot's file before compression."""

    __tablename__ = "register_snapshot_digests"

    snapshot_id: UUID = Field(
        sa_column=Column(
            Uuid, ForeignKey("register_snapshots.id", ondelete="CASCADE"), primary_key=True
        )
    )
    format: str = Field(sa_type=Text, primary_key=True)
    size_bytes: int = Field(sa_type=BigInteger)
    sha256: bytes = Field(sa_type=LargeBinary)
