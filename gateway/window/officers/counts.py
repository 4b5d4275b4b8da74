"""How much lies on whose desk, of all services together. The services count; here it is added up."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gateway.window.formats import SHANGHAI
from gateway.window.matters import SOURCES
from gateway.window.services import Refusal, Service
from gateway.window.visit import Visiting

FIGURES = ("open", "overdue", "due_today")


@dataclass(frozen=True, slots=True)
class Counted:
    """Open cases of the reader's department. `capped`: there are more; `officers` by account."""

    today: date
    capped: bool
    total: Mapping[str, int]
    mine: Mapping[str, int]
    unassigned: Mapping[str, int]
    officers: list[dict[str, Any]]
    matters: list[dict[str, Any]]


async def counts_of(visit: Visiting) -> Counted | None:
    """None where nothing is counted for this reader, or no service answers."""
    if not visit.has_role("officer", "head"):
        return None
    answers = await asyncio.gather(*(_ask(visit, source) for source in SOURCES))
    found = [body for body in answers if body is not None]
    if not found:
        return None
    return Counted(
        today=date.fromisoformat(found[0]["today"]),
        capped=any(body["capped"] for body in found),
        total=_sum(body["total"] for body in found),
        mine=_sum(body["mine"] for body in found),
        unassigned=_sum(body["unassigned"] for body in found),
        officers=_together("officer", (row for body in found for row in body["officers"])),
        matters=_together("matter", (row for body in found for row in body["matters"])),
    )


def business_day(counted: Counted | None) -> date:
    """The services' own day, which a sandbox may have moved; else the calendar's."""
    return counted.today if counted else datetime.now(SHANGHAI).date()


async def _ask(visit: Visiting, source: Service) -> dict[str, Any] | None:
    try:
        body: dict[str, Any] = (
            await visit.services.get(source, f"/api/{source}/v1/case-counts")
        ).body
    except Refusal:
        return None
    return body


def _sum(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    rows = list(parts)
    return {name: sum(row[name] for row in rows) for name in FIGURES}


def _together(key: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one officer or matter as one, the most open cases first."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        present = found.setdefault(row[key], {**row, **dict.fromkeys(FIGURES, 0)})
        for name in FIGURES:
            present[name] += row[name]
    return sorted(found.values(), key=lambda row: -row["open"])
