"""What a caller of the list or the map asks for, read from the query into a CarrierFilter."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query

from kit.errors import FieldError, InvalidRequest
from kit.regions import RegionCode, region_prefix
from services.carriers.carriers.schemas import Brand, SpecialisedField
from services.carriers.carriers.search import CarrierFilter, Place
from services.carriers.carriers.words import understand

Code = Annotated[
    str | None, Query(pattern=r"^[a-z_]{1,60}$", description="A code of GET /carrier-types")
]
Region = Annotated[RegionCode | None, Query(description="980100 covers its counties")]
Text = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=100,
        description="Part of the name or address, pinyin, or initials",
        examples=["听潮"],
    ),
]
Lat = Annotated[float | None, Query(ge=-90, le=90, description="With lon: the nearest first")]
Lon = Annotated[float | None, Query(ge=-180, le=180)]
Radius = Annotated[float, Query(gt=0, le=100, description="Kilometres around lat, lon")]
Box = Annotated[
    str | None,
    Query(
        pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,8})?(,-?[0-9]{1,3}(\.[0-9]{1,8})?){3}$",
        description="west,south,east,north in degrees",
        examples=["123.4,31.0,123.9,31.5"],
    ),
]


async def asked(
    type: Code = None,  # noqa: A002  the field's own name
    tier: Code = None,
    region: Region = None,
    field: SpecialisedField | None = None,
    brand: Brand | None = None,
    with_free_workstations: bool = False,
    q: Text = None,
    lat: Lat = None,
    lon: Lon = None,
    radius_km: Radius = 10,
) -> CarrierFilter:
    """The list's filters. Raises InvalidRequest where lat comes without lon or q says nothing."""
    if (lat is None) != (lon is None):
        missing = "?lon" if lon is None else "?lat"
        raise InvalidRequest(errors=[FieldError(pointer=missing, code="missing")])
    text = understand(q) if q else None
    if q and text is None:
        raise InvalidRequest(errors=[FieldError(pointer="?q", code="nothing_to_search")])
    return CarrierFilter(
        type=type,
        tier=tier,
        region=region_prefix(region) if region else None,
        field=field,
        brand=brand,
        with_free_workstations=with_free_workstations,
        text=text,
        place=Place(lat, lon, radius_km) if lat is not None and lon is not None else None,
    )


Asked = Annotated[CarrierFilter, Depends(asked)]


async def boxed(wanted: Asked, bbox: Box = None) -> CarrierFilter:
    """The map's filters: the list's, and what the map shows. Raises InvalidRequest."""
    if bbox is None:
        return wanted
    west, south, east, north = (float(side) for side in bbox.split(","))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidRequest(errors=[FieldError(pointer="?bbox", code="not_a_box")])
    return replace(wanted, box=(west, south, east, north))


Boxed = Annotated[CarrierFilter, Depends(boxed)]
