"""What goes in and out of a case."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from kit.errors import FieldError
from kit.matters import FactView
from kit.regions import RegionCode
from kit.schemas import In, Label, Out


class CaseCreate(In):
    """Starts a case. `form` may be partial; `region_code` is six digits (GB/T 2260)."""

    matter: str = Field(max_length=80, examples=["company-establishment"])
    region_code: RegionCode | None = Field(default=None, examples=["980101"])
    form: dict[str, Any] = Field(default_factory=dict, max_length=100)
    like: UUID | None = Field(
        default=None,
        description="An earlier case of yours of the same matter: its answers begin the new one",
    )


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


class RemedyView(Out):
    """One thing that the applicant can do about a decision: what, where, until when."""

    code: str
    text: Label
    where: Label | None
    until_on: date | None
    legal_basis: str | None


class DecisionView(Out):
    """The decision that stands in the applicant's way: what, by whom, when, why. `paper` is its own document;
    `restarts`: a new case may begin with these answers (`like` of POST /cases)."""

    kind: str
    action: str
    label: Label
    at: datetime
    office: Label | None
    role: str
    reason: str | None
    legal_basis: str | None
    remedies: list[RemedyView]
    paper: str | None
    restarts: bool


class CorrectionItemView(Out):
    """`answer` is the applicant's reason for leaving it as it is."""

    pointer: str | None
    detail: str
    answer: str | None


class CorrectionView(Out):
    """The notice of correction. `is_open` until it was answered with submission `answered_by`."""

    reason: str
    items: list[CorrectionItemView]
    asked_at: datetime | None
    is_open: bool
    answered_by: int | None


class AssignmentChange(In):
    """`to`: for `hand_over`, the pass of the colleague (`GET /api/window/v1/colleagues`)."""

    to: str | None = Field(default=None, min_length=1, max_length=4_000)
    reason: str | None = Field(default=None, min_length=1, max_length=400, examples=["休假"])


class AssignmentView(Out):
    """Who of the reader's department has the case, for its staff. `allowed_actions` are of
    `POST …/assignment/{action}`; `mine`: the reader has it."""

    name: str | None
    mine: bool
    allowed_actions: list[str]


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


class CaseRow(CaseSummary):
    """`assigned_to`: who of the reader's department has it, for its staff. `due_key`: of `sort=due_on`, the
    clock that ends on `due_on`."""

    assigned_to: str | None = None
    due_key: str | None = None


class CaseView(CaseSummary):
    """A case as its reader may see it. Personal numbers in `form` are masked."""

    form: dict[str, Any]
    submission: int
    facts: dict[str, Any]
    shown: list[FactView] = Field(default_factory=list)
    labels: dict[str, str] = Field(
        default_factory=dict, description="What the form's references are called, by JSON pointer"
    )
    decision: DecisionView | None = None
    correction: CorrectionView | None = None
    relations: list[str]
    promised_by: date | None
    statutory_by: date | None
    answer_by: date | None
    allowed_actions: list[AllowedAction]
    blocked_actions: list[BlockedAction]
    assignment: AssignmentView | None = None
    timeline: list[TimelineEntry] | None = None
    deadlines: list[DeadlineView] | None = None
    expanded: dict[str, Any] = Field(default_factory=dict)


class SubmissionView(Out):
    """One frozen form of a case. `digest` is the SHA-256 over it."""

    number: int
    digest: str
    submitted_at: datetime


class ChangeView(Out):
    """One place that differs. What was not there, or is no more, is null. Personal numbers are masked."""

    pointer: str
    before: Any | None
    after: Any | None


class DifferenceView(Out):
    """What changed from one submission to another. `materials` were handed in anew in between."""

    before: int
    after: int
    changes: list[ChangeView]
    materials: list[str]


class CheckView(Out):
    """What submitting would say: `complete` and the findings, without any effect."""

    complete: bool
    findings: list[FieldError]


class Count(Out):
    """Open cases; of them those whose day is over, and those whose day is today."""

    open: int
    overdue: int
    due_today: int


class DeskCount(Count):
    """What one member of the staff has. `officer` is for `assigned` of the list of cases."""

    officer: str
    name: str


class MatterCount(Count):
    """What there is of one matter."""

    matter: str


class Counts(Out):
    """Open cases of the reader's department in their regions on the business day `today`. `capped`: there
    are more than were counted."""

    today: date
    capped: bool
    total: Count
    mine: Count
    unassigned: Count
    officers: list[DeskCount]
    matters: list[MatterCount]
