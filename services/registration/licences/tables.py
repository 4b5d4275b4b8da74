"""Licences, the keys that sign them, their history and their PDFs. Constraints: migration 0004."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, UniqueConstraint

from services.registration.base import RegistrationTable

_INSTANT = DateTime(timezone=True)


class LicenceKey(RegistrationTable, table=True):
    """A signing key: `next` is published, `active` signs, `retired` is kept for verification."""

    __tablename__ = "licence_keys"
    __table_args__ = (
        Index(
            "ux_licence_keys_one",
            "state",
            unique=True,
            postgresql_where=text("state IN ('next', 'active')"),
        ),
    )

    kid: str = Field(sa_type=Text, primary_key=True)
    state: str = Field(sa_type=Text)
    public_jwk: dict[str, Any] = Field(sa_type=JSONB)
    private_sealed: str = Field(sa_type=Text)
    published_at: datetime = Field(sa_type=_INSTANT)
    activated_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    retired_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class LicenceAuthority(RegistrationTable, table=True):
    """The environment's certificates for signing PDFs; the signer's key is sealed."""

    __tablename__ = "licence_authorities"
    __table_args__ = (
        Index(
            "ux_licence_authorities_one",
            text("(true)"),
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    root_certificate: bytes = Field(sa_type=LargeBinary)
    signer_certificate: bytes = Field(sa_type=LargeBinary)
    signer_key_sealed: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=_INSTANT)
    retired_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class Licence(RegistrationTable, table=True):
    """One version of one entity's licence. `payload` is exactly what was signed; `revision` grows
    with its status; `holder_persons` are keyed hashes of the people who may fetch it."""

    __tablename__ = "licences"
    __table_args__ = (
        UniqueConstraint("uscc", "version"),
        Index(
            "ux_licences_one_valid", "uscc", unique=True, postgresql_where=text("status = 'valid'")
        ),
        Index("ix_licences_ended", "status_index", postgresql_where=text("status <> 'valid'")),
        Index("ix_licences_owner", "owner_sub", text("issued_at DESC"), text("id DESC")),
        Index("ix_licences_holders", "holder_persons", postgresql_using="gin"),
        Index("ix_licences_issued", text("issued_at DESC"), text("id DESC")),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(unique=True)
    uscc: str = Field(sa_type=Text)
    version: int
    status: str = Field(sa_type=Text)
    revision: int
    region_code: str = Field(sa_type=Text)
    owner_sub: str = Field(sa_type=Text)
    holder_persons: list[str] = Field(sa_type=ARRAY(Text))
    is_demo: bool
    payload: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    jws: str = Field(sa_type=Text)
    kid: str = Field(sa_type=Text, foreign_key="licence_keys.kid")
    status_index: int = Field(sa_type=BigInteger, unique=True)
    issued_on: date
    issued_at: datetime = Field(sa_type=_INSTANT)
    status_changed_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    status_reason: str | None = Field(default=None, sa_type=Text)


class LicenceHistory(RegistrationTable, table=True):
    """What happened to a licence, who did it and why; append-only."""

    __tablename__ = "licence_history"
    __table_args__ = (Index("ix_licence_history_licence", "licence_id", "id"),)

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    licence_id: UUID = Field(foreign_key="licences.id")
    action: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=_INSTANT)
    actor_sub: str = Field(sa_type=Text)
    actor_role: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)


class LicencePdf(RegistrationTable, table=True):
    """The printed and signed file of a licence; written once."""

    __tablename__ = "licence_pdfs"

    licence_id: UUID = Field(primary_key=True, foreign_key="licences.id")
    authority_id: UUID = Field(foreign_key="licence_authorities.id")
    content: bytes = Field(sa_type=LargeBinary)
    digest: str = Field(sa_type=Text)
    printed_at: datetime = Field(sa_type=_INSTANT)
