"""The map of carriers as a drawing: points in their places, a scale, and a number for each row beside it.

No tiles and no script: the page's own SVG, so it works on any phone and leaks no reader's place to anyone.
Pure: from GeoJSON features to places in the picture; the template draws, and the table says it in words.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, PAD, TALLEST = 420.0, 22.0, 270.0
KM_PER_DEGREE = 111.32
STEPS_KM = (0.5, 1, 2, 5, 10, 20, 50, 100, 200)
LEAST_KM = 4.0


@dataclass(frozen=True, slots=True)
class Point:
    """A carrier in the picture. `number` is its row in the table, None where it is on another page."""

    x: float
    y: float
    kind: str
    name: str
    reference: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Map:
    """The picture. `scale_px` is how long `scale_km` is drawn; `here` the reader's place, if asked for."""

    points: tuple[Point, ...]
    shapes: tuple[str, ...]
    here: tuple[float, float] | None
    height: float
    scale_km: float
    scale_px: float
    width: float = WIDTH


def draw(
    features: Sequence[Mapping[str, Any]],
    numbers: Mapping[str, int],
    *,
    here: tuple[float, float] | None = None,
) -> Map | None:
    """Places for GeoJSON features (degrees) in a picture of fixed width; None where nothing has a place.

    `numbers` maps a carrier's reference to its row, `here` is (lat, lon). Equirectangular, true to scale at
    the middle latitude: enough for a province.
    """
    spots = [(f, spot) for f in features if (spot := _spot(f["geometry"])) is not None]
    every = [spot for _, spot in spots] + ([(here[1], here[0])] if here else [])
    if not every:
        return None
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    shrink = math.cos(math.radians((south + north) / 2))
    span_km = max((east - west) * shrink * KM_PER_DEGREE, LEAST_KM)
    px_per_km = (WIDTH - 2 * PAD) / span_km
    tall_km = max((north - south) * KM_PER_DEGREE, LEAST_KM / 2)
    height = min(tall_km * px_per_km + 2 * PAD, TALLEST)
    px_per_km = min(px_per_km, (height - 2 * PAD) / tall_km)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2

    def place(lon: float, lat: float) -> tuple[float, float]:
        x = WIDTH / 2 + (lon - middle_x) * shrink * KM_PER_DEGREE * px_per_km
        y = height / 2 - (lat - middle_y) * KM_PER_DEGREE * px_per_km
        return round(x, 1), round(y, 1)

    scale_km = next((s for s in reversed(STEPS_KM) if s * px_per_km <= WIDTH / 3), STEPS_KM[0])
    return Map(
        points=tuple(_point(f, place(*spot), numbers) for f, spot in spots),
        shapes=tuple(_outline(f["geometry"], place) for f, _ in spots if _is_area(f["geometry"])),
        here=place(here[1], here[0]) if here else None,
        height=round(height, 1),
        scale_km=scale_km,
        scale_px=round(scale_km * px_per_km, 1),
    )


def _is_area(geometry: Mapping[str, Any]) -> bool:
    return bool(geometry["type"] == "Polygon")


def _spot(geometry: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """Where a feature is: its point, or the middle of its outline; (lon, lat)."""
    if geometry is None:
        return None
    if _is_area(geometry):
        ring = geometry["coordinates"][0]
        return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
    lon, lat = geometry["coordinates"][:2]
    return float(lon), float(lat)


def _point(
    feature: Mapping[str, Any], at: tuple[float, float], numbers: Mapping[str, int]
) -> Point:
    said = feature["properties"]
    reference = said["reference"]
    return Point(*at, said["type"], said["name"], reference, numbers.get(reference))


def _outline(geometry: Mapping[str, Any], place: Any) -> str:
    return " ".join(",".join(map(str, place(*p[:2]))) for p in geometry["coordinates"][0])
