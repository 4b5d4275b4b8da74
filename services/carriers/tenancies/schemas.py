"""What goes out about a tenancy."""

from datetime import date
from uuid import UUID

from kit.schemas import Out


class IncubationCounts(Out):
    """Who is in incubation on `as_of`, and how many have graduated so far. A firm in two places is one."""

    region: str | None
    as_of: date
    teams: int
    firms: int
    people: int
    graduates: int


class TenancyView(Out):
    """A tenancy from the offer on; the story and what one may do next are at `case_href`."""

    id: UUID
    reference: str
    carrier_code: str
    carrier_name: str
    region_code: str
    applied_as: str
    name: str
    uscc: str | None
    field: str | None
    people: int
    state: str
    workstations: list[str]
    starts_on: date
    ends_on: date
    limit_on: date
    linked_on: date | None
    ended_on: date | None
    ground: str | None
    version: int
    case_href: str
