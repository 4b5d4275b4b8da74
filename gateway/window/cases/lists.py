"""Cases of several services as one list: each service keeps its own, a reader wants one. Decides nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.window.cases.views import titles_of
from gateway.window.services import Refusal, Service
from gateway.window.visit import Visiting

Row = tuple[Service, dict[str, Any], dict[str, Any]]
"""Where a case lives, the case, its matter."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The first rows of each service in one order. `older`: the cursor at which a service goes on;
    `missing`: services that did not answer."""

    rows: list[Row]
    older: dict[Service, str]
    missing: list[Service]


async def cases_of(
    visit: Visiting, sources: Sequence[Service], *, sort: str, **query: Any
) -> Lists:
    """The cases that the reader may see. A service that is away is named, not an error of the page."""
    answers = await asyncio.gather(*(_ask(visit, source, sort=sort, **query) for source in sources))
    found = [(s, body) for s, body in zip(sources, answers, strict=True) if body is not None]
    matters = await titles_of(visit, {c["matter"] for _, body in found for c in body["items"]})
    rows = [
        (source, case, matters[case["matter"]]) for source, body in found for case in body["items"]
    ]
    newest_first = sort.startswith("-")
    rows.sort(key=lambda row: row[1][sort.removeprefix("-")] or "9999", reverse=newest_first)
    return Lists(
        rows=rows,
        older={source: body["next"] for source, body in found if body.get("next")},
        missing=[s for s, body in zip(sources, answers, strict=True) if body is None],
    )


async def _ask(visit: Visiting, source: Service, **query: Any) -> dict[str, Any] | None:
    try:
        answer = await visit.services.get(source, f"/api/{source}/v1/cases", **query)
    except Refusal as refusal:
        if refusal.status == 403:  # nothing here is for this reader's role
            return {"items": []}
        if refusal.status >= 500:
            return None
        raise
    body: dict[str, Any] = answer.body
    return body
