"""How much lies on whose desk: the open cases of a department in the reader's regions, counted up to a cap.

For people who divide work, not for statistics: beyond the cap the figures are lower bounds and say so.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.cases.reading import region_patterns
from kit.cases.schemas import Count, Counts, DeskCount, MatterCount
from kit.db import raw

Connection = AsyncSession | AsyncConnection
CAP = 20_000
_COUNT = """
SELECT a.officer_sub, a.officer_name, c.matter, count(*) AS open,
  count(*) FILTER (WHERE c.due_on < $1) AS overdue, count(*) FILTER (WHERE c.due_on = $1) AS due_today
FROM (SELECT id, matter, due_on FROM cases WHERE closed_at IS NULL AND submitted_at IS NOT NULL
  AND $2 = ANY(departments) AND region_code LIKE ANY($3::text[]) LIMIT $4) c
LEFT JOIN case_assignments a ON a.case_id = c.id AND a.department = $2
GROUP BY a.officer_sub, a.officer_name, c.matter"""


async def count(connection: Connection, actor: Actor, today: date) -> Counts:
    """The counts for this reader's department and regions; nothing where they serve none."""
    patterns = region_patterns(actor)
    rows: list[Mapping[str, Any]] = []
    if patterns:
        driver = await raw(connection)
        rows = await driver.fetch(_COUNT, today, actor.org, patterns, CAP + 1)
    whole = _sum(rows)
    return Counts(
        today=today,
        capped=whole.open > CAP,
        total=whole,
        mine=_sum(row for row in rows if row["officer_sub"] == actor.sub),
        unassigned=_sum(row for row in rows if row["officer_sub"] is None),
        officers=[
            DeskCount(
                officer=inside[0]["officer_sub"],
                name=inside[0]["officer_name"],
                **_sum(inside).model_dump(),
            )
            for inside in _grouped(rows, lambda row: row["officer_sub"])
            if inside[0]["officer_sub"] is not None
        ],
        matters=[
            MatterCount(matter=inside[0]["matter"], **_sum(inside).model_dump())
            for inside in _grouped(rows, lambda row: row["matter"])
        ],
    )


def _sum(rows: Iterable[Mapping[str, Any]]) -> Count:
    found = list(rows)
    return Count(
        **{name: sum(row[name] for row in found) for name in ("open", "overdue", "due_today")}
    )


def _grouped(
    rows: Iterable[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], Any]
) -> list[list[Mapping[str, Any]]]:
    """Rows with the same key together, the most open cases first."""
    groups: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return sorted(groups.values(), key=lambda inside: -sum(row["open"] for row in inside))
