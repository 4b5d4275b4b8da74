"""What the services hold of a person, asked as that person. Knows which lists there are, decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.window.services import Refusal, Service, Services

LISTS: Mapping[Service, tuple[str, ...]] = {
    "registration": ("cases", "licences", "name-reservations"),
    "finance": ("cases", "loans", "subsidies/mine"),
    "carriers": ("cases",),
}
MOST_ROWS = 5_000
"""A person has dozens. Beyond this a list is cut, and the copy says so."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """(service, list) → its rows. `silent`: services that did not answer: nothing is known of them."""

    rows: Mapping[tuple[Service, str], list[dict[str, Any]]] = field(default_factory=dict)
    silent: tuple[Service, ...] = ()

    def of(self, service: Service, name: str) -> list[dict[str, Any]]:
        return self.rows.get((service, name), [])


async def holdings_of(services: Services) -> Holdings:
    """Every list of every service, all services at once."""
    found = await asyncio.gather(*(_of_service(services, service) for service in LISTS))
    rows = {key: value for part in found if part is not None for key, value in part.items()}
    silent = tuple(s for s, part in zip(LISTS, found, strict=True) if part is None)
    return Holdings(rows, silent)


async def _of_service(
    services: Services, service: Service
) -> dict[tuple[Service, str], list[dict[str, Any]]] | None:
    try:
        return {(service, name): await _all(services, service, name) for name in LISTS[service]}
    except Refusal:
        return None


async def _all(services: Services, service: Service, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor: str | None = None
    while len(rows) < MOST_ROWS:
        path = f"/api/{service}/v1/{name}"
        body = (await services.get(service, path, limit=200, cursor=cursor)).body
        rows += body["items"]
        cursor = body["next"]
        if not cursor:
            break
    return rows
