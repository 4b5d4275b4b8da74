"""What carriers tells the others: payloads of its events. Fields are only ever added.

Thin on purpose: ids, codes, dates. A person appears only as the keyed hash that all services share.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel

from contracts.events.marks import Internal


class TenancyAdmitted(BaseModel):
    """`carriers.tenancy.admitted.v1`: a team or firm has moved into a carrier. `uscc` is None for a team;
    `on` is the first day."""

    tenancy_id: UUID
    reference: str
    carrier_code: str
    uscc: str | None
    on: date


class TenancyGraduated(BaseModel):
    """`carriers.tenancy.graduated.v1`: the carrier has verified that its tenant met `ground`
    (high_tech_enterprise, financed, revenue, acquired_or_listed)."""

    tenancy_id: UUID
    reference: str
    carrier_code: str
    uscc: str | None
    ground: str
    on: date


class TenancyLeft(BaseModel):
    """`carriers.tenancy.left.v1`: a tenant has gone without graduating. `ground` is `left` (its own wish),
    `expired` (the stay ended) or `terminated` (by the operator)."""

    tenancy_id: UUID
    reference: str
    carrier_code: str
    uscc: str | None
    ground: str
    on: date


class AddressGrant(BaseModel):
    """The grant of a hosted address (一址多照) as it is now; the event's `sequence` orders what is heard.

    `street` is what stands in the form's 住所 behind the region; `holder` is the keyed hash of the person who
    may use it; at most `uses_max` firms may be registered by it; valid_from and valid_to are included.
    """

    grant_id: UUID
    code: str
    tenancy_id: UUID
    carrier_code: str
    carrier_name: str
    street: Annotated[str, Internal()]
    region_code: str
    holder: Annotated[str, Internal()]
    uses_max: int
    valid_from: date
    valid_to: date


class AddressGrantGranted(AddressGrant):
    """`carriers.address-grant.granted.v1`: a carrier lets its tenant register at its address."""


class AddressGrantClosing(AddressGrant):
    """`carriers.address-grant.closing.v1`: the tenancy is over; nobody new may use the grant, and who does
    has until `valid_to` to move. `reason` as in AddressGrantEnded."""

    reason: str


class AddressGrantEnded(AddressGrant):
    """`carriers.address-grant.ended.v1`: firms at the address have to give another. `reason` is left,
    graduated, tenancy_expired, terminated, expired (its own validity) or revoked."""

    ended_on: date
    reason: str


class ServiceRecorded(BaseModel):
    """`carriers.service.recorded.v1`: an entry of the service ledger that the tenant may rate once."""

    entry_id: UUID
    reference: str
    tenancy_id: UUID
    carrier_code: str
    category: str
    served_on: date


class ServiceProviderStanding(BaseModel):
    """`carriers.service-provider.rated.v1`: ratings have changed a provider's standing (active, warning,
    suspended)."""

    provider_id: UUID
    carrier_code: str
    standing: str
    on: date


class TitleGranted(BaseModel):
    """`carriers.title.granted.v1`: a carrier is filed or recognised; `valid_to` is the title's last day."""

    title_id: UUID
    number: str
    kind: str
    carrier_code: str
    carrier_name: str
    valid_from: date
    valid_to: date


class TitleEnded(BaseModel):
    """`carriers.title.ended.v1`: a title no longer stands. `status` is expired, revoked or exited."""

    title_id: UUID
    number: str
    kind: str
    carrier_code: str
    status: str
    reason: str
    ended_on: date


class AssessmentGraded(BaseModel):
    """`carriers.assessment.graded.v1`: a year's assessment. `grade` is excellent, good, pass or fail;
    `missing`: no report came, so that it counts as failed."""

    assessment_id: UUID
    carrier_code: str
    year: int
    grade: str
    missing: bool
    on: date


class AssessmentReminded(BaseModel):
    """`carriers.assessment.reminded.v1`: the report of a year is not there yet; the last day is `due_on`."""

    assessment_id: UUID
    carrier_code: str
    year: int
    due_on: date
