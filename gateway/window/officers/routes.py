"""The officer's queue: what is due first stands first, with why. The cases themselves are case pages."""

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.cases.views import CasePage, titles_of
from gateway.window.formats import SHANGHAI
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PATH = "/api/registration/v1/cases"


@router.get("/queue")
async def queue_page(
    visit: SignedInVisit,
    after: str = "",
    reference: str = "",
    all: str = "",  # noqa: A002
) -> Response:
    """Open cases by their due day; `all` is every case of the region, newest first."""
    if not visit.has_role("officer", "head"):
        raise Refusal(403, {})
    newest = bool(all or reference)
    answer = await visit.services.get(
        "registration",
        PATH,
        sort="-created_at" if newest else "due_on",
        reference=reference.strip()[:40],
        cursor=after,
        limit=50,
    )
    cases = answer.body["items"]
    matters = await titles_of(visit, {c["matter"] for c in cases})
    today = datetime.now(SHANGHAI).date()
    rows = [_row(visit, c, matters[c["matter"]], today) for c in cases]
    return visit.page(
        "officers/queue.html",
        rows=rows,
        next=answer.body.get("next"),
        reference=reference,
        newest=newest,
        count_today=sum(r["due"] in ("late", "today") for r in rows),
    )


def _row(
    visit: Visiting, case: dict[str, Any], matter: dict[str, Any], today: date
) -> dict[str, Any]:
    page = CasePage(visit, "registration", case, matter, "")
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
        "matter_title": visit.label(matter["title"]),
        "due": due,
        "why": "、".join(clocks) if visit.language == "zh-CN" else ", ".join(clocks),
    }
