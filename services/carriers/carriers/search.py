"""How the register is searched: which SQL answers which question, so that each is one look into one index.

Three kinds of list. By filters alone: the youngest first, straight from the index that fits them. By text:
the shortest names first (the closest fit). By place: the nearest first. Facet counts of a filtered list are
read from `carrier_counts`, which a trigger keeps; those of a text or a place are counted over its matches,
at most 2,000. Only SQL text is made here; store.py runs it.
"""

import math
from dataclasses import dataclass
from typing import Any

from services.carriers.carriers.words import Query

FACET_CAP = 2_000
KM_PER_DEGREE = 111.195  # of a great circle on the mean sphere, 6,371 km
SHOWN = (
    "id",
    "reference",
    "type",
    "tier",
    "name",
    "region_code",
    "address",
    "field",
    "area_m2",
    "workstations",
    "free_workstations",
    "opened_on",
    "is_demo",
    "fields",
    "brands",
    "lat",
    "lon",
)
DISTANCE = (
    "round(12742017.6 * asin(least(1, sqrt(power(sin(radians(lat - {lat}) / 2), 2)"
    " + cos(radians({lat})) * cos(radians(lat)) * power(sin(radians(lon - {lon}) / 2), 2)))))::integer"
)
"""Haversine, whole metres."""


@dataclass(frozen=True, slots=True)
class Place:
    """Around a point: degrees, and the radius in km."""

    lat: float
    lon: float
    radius_km: float

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of a box that holds the circle."""
        north = self.radius_km / KM_PER_DEGREE
        east = north / max(math.cos(math.radians(min(89.0, abs(self.lat) + north))), 0.01)
        return self.lon - east, self.lat - north, self.lon + east, self.lat + north


@dataclass(frozen=True, slots=True)
class CarrierFilter:
    """What a caller looks for; None means any. `region` is a code prefix that covers what lies under it."""

    type: str | None = None
    tier: str | None = None
    region: str | None = None
    field: str | None = None
    brand: str | None = None
    with_free_workstations: bool = False
    text: Query | None = None
    place: Place | None = None
    box: tuple[float, float, float, float] | None = None

    @property
    def counted(self) -> bool:
        """Whether the kept counts know this combination."""
        return self.text is None and self.place is None and self.brand is None

    @property
    def order(self) -> str:
        """`distance`, `fit` or `age`."""
        return "distance" if self.place else "fit" if self.text else "age"


class Values(list[Any]):
    """The values bound to a statement; `bind` gives a value's placeholder with its type."""

    def bind(self, value: Any, kind: str) -> str:
        self.append(value)
        return f"${len(self)}::{kind}"


def like(fragment: str) -> str:
    for special in ("\\", "%", "_"):
        fragment = fragment.replace(special, f"\\{special}")
    return f"%{fragment}%"


def facet_conditions(wanted: CarrierFilter, values: Values) -> dict[str, str]:
    """The filters that are facets, each as one condition on a column that has an index."""
    found = {}
    for name, value in (("type", wanted.type), ("tier", wanted.tier), ("field", wanted.field)):
        if value is not None:
            found[name] = f"{name} = {values.bind(value, 'text')}"
    if wanted.region:
        prefix = wanted.region
        if len(prefix) == 6:
            found["region"] = f"region_code = {values.bind(prefix, 'text')}"
        elif len(prefix) == 4:
            found["region"] = f"city_code = {values.bind(prefix, 'text')}"
        else:
            found["region"] = f"starts_with(region_code, {values.bind(prefix, 'text')})"
    if wanted.with_free_workstations:
        found["room"] = "free_workstations > 0"
    return found


def base_conditions(wanted: CarrierFilter, values: Values, *, by_tokens: bool) -> list[str]:
    """Text, brand and place. `by_tokens` asks the GIN index too (not where an ordered scan is wanted)."""
    where = []
    query = wanted.text
    if wanted.brand:
        where.append(f"tokens @> {values.bind([wanted.brand], 'text[]')}")
    if query and query.contains:
        where.append(_text_condition(query, values, by_tokens=by_tokens))
    box = wanted.place.box() if wanted.place else wanted.box
    if box:
        west, south, east, north = (values.bind(float(side), "float8") for side in box)
        where.append(
            "lat IS NOT NULL AND point(lon, lat)"
            f" <@ box(point({west}, {south}), point({east}, {north}))"
        )
    if wanted.place:
        radius = values.bind(int(wanted.place.radius_km * 1000), "integer")
        where.append(f"{distance_of(wanted.place, values)} <= {radius}")
    return where


def _text_condition(query: Query, values: Values, *, by_tokens: bool) -> str:
    """Tokens find, the text itself decides. The two stand apart so that rows found need only be checked.

    Where an ordered scan is wanted, `strpos` says the same as LIKE but is thought common by the planner,
    which then walks the index in order until the page is full; and it is common, or we were not here.
    """
    columns = ["search_text", *(["initials", "pinyin"] if query.letters else [])]
    if not by_tokens:
        plain = values.bind(query.contains, "text")
        return f"({' OR '.join(f'strpos({name}, {plain}) > 0' for name in columns)})"
    sets = [query.tokens, *([query.initial_tokens, query.pinyin_tokens] if query.letters else [])]
    found = [f"tokens @> {values.bind(list(tokens), 'text[]')}" for tokens in sets]
    fragment = values.bind(like(query.contains or ""), "text")
    checks = [f"{name} LIKE {fragment}" for name in columns]
    return f"({' OR '.join(found)}) AND ({' OR '.join(checks)})"


def distance_of(place: Place, values: Values) -> str:
    lat, lon = values.bind(place.lat, "float8"), values.bind(place.lon, "float8")
    return DISTANCE.format(lat=lat, lon=lon)


def filter_tokens(wanted: CarrierFilter) -> list[str]:
    """The facets as tokens, for a text that is too common to find by itself."""
    narrow = {"t": wanted.type, "l": wanted.tier, "f": wanted.field, "r": wanted.region}
    return [f"{kind}:{value}" for kind, value in narrow.items() if value]


ORDERS = {
    "age": ("opened_on, id", "opened_on DESC, id DESC", "<", ("date", "uuid")),
    "fit": ("name_length, id", "name_length, id", ">", ("smallint", "uuid")),
    "distance": ("distance_m, id", "distance_m, id", ">", ("integer", "uuid")),
}
"""Order → its key, ORDER BY, how the next page compares, the key's types."""


def _columns(wanted: CarrierFilter, values: Values) -> str:
    distance = distance_of(wanted.place, values) if wanted.place else "NULL::integer"
    return f"{', '.join(SHOWN)}, name_length, {distance} AS distance_m"


def ordered_page(
    wanted: CarrierFilter, values: Values, *, after: tuple[Any, ...] | None, limit: int
) -> str:
    """CTEs `hits` (here empty) and `page`, in the order of an index: fast where many rows match."""
    where = base_conditions(wanted, values, by_tokens=False)
    where += facet_conditions(wanted, values).values()
    where += _beyond(wanted, values, after)
    condition = f"WHERE {' AND '.join(where)}" if where else ""
    columns, order = _columns(wanted, values), ORDERS[wanted.order][1]
    rows = values.bind(limit + 1, "integer")
    return (
        "WITH hits AS (SELECT 1 WHERE false), page AS MATERIALIZED"  # noqa: S608  constants
        f" (SELECT {columns} FROM carriers {condition} ORDER BY {order} LIMIT {rows})"
    )


def matched_page(
    wanted: CarrierFilter, values: Values, *, after: tuple[Any, ...] | None, limit: int
) -> str:
    """CTEs `hits` (all matches, found by tokens or place) and `page`: fast where few rows match.

    More than FACET_CAP hits of a text are not all there: the caller then takes `ordered_page`.
    """
    where = base_conditions(wanted, values, by_tokens=True)
    where += facet_conditions(wanted, values).values()
    narrow = filter_tokens(wanted)
    if wanted.text and narrow:
        where.append(f"tokens @> {values.bind(narrow, 'text[]')}")
    cap = "" if wanted.place else f"LIMIT {FACET_CAP + 1}"
    columns, order = _columns(wanted, values), ORDERS[wanted.order][1]
    beyond = _beyond(wanted, values, after)
    condition = f"WHERE {' AND '.join(beyond)}" if beyond else ""
    rows = values.bind(limit + 1, "integer")
    found = f"SELECT {columns} FROM carriers WHERE {' AND '.join(where)} {cap}"  # noqa: S608
    page = f"SELECT * FROM hits {condition} ORDER BY {order} LIMIT {rows}"  # noqa: S608
    return f"WITH hits AS MATERIALIZED ({found}), page AS MATERIALIZED ({page})"


def _beyond(wanted: CarrierFilter, values: Values, after: tuple[Any, ...] | None) -> list[str]:
    if after is None:
        return []
    key, _, compare, kinds = ORDERS[wanted.order]
    first, then = (values.bind(v, kind) for v, kind in zip(after, kinds, strict=True))
    return [f"({key}) {compare} ({first}, {then})"]
