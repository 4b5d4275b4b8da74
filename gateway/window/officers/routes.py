"""The queue of whoever comes to decide: what is due first stands first, with why; and a department's desks.

Filters are the services' own; cases are case pages.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.window.cases.lists import cases_of
from gateway.window.cases.views import CasePage, titles_of
from gateway.window.matters import SOURCES, matter_of
from gateway.window.officers.counts import Counted, business_day, counts_of
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal, Service
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
DECIDERS = ("officer", "head", "bank", "carrier_operator", "expert")
ENDS = ("overdue", "today", "week")


@dataclass(frozen=True)
class Asked:
    """What the queue was asked for, as its address says it. `all`: also closed ones, newest first."""

    matter: str = ""
    state: str = ""
    due: str = ""
    assigned: str = ""
    reference: str = ""
    all: str = ""

    @property
    def newest(self) -> bool:
        return bool(self.all or self.reference)

    def link(self, **changes: str) -> str:
        """The address with these answers instead; another matter has other states."""
        if "matter" in changes:
            changes = {"state": "", **changes}
        kept = {k: v for k, v in asdict(replace(self, **changes)).items() if v}
        return f"/queue?{urlencode(kept)}" if kept else "/queue"


def _asked(
    matter: str = "",
    state: str = "",
    due: str = "",
    assigned: str = "",
    reference: str = "",
    all: str = "",  # noqa: A002
) -> Asked:
    return Asked(
        matter=matter[:80],
        state=state[:60] if matter else "",
        due=due if due in ENDS else "",
        assigned=assigned[:80],
        reference=reference.strip()[:40],
        all="1" if all else "",
    )


@router.get("/queue")
async def queue_page(
    visit: SignedInVisit, asked: Annotated[Asked, Depends(_asked)], after: str = "", of: str = ""
) -> Response:
    """Open cases by their due day, of one matter, state, day or desk where that was asked for."""
    if not visit.has_role(*DECIDERS):
        raise Refusal(403, {})
    counted = await counts_of(visit)
    chosen = await _chosen(visit, asked.matter)
    sources = [source for source in SOURCES if of in ("", source)]
    if chosen:
        sources = [source for source in sources if source == chosen[0]]
    lists = await cases_of(
        visit,
        sources,
        sort="-created_at" if asked.newest else "due_on",
        cursor=after,
        limit=50,
        **{k: v for k, v in asdict(asked).items() if k != "all"},
    )
    today = business_day(counted)
    return visit.page(
        "officers/queue.html",
        rows=[_row(visit, source, case, matter, today) for source, case, matter in lists.rows],
        lists=lists,
        asked=asked,
        counted=counted,
        matters=await _matters(visit, counted),
        states=chosen[1]["workflow"]["states"] if chosen else [],
        colleague=_name_of(counted, asked.assigned),
    )


async def _chosen(visit: Visiting, code: str) -> tuple[Service, dict[str, Any]] | None:
    try:
        return await matter_of(visit.services, code) if code else None
    except Refusal as refusal:
        if refusal.status == 404:
            return None
        raise


async def _matters(visit: Visiting, counted: Counted | None) -> list[dict[str, Any]]:
    """The matters of which the department has open cases, by name with their number."""
    rows = counted.matters if counted else []
    known = await titles_of(visit, {row["matter"] for row in rows})
    return [row | {"title": visit.label(known[row["matter"]]["title"])} for row in rows]


def _name_of(counted: Counted | None, officer: str) -> str:
    rows = counted.officers if counted else []
    return next((str(row["name"]) for row in rows if row["officer"] == officer), "")


@router.get("/department")
async def department_page(visit: SignedInVisit) -> Response:
    """What lies on whose desk, for whoever divides the work of a department."""
    if not visit.has_role("head"):
        raise Refusal(403, {})
    counted = await counts_of(visit)
    if counted is None:
        raise Refusal(503, {})
    return visit.page(
        "officers/department.html",
        counted=counted,
        matters=await _matters(visit, counted),
        asked=Asked(),
    )


def _row(
    visit: Visiting, source: Service, case: dict[str, Any], matter: dict[str, Any], today: date
) -> dict[str, Any]:
    page = CasePage(visit, source, case, matter, "")
    due_on = date.fromisoformat(case["due_on"]) if case.get("due_on") else None
    due = "none" if due_on is None else "later"
    if due_on is not None and due_on <= today:
        due = "late" if due_on < today else "today"
    clocks = {d["key"]: visit.label(d["label"]) for d in matter["workflow"]["deadlines"]}
    return case | {
        "name": page.title,
        "state_label": page.state_label,
        "closed": page.closed,
        "matter_title": visit.label(matter["title"]),
        "due": due,
        "why": clocks.get(case.get("due_key") or "", ""),
    }
