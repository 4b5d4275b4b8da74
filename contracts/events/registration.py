"""What registration tells the others: payloads of its events. Fields are only ever added.

Thin on purpose: ids, codes, dates, and what the register publishes; never personal data.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel

from contracts.events.marks import Internal


class LicenceIssued(BaseModel):
    """`registration.licence.issued.v1`: an enterprise exists. `licence_version` grows with each
    change of the licence; `established_on` is also the date of the first licence.
    `legal_representative` is the person as tokens name them (a keyed hash), for services only;
    `address_grant` is the code of the hosted address where the company sits."""

    case_id: UUID
    uscc: str
    enterprise_name: str
    region_code: str
    established_on: date
    licence_version: int = 1
    legal_representative: Annotated[str | None, Internal()] = None
    address_grant: str | None = None


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


class NameReserved(BaseModel):
    """`registration.name.reserved.v1`: nobody else gets the name until `reserved_until` (inclusive)."""

    reservation_id: UUID
    reference: str
    name: str
    region_code: str
    reserved_until: date


class NameReservationEnded(BaseModel):
    """`registration.name.released.v1` (by its applicant) and `registration.name.lapsed.v1` (its time
    ran out): the name is free again."""

    reservation_id: UUID
    reference: str
    name: str
    region_code: str
    ended_at: datetime


class SignatureRequested(BaseModel):
    """`registration.signature.requested.v1`: a person is asked (or reminded) to sign a frozen form."""

    case_id: UUID
    reference: str
    matter: str


class LicenceEnded(BaseModel):
    """`registration.licence.superseded.v1`, `.revoked.v1` or `.cancelled.v1`: this version of an
    enterprise's licence no longer stands; `status` says which."""

    licence_id: UUID
    uscc: str
    licence_version: int
    status: str
    ended_on: date


class AddressLapsed(BaseModel):
    """`registration.address.lapsed.v1`: the hosted address of a firm is over; it has to register another.
    `reason` as carriers gave it."""

    uscc: str
    case_id: UUID
    grant_code: str
    carrier_code: str
    region_code: str
    lapsed_on: date
    reason: str
