"""What goes out about a carrier."""

from datetime import date
from typing import Literal
from uuid import UUID

from kit.schemas import Label, Out

SpecialisedField = Literal[
    "information_technology", "biomedicine", "new_materials", "smart_manufacturing",
    "new_energy", "modern_agriculture", "culture_and_design", "modern_services",
]  # fmt: skip


class CarrierView(Out):
    """A carrier as anyone may see it. `type` and `tier` are codes of GET /carrier-types."""

    id: UUID
    reference: str
    type: str
    tier: str
    name: str
    region_code: str
    address: str
    field: SpecialisedField | None
    area_m2: int
    workstations: int
    free_workstations: int
    opened_on: date
    is_demo: bool


class CarrierTypeView(Out):
    """A kind of carrier, its stage and the document that it comes from."""

    code: str
    name: Label
    stage: Literal["nursery", "incubation", "acceleration", "community", "base"]
    source_document: str


class CarrierTierView(Out):
    """By whom a carrier is recognised; a higher rank is a higher authority."""

    code: str
    name: Label
    rank: int


class CarrierTypesView(Out):
    """The types and tiers in force."""

    types: list[CarrierTypeView]
    tiers: list[CarrierTierView]
