"""Openings (one per licensed enterprise), their tasks (one per department), and every attempt."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlmodel import Field

from services.registration.base import RegistrationTable

_INSTANT = DateTime(timezone=True)


class DepartmentOpening(RegistrationTable, table=True):
    """One enterprise on its way through the departments; complete when every task is settled."""

    __tablename__ = "department_openings"
    __table_args__ = (
        Index("ix_department_openings_applicant", "applicant_sub", "opened_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(unique=True)
    uscc: str = Field(sa_type=Text, unique=True)
    enterprise_name: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    applicant_sub: str = Field(sa_type=Text)
    applicant_person: str | None = Field(default=None, sa_type=Text)
    opened_at: datetime = Field(sa_type=_INSTANT)
    due_on: date
    state: str = Field(sa_type=Text)
    version: int
    completed_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class DepartmentTask(RegistrationTable, table=True):
    """One department's part of an opening. `payload_sealed` is what it is told, encrypted once, so
    that every repeat under a reference is the same to the byte."""

    __tablename__ = "department_tasks"
    __table_args__ = (
        UniqueConstraint("opening_id", "department"),
        Index("ix_department_tasks_queue", "department", "state", "due_on", "id"),
        Index("ix_department_tasks_created", "created_at", "id"),
        Index(
            "ix_department_tasks_next",
            "next_attempt_at",
            postgresql_where=text("state IN ('pending', 'sent')"),
        ),
    )

    id: UUID = Field(primary_key=True)
    opening_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("department_openings.id"), nullable=False)
    )
    department: str = Field(sa_type=Text)
    region_code: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    version: int
    round: int
    attempts: int
    failures: int
    looks: int
    reference: str = Field(sa_type=Text, unique=True)
    payload_sealed: str = Field(sa_type=Text)
    external_id: str | None = Field(default=None, sa_type=Text)
    receipt_number: str | None = Field(default=None, sa_type=Text)
    problem_code: str | None = Field(default=None, sa_type=Text)
    problem_text: str | None = Field(default=None, sa_type=Text)
    due_on: date
    next_attempt_at: datetime | None = Field(default=None, sa_type=_INSTANT)
    created_at: datetime = Field(sa_type=_INSTANT)
    updated_at: datetime = Field(sa_type=_INSTANT)
    settled_at: datetime | None = Field(default=None, sa_type=_INSTANT)


class DepartmentTaskEvent(RegistrationTable, table=True):
    """One line of a task's history: an attempt, an answer, a callback, a person's act. Append-only."""

    __tablename__ = "department_task_events"
    __table_args__ = (Index("ix_department_task_events_task", "task_id", "id"),)

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    task_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("department_tasks.id"), nullable=False))
    round: int
    kind: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    http_status: int | None = None
    duration_ms: int | None = None
    actor_sub: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=_INSTANT)
