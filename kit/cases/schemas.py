"""What goes in and out of a case."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from kit.errors import FieldError
from kit.matters import FactView
from kit.schemas import In, Label, Out


class CaseCreate(In):
    """Starts a case. `form` may be partial; `region_code` is six digits (GB/T 2260)."""

    matter: str = Field(max_length=80, examples=["company-establishment"])
    region_code: str | None = Field(default=None, pattern=r"^[0-9]{6}$", examples=["980101"])
    form: dict[str, Any] = Field(default_factory=dict, max_length=100)


class FormUpdate(In):
    """The whole draft form. What is missing is missing; what is there must be right."""

    form: dict[str, Any] = Field(max_length=100)


class AllowedAction(Out):
    action: str
    requires: list[str]
    href: str


class BlockedAction(Out):
    action: str
    code: str
    title: Label
    legal_basis: str | None = None
    opens_at: datetime | None = None


class DeadlineView(Out):
    """One clock. `status`: running, paused, met, missed. `provisional`: the holiday calendar of that year
    is not published yet."""

    key: str
    kind: str
    started_on: date
    due_on: date
    workdays: int | None
    status: str
    ended_on: date | None
    provisional: bool


class TimelineEntry(Out):
    """One move: who in which role did what, from where to where, and why."""

    sequence: int
    at: datetime
    actor_role: str
    action: str
    source: str
    target: str
    reason: str | None
    data: dict[str, Any]
    hash: str


class CaseSummary(Out):
    """A row of a list of cases."""

    id: UUID
    reference: str
    matter: str
    state: str
    version: int
    title: str
    region_code: str
    due_on: date | None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None


class CaseView(CaseSummary):
    """A case as its reader may see it. Personal numbers in `form` are masked."""

    form: dict[str, Any]
    submission: int
    facts: dict[str, Any]
    shown: list[FactView] = Field(default_factory=list)
    relations: list[str]
    promised_by: date | None
    statutory_by: date | None
    answer_by: date | None
    allowed_actions: list[AllowedAction]
    blocked_actions: list[BlockedAction]
    timeline: list[TimelineEntry] | None = None
    deadlines: list[DeadlineView] | None = None
    expanded: dict[str, Any] = Field(default_factory=dict)


class CheckView(Out):
    """What submitting would say: `complete` and the findings, without any effect."""

    complete: bool
    findings: list[FieldError]
