"""What goes in and out about a carrier."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from kit.paging import Page
from kit.schemas import In, IsoDate, Label, LongText, Out, ShortText

SpecialisedField = Literal[
    "information_technology", "biomedicine", "new_materials", "smart_manufacturing",
    "new_energy", "modern_agriculture", "culture_and_design", "modern_services",
]  # fmt: skip
Brand = Literal["suqing_c_space", "suqing_flagship", "six_new"]
SiteOrigin = Literal["idle_factory", "idle_warehouse", "office_building", "campus", "new_building"]
OperatorType = Literal["park", "university", "leading_enterprise"]
Space = Literal["work", "network", "social", "resource"]
Area = Annotated[int, Field(ge=1, le=100_000_000, description="Whole square metres")]
PartArea = Annotated[int, Field(ge=0, le=100_000_000, description="Whole square metres")]
Latitude = Annotated[float, Field(ge=-90, le=90, description="Degrees north (CGCS2000)")]
Longitude = Annotated[float, Field(ge=-180, le=180, description="Degrees east (CGCS2000)")]


class CarrierView(Out):
    """A carrier as anyone may see it. `type` and `tier` are codes of GET /carrier-types.

    `reference` is its code everywhere. `distance_m` is there when the list was asked for a place.
    """

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
    fields: list[SpecialisedField] = Field(default_factory=list)
    brands: list[Brand] = Field(default_factory=list)
    lat: float | None = None
    lon: float | None = None
    distance_m: int | None = None


class CarrierDetail(CarrierView):
    """A carrier in full. `boundary` is GeoJSON, `bounds_zh` its four sides in words (四至)."""

    operator_org: str
    spaces: list[Space]
    site_origin: SiteOrigin | None
    operator_type: OperatorType | None
    jointly_built: bool
    workstation_area_m2: int | None
    public_area_m2: int | None
    boundary: dict[str, Any] | None
    bounds_zh: str | None
    introduction: str | None
    version: int


class MyCarrier(Out):
    """One of your own, to pick from: `code` is what other forms ask for."""

    code: str
    name: str
    type: str
    tier: str
    region_code: str
    version: int


class FacetValue(Out):
    """One value and how many carriers would be listed if it were chosen."""

    value: str
    carriers: int


class CarrierFacets(Out):
    """Counts by facet, each under all the other filters. `capped`: the text or place fits more than
    2,000 carriers, so that the counts are of the first 2,000 and say "at least"."""

    type: list[FacetValue]
    tier: list[FacetValue]
    field: list[FacetValue]
    region: list[FacetValue]
    with_free_workstations: int
    carriers: int
    capped: bool


class CarrierPage(Page[CarrierView]):
    """A page of carriers; `facets` when asked for."""

    facets: CarrierFacets | None = None


class CarrierProfile(In):
    """What an operator says of its own carrier. `changed_on`: the day on which it became so.

    Tier, brands and titles are given by their authorities; workstations are counted.
    """

    name: ShortText
    address: ShortText
    lat: Latitude | None = None
    lon: Longitude | None = None
    area_m2: Annotated[Area, Field(examples=[2400])]
    workstation_area_m2: PartArea | None = None
    public_area_m2: PartArea | None = None
    field: SpecialisedField | None = None
    fields: list[SpecialisedField] = Field(default_factory=list, max_length=8)
    spaces: list[Space] = Field(default_factory=list, max_length=4)
    site_origin: SiteOrigin | None = None
    introduction: LongText | None = None
    changed_on: IsoDate

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon go together")
        if (self.workstation_area_m2 or 0) + (self.public_area_m2 or 0) > self.area_m2:
            raise ValueError("workstations and public area are part of area_m2")
        return self


class CarrierChangeView(Out):
    """A reported change: field → [before, after]. `late`: more than three months after it happened."""

    version: int
    changed: dict[str, list[Any]]
    changed_on: date
    reported_at: datetime
    late: bool


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


class MapFeature(Out):
    """GeoJSON (RFC 7946): a carrier as a point, or as the polygon of its boundary."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any]
    properties: dict[str, Any]


class CarrierMap(Out):
    """GeoJSON FeatureCollection. `truncated`: more fit than the map takes; zoom in or filter."""

    type: Literal["FeatureCollection"]
    features: list[MapFeature]
    truncated: bool
