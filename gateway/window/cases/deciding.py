"""One move on a page of its own: what it is about and what follows stand beside the button that counts.

The case page only leads here, so nothing is decided by one click in a list. What is shown, and whether the
move is open at all, the service says; posting it is `routes.make_move`.
"""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.cases.views import CasePage, Offered, load_case
from gateway.window.codes import labels_of, meanings
from gateway.window.fields.answers import Row, answers
from gateway.window.fields.options import options_of
from gateway.window.fields.shapes import brief_of
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later

router = APIRouter(route_class=PageRoute, include_in_schema=False)

ENDS, GOES_ON = later("办件到此办结，状态为“%(state)s”"), later("办件的状态变为“%(state)s”")
WORKDAYS, DAYS = later("%(what)s：%(n)s 个工作日"), later("%(what)s：%(n)s 天")


@router.get("/cases/{case_id}/actions/{action}")
async def move_page(visit: SignedInVisit, case_id: UUID, action: str) -> Response:
    """What one is about to do. Moves that have a page already lead there, what is not open to the case."""
    page = await load_case(visit, case_id)
    offer = next((o for o in page.offered() if o.action == action), None)
    if offer is None:
        return visit.go(f"/cases/{page.id}")
    if offer.signing or offer.marks or offer.hands_over:
        there = "sign" if offer.signing else "correct" if offer.marks else "check"
        return visit.go(f"/cases/{page.id}/{there}")
    return await show_move(visit, page, offer)


async def show_move(
    visit: Visiting,
    page: CasePage,
    offer: Offered,
    *,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> Response:
    """The page of one move, also after it was refused."""
    return visit.page(
        "cases/decide.html",
        status=status,
        page=page,
        case=page.case,
        offer=offer,
        errors=errors or [],
        answers=await brief(visit, page),
        notes=await judged(visit, page),
        follows=follows(page, offer.action),
        enterprise=await enterprise_of(visit, page),
    )


async def enterprise_of(visit: Visiting, page: CasePage) -> dict[str, Any] | None:
    """The register's entry of the enterprise that a case is about, for whoever decides on it."""
    uscc = (page.case.get("facts") or {}).get("uscc")
    if not uscc or "applicant" in page.case["relations"]:
        return None
    try:
        found = await visit.services.get("registration", f"/api/registration/v1/entities/{uscc}")
    except Refusal:  # the page is there without it
        return None
    states = await labels_of(visit, "registration", "entity_states")
    return {**found.body, "state_label": states.get(found.body["state"], found.body["state"])}


async def brief(visit: Visiting, page: CasePage) -> list[Row]:
    """The answers that the matter marks as those to decide by, single ones before groups; where it marks
    none, all of them."""
    asked = tuple(page.questions)
    fields = tuple(sorted(brief_of(asked) or asked, key=lambda one: bool(one.fields)))
    form = page.case["form"]
    called = str(page.case.get("title") or "")
    options = await options_of(visit, page.service, fields, form, called=called)
    rows = answers(visit, fields, form, options, labels=page.labels)
    return [row for row in rows if row.heading or row.lines]


async def judged(visit: Visiting, page: CasePage) -> list[str]:
    """Points that the service's rules left to a person, in its own words."""
    found = (page.case.get("facts") or {}).get("judgements") or []
    known = await meanings(visit, page.service)
    codes = [j.get("code", "") if isinstance(j, dict) else str(j) for j in found]
    return [known.get(code, code) for code in dict.fromkeys(codes)] if not page.closed else []


def follows(page: CasePage, action: str) -> list[str]:
    """What the move leads to: what its matter says of it, the new state, the clocks that begin with it."""
    visit, move = page.visit, page.move(action)
    lines: list[Any] = [visit.label(move["then"])] if move.get("then") else []
    target, here = move.get("target"), page.case["state"]
    if target == here:
        return lines
    ends = any(s["closed"] for s in page.matter["workflow"]["states"] if s["code"] == target)
    said = ENDS if ends else GOES_ON
    lines.append(visit.say(said, state=page.state_of(str(target))))
    for clock in page.matter["workflow"]["deadlines"]:
        if target in clock["runs_in"] and here not in clock["runs_in"]:
            lines.append(_clock(visit, clock))
    return lines


def _clock(visit: Visiting, clock: dict[str, Any]) -> str:
    what, days = visit.label(clock["label"]), clock["workdays"] or clock["days"]
    said = WORKDAYS if clock["workdays"] else DAYS
    return visit.say(said, what=what, n=days)
