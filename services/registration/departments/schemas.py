"""What goes in and out about a department's task."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from kit.cases.schemas import AllowedAction
from kit.schemas import In, LongText, Out

TaskState = Literal[
    "pending", "sent", "receipted", "rejected", "needs_person", "completed", "waived"
]
DepartmentCode = Literal[
    "tax", "seal", "social_insurance", "medical_insurance", "housing_fund", "bank", "statistics"
]
ReceiptNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z\-]{4,60}$")
]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
Value = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Particular = (
    Value | Annotated[list[Value], Field(max_length=20)]
    | Annotated[dict[Key, Value], Field(max_length=10)]
)  # fmt: skip


class TaskRetry(In):
    """Try again, with corrected particulars if the department found some wrong."""

    particulars: Annotated[dict[Key, Particular], Field(max_length=20)] | None = Field(
        default=None, examples=[{"liaison": {"name": "陈若溪", "phone": "00000000002"}}]
    )
    reason: LongText | None = Field(default=None, examples=["已核实，重新申报"])


class TaskComplete(In):
    """The department has done it outside this system: its receipt's number."""

    receipt_number: ReceiptNumber = Field(examples=["SW20261121000042"])
    reason: LongText | None = Field(default=None, examples=["窗口已办理"])


class TaskWaive(In):
    """The task falls away for this enterprise, and why."""

    reason: LongText = Field(examples=["企业暂不开户，自行办理"])


class TaskEventView(Out):
    """One line of a task's history. `kind`: filing, look, callback, system or person."""

    kind: str
    outcome: str
    round: int
    http_status: int | None
    duration_ms: int | None
    note: str | None
    at: datetime


class DepartmentTaskSummary(Out):
    """A department's part of an opening. `due_on` is the last day; `opening_due_on` what the founder
    was promised for all of them."""

    id: UUID
    case_id: UUID
    opening_id: UUID
    department: DepartmentCode
    uscc: str
    enterprise_name: str
    region_code: str
    state: TaskState
    version: int
    receipt_number: str | None
    problem_code: str | None
    problem_text: str | None
    attempts: int
    round: int
    due_on: date
    opening_due_on: date
    next_attempt_at: datetime | None
    created_at: datetime
    updated_at: datetime
    settled_at: datetime | None


class DepartmentTaskView(DepartmentTaskSummary):
    """A task in full: what this caller may do next, and what happened so far."""

    external_id: str | None
    allowed_actions: list[AllowedAction]
    history: list[TaskEventView]


class OpeningView(Out):
    """All tasks of one case, for `expand=tasks`. `state`: running or completed."""

    opening_id: UUID
    state: Literal["running", "completed"]
    opened_at: datetime
    due_on: date
    completed_at: datetime | None
    items: list[DepartmentTaskSummary]


class CallbackReceipt(Out):
    """What a department gets for a callback. `applied` is false for repeats and old news."""

    applied: bool
