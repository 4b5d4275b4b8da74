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
DOT = 17.0
"""How far apart two dots have to stand to be read, in pixels."""


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
    places = {f["properties"]["reference"]: place(*spot) for f, spot in spots}
    places |= _apart({r: at for r, at in places.items() if r in numbers}, height)
    return Map(
        points=tuple(_point(f, places[f["properties"]["reference"]], numbers) for f, _ in spots),
        shapes=tuple(_outline(f["geometry"], place) for f, _ in spots if _is_area(f["geometry"])),
        here=place(here[1], here[0]) if here else None,
        height=round(height, 1),
        scale_km=scale_km,
        scale_px=round(scale_km * px_per_km, 1),
    )


def _apart(
    places: Mapping[str, tuple[float, float]], height: float
) -> dict[str, tuple[float, float]]:
    """Dots that would cover each other, moved apart until each number can be read: a few pixels, which is
    nothing beside the scale of a province. None leaves the picture."""
    at = [list(p) for p in places.values()]
    for _ in range(40):
        for i, one in enumerate(at):
            for other in at[:i]:
                x, y = one[0] - other[0] or 0.01 * i, one[1] - other[1]
                far = math.hypot(x, y)
                push = (DOT - far) / 2 / far if far < DOT else 0.0
                one[:] = one[0] + x * push, one[1] + y * push
                other[:] = other[0] - x * push, other[1] - y * push
    edge = DOT / 2
    return {
        reference: (
            round(min(max(x, edge), WIDTH - edge), 1),
            round(min(max(y, edge), height - edge), 1),
        )
        for reference, (x, y) in zip(places, at, strict=True)
    }


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
