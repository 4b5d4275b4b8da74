"""找人帮忙: which office helps with what, how to complain, how to appeal. The offices are data."""

import csv
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.refusals import PageRoute
from gateway.window.visit import Visit

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_OFFICES = Path(__file__).with_name("offices.csv")


@cache
def offices() -> tuple[dict[str, str], ...]:
    """Each row of offices.csv: who, for what, where, when. All invented (演示)."""
    with _OFFICES.open(encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


@router.get("/contact")
async def contact_page(visit: Visit, case: str = "") -> Response:
    tail = "_en" if visit.language == "en" else "_zh"
    shown = [
        {name: row[f"{name}{tail}"] for name in ("name", "helps", "address", "hours")}
        | {"phone": row["phone"]}
        for row in offices()
    ]
    return visit.page("contact.html", offices=shown, case=case[:40])
