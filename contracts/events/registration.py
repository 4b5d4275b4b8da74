"""What registration tells the others: payloads of its events. Fields are only ever added.

Thin on purpose: ids, codes, dates, and what the register publishes; never personal data.
"""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel


class LicenceIssued(BaseModel):
    """`registration.licence.issued.v1`: an enterprise exists. `licence_version` grows with each
    change of the licence; `established_on` is also the date of the first licence."""

    case_id: UUID
    uscc: str
    enterprise_name: str
    region_code: str
    established_on: date
    licence_version: int = 1


class DepartmentTaskReceipted(BaseModel):
    """`registration.department-task.receipted.v1`: a department has given its receipt.

    `by_hand`: an officer of the department entered it.
    """

    task_id: UUID
    case_id: UUID
    uscc: str
    department: str
    receipt_number: str
    by_hand: bool = False


class DepartmentTaskGivenUp(BaseModel):
    """`registration.department-task.given-up.v1`: a person has to look; `code` says why."""

    task_id: UUID
    case_id: UUID
    uscc: str
    department: str
    region_code: str
    code: str


class OpeningCompleted(BaseModel):
    """`registration.opening.completed.v1`: every department has answered or was settled by hand."""

    opening_id: UUID
    case_id: UUID
    uscc: str
    completed_at: datetime
    receipted: int
    waived: int
