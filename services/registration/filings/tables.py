"""What filings keep beside the case: signatures, checked people, barred people."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registration.base import RegistrationTable

_INSTANT = DateTime(timezone=True)


class Signature(RegistrationTable, table=True):
    """One signer's answer to one frozen form. `round` grows each time the form is sent for signing;
    `person` is a keyed hash; `evidence` says what was shown and agreed to, and in which session."""

    __tablename__ = "signatures"
    __table_args__ = (
        Index("ix_signatures_case", "case_id", "round"),
        Index("ix_signatures_waiting", "person", postgresql_where=text("status = 'invited'")),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID
    round: int
    person: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    pointer: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    invited_at: datetime = Field(sa_type=_INSTANT)
    answered_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    reminded_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    reminders: int = 0
    reason: str | None = Field(default=None, sa_type=Text)
    evidence: dict[str, Any] | None = Field(default=None, sa_type=JSONB)


class PersonCheck(RegistrationTable, table=True):
    """What the real-name check said of one person of one submission (细则 art. 16)."""

    __tablename__ = "person_checks"

    case_id: UUID = Field(primary_key=True)
    submission: int = Field(primary_key=True)
    person: str = Field(sa_type=Text, primary_key=True)
    pointer: str = Field(sa_type=Text)
    result: str = Field(sa_type=Text)
    receipt: str | None = Field(default=None, sa_type=Text)
    checked_at: datetime = Field(sa_type=_INSTANT)


class BarredPerson(RegistrationTable, table=True):
    """A person who may not stand for a company (条例 art. 12) until the end of `until_on`."""

    __tablename__ = "barred_people"

    person: str = Field(sa_type=Text, primary_key=True)
    ground: str = Field(sa_type=Text, primary_key=True)
    until_on: date | None = None
