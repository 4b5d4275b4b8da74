"""The queue of whoever comes to decide: what is due first stands first, with why. Cases are case pages."""

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.cases.lists import cases_of
from gateway.window.cases.views import CasePage
from gateway.window.formats import SHANGHAI
from gateway.window.matters import SOURCES
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal, Service
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
DECIDERS = ("officer", "head", "bank", "carrier_operator", "expert")


@router.get("/queue")
async def queue_page(
    visit: SignedInVisit,
    after: str = "",
    of: str = "",
    reference: str = "",
    all: str = "",  # noqa: A002
) -> Response:
    """Open cases by their due day; `all` is every case that the reader may see, newest first."""
    if not visit.has_role(*DECIDERS):
        raise Refusal(403, {})
    newest = bool(all or reference)
    lists = await cases_of(
        visit,
        [source for source in SOURCES if of in ("", source)],
        sort="-created_at" if newest else "due_on",
        reference=reference.strip()[:40],
        cursor=after,
        limit=50,
    )
    today = datetime.now(SHANGHAI).date()
    rows = [_row(visit, source, case, matter, today) for source, case, matter in lists.rows]
    return visit.page(
        "officers/queue.html",
        rows=rows,
        lists=lists,
        reference=reference,
        newest=newest,
        count_today=sum(r["due"] in ("late", "today") for r in rows),
    )


def _row(
    visit: Visiting, source: Service, case: dict[str, Any], matter: dict[str, Any], today: date
) -> dict[str, Any]:
    page = CasePage(visit, source, case, matter, "")
    due_on = date.fromisoformat(case["due_on"]) if case.get("due_on") else None
    due = "none" if due_on is None else "later"
    if due_on is not None and due_on <= today:
        due = "late" if due_on < today else "today"
    clocks = [
        visit.label(d["label"])
        for d in matter["workflow"]["deadlines"]
        if case["state"] in d["runs_in"]
    ]
    return case | {
        "name": page.title,
        "state_label": page.state_label,
        "closed": page.closed,
        "matter_title": visit.label(matter["title"]),
        "due": due,
        "why": "、".join(clocks) if visit.language == "zh-CN" else ", ".join(clocks),
    }
