"""Places to work, for anybody: search with facets, the map with its table, one carrier, and how to get in."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.carriers.map import draw
from gateway.window.codes import labels_of
from gateway.window.matters import matter_of
from gateway.window.refusals import PageRoute
from gateway.window.regions import regions_of
from gateway.window.services import Refusal
from gateway.window.visit import Visit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
BASE = "/api/carriers/v1"
SHOWN = 20
FILTERS = (
    "q",
    "type",
    "tier",
    "region",
    "field",
    "with_free_workstations",
    "lat",
    "lon",
    "radius_km",
)
ADMISSION = "tenancy"
NEIGHBOURHOOD_KM = 12


@router.get("/carriers")
async def search_page(visit: Visit) -> Response:
    """The list and the map of the same carriers; every filter is a link or a field of one form."""
    asked = _asked(visit)
    errors: list[dict[str, str]] = []
    found: dict[str, Any] = {"items": [], "next": None, "facets": None}
    features: list[dict[str, Any]] = []
    try:
        after = visit.request.query_params.get("after", "")
        answer = await visit.services.get(
            "carriers", f"{BASE}/carriers", **asked, facets="true", cursor=after, limit=SHOWN
        )
        found = answer.body
        features = (await visit.services.get("carriers", f"{BASE}/carriers/map", **asked)).body[
            "features"
        ]
    except Refusal as refusal:
        if refusal.status not in (400, 422):
            raise
        errors = [{"field": "q", "text": visit.say("没有看懂要找什么，请换个词，或清除条件再找")}]
    numbers = {row["reference"]: i for i, row in enumerate(found["items"], start=1)}
    return visit.page(
        "carriers/search.html",
        status=422 if errors else 200,
        errors=errors,
        asked=asked,
        found=found,
        map=draw(features, numbers, here=_here(asked)),
        names=await _names(visit, [v["value"] for v in (found["facets"] or {}).get("region", ())]),
        link=lambda **changes: _link(asked, **changes),
    )


@router.get("/carriers/{reference}")
async def carrier_page(visit: Visit, reference: str) -> Response:
    """One carrier, how full it is, and the way in."""
    answer = await visit.services.get("carriers", f"{BASE}/carriers/{reference[:40]}")
    carrier = answer.body
    return visit.page(
        "carriers/carrier.html",
        carrier=carrier,
        map=draw(await _around(visit, carrier), {carrier["reference"]: 1}),
        names=await _names(visit),
        admission=await _admission(visit),
    )


async def _admission(visit: Visiting) -> dict[str, Any] | None:
    """The matter by which one applies for a seat, where the service offers it."""
    try:
        return (await matter_of(visit.services, ADMISSION))[1]
    except Refusal:
        return None


def _asked(visit: Visiting) -> dict[str, str]:
    given = visit.request.query_params
    return {name: given[name].strip()[:100] for name in FILTERS if given.get(name, "").strip()}


def _here(asked: dict[str, str]) -> tuple[float, float] | None:
    try:
        return float(asked["lat"]), float(asked["lon"])
    except (KeyError, ValueError):
        return None


def _link(asked: dict[str, str], **changes: str | None) -> str:
    """This search with something changed; None takes a filter away."""
    kept = {k: v for k, v in {**asked, **changes}.items() if v}
    return "/carriers?" + urlencode(kept) if kept else "/carriers"


async def _around(visit: Visiting, carrier: dict[str, Any]) -> list[dict[str, Any]]:
    """The carrier and its neighbours; nothing where it has no place."""
    if carrier.get("lat") is None:
        return []
    place = {"lat": carrier["lat"], "lon": carrier["lon"], "radius_km": NEIGHBOURHOOD_KM}
    answer = await visit.services.get("carriers", f"{BASE}/carriers/map", **place)
    features: list[dict[str, Any]] = answer.body["features"]
    return features


async def _names(visit: Visiting, regions: Sequence[str] = ()) -> dict[str, dict[str, str]]:
    """Codes in words: types, tiers, fields and whatever else the service lists."""
    kinds = (await visit.services.get("carriers", f"{BASE}/carrier-types")).body
    return {
        "type": {row["code"]: visit.label(row["name"]) for row in kinds["types"]},
        "tier": {row["code"]: visit.label(row["name"]) for row in kinds["tiers"]},
        "field": await labels_of(visit, "carriers", "specialised_fields"),
        "brand": await labels_of(visit, "carriers", "carrier_brands"),
        "space": await labels_of(visit, "carriers", "carrier_spaces"),
        "region": await regions_of(visit, regions),
        "site_origin": await labels_of(visit, "carriers", "site_origins"),
    }
