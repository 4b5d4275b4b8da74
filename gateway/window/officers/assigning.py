"""Taking a case over, handing it to a colleague, giving it back. Who may, the services say."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.identity import service as identity
from gateway.window.cases.views import CasePage, load_case
from gateway.window.refusals import PageRoute
from gateway.window.regions import regions_of
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/cases/{case_id}/assignment/{action}")
async def assign(
    visit: SignedInVisit, case_id: UUID, action: Literal["take_over", "give_back"]
) -> Response:
    """Once, however often the button is pressed; whoever was slower reads who has it."""
    page = await load_case(visit, case_id, expand="")
    await _post(visit, page, action, {})
    return visit.go(f"/cases/{page.id}?did={action}")


@router.get("/cases/{case_id}/hand-over")
async def hand_over_page(visit: SignedInVisit, case_id: UUID) -> Response:
    """To whom: everybody else who decides in the reader's department."""
    return await _show(visit, await load_case(visit, case_id, expand=""))


@router.post("/cases/{case_id}/hand-over")
async def hand_over(visit: SignedInVisit, case_id: UUID) -> Response:
    page = await load_case(visit, case_id, expand="")
    chosen = str(visit.posted.get("to", ""))
    colleague = next((c for c in await _colleagues(visit) if c.account_id == chosen), None)
    if colleague is None:
        return await _show(visit, page, visit.say("请选择转交给谁"))
    reason = str(visit.posted.get("reason", "")).strip()[:400]
    body = {"to": colleague.colleague_pass} | ({"reason": reason} if reason else {})
    try:
        await _post(visit, page, "hand_over", body)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        said = str(refusal.problem.get("title") or refusal.problem.get("detail") or refusal.code)
        return await _show(visit, page, said)
    return visit.go(f"/cases/{page.id}?did=hand_over")


async def _post(visit: Visiting, page: CasePage, action: str, body: dict[str, Any]) -> None:
    await visit.services.post(
        page.service,
        f"/api/{page.service}/v1/cases/{page.id}/assignment/{action}",
        body=body,
        key=str(visit.posted.get("one_time_key", "")),
        version=str(visit.posted.get("version", "")) or page.version,
    )


async def _colleagues(visit: Visiting) -> list[identity.Colleague]:
    return await identity.colleagues(visit.request, visit.session) if visit.session else []


async def _show(visit: Visiting, page: CasePage, error: str = "") -> Response:
    if "hand_over" not in (page.case.get("assignment") or {}).get("allowed_actions", ()):
        return visit.go(f"/cases/{page.id}")
    people = await _colleagues(visit)
    return visit.page(
        "officers/hand_over.html",
        status=422 if error else 200,
        page=page,
        case=page.case,
        people=people,
        regions=await regions_of(visit, {code for one in people for code in one.regions}),
        chosen=str(visit.posted.get("to", "")),
        reason=str(visit.posted.get("reason", "")),
        errors=[{"field": "to", "text": error}] if error else [],
    )
