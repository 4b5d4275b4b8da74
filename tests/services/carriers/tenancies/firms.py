"""Licensed firms that apply for a seat, and a ground on which one graduates."""

from datetime import timedelta
from typing import Any

from tests.services.carriers.place import (
    Place,
)

GROUND = {
    "ground": "high_tech_enterprise",
    "happened_on": "2026-10-01",
    "evidence": ["证书编号 GR202698000001"],
}


USCCS = iter(f"91980101XY{n:07d}X"[:18] for n in range(1000, 9000))


def as_firm(uscc: str | None, **changes: Any) -> dict[str, Any]:
    return {"applied_as": "firm", "uscc": uscc, "team_name": None, **changes}


async def a_firm(place: Place, name: str, *, months_old: int = 3) -> tuple[str, Any]:
    """A licensed firm and its legal representative."""
    uscc, founder = next(USCCS), place.founder(name)
    founded_on = place.today - timedelta(days=30 * months_old)
    await place.license(uscc, f"person-{name}", founded_on=founded_on)
    return uscc, founder


async def a_tenant_firm(place: Place, name: str, carrier: str) -> tuple[Any, dict[str, Any]]:
    uscc, founder = await a_firm(place, name)
    seat = await place.new_seat(carrier)
    return founder, await place.tenant(founder, carrier=carrier, seat=seat, **as_firm(uscc))
