"""The objections to a case's notice, on the case: to read for its parties, to decide for its officers."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.cases.views import CasePage, load_case
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)


async def objections_of(visit: Visiting, page: CasePage) -> list[dict[str, Any]]:
    """The objections to a case that was made public; none where it was not."""
    if not page.notice_id:
        return []
    path = f"/api/{page.service}/v1/cases/{page.id}/objections"
    items: list[dict[str, Any]] = (await visit.services.get(page.service, path)).body["items"]
    return items


@router.get("/cases/{case_id}/objections/{objection_id}")
async def objection_page(visit: SignedInVisit, case_id: UUID, objection_id: UUID) -> Response:
    """One objection with its two answers as forms."""
    return await _show(visit, case_id, objection_id)


@router.post("/cases/{case_id}/objections/{objection_id}/{action}")
async def decide(
    visit: SignedInVisit,
    case_id: UUID,
    objection_id: UUID,
    action: Literal["uphold", "dismiss"],
) -> Response:
    """An officer answers, once; the answer goes to who objected and onto the timeline."""
    page = await load_case(visit, case_id)
    answer = str(visit.posted.get("answer", "")).strip()
    if not answer:
        said = visit.say("请写明处理说明")
        return await _show(visit, case_id, objection_id, action=action, error=said)
    path = f"/api/{page.service}/v1/objections/{objection_id}/actions/{action}"
    key, seen = (str(visit.posted.get(name, "")) for name in ("one_time_key", "version"))
    try:
        await visit.services.post(
            page.service, path, body={"answer": answer}, key=key, version=f'"{seen}"'
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        said = str(refusal.problem.get("detail") or refusal.problem.get("title") or refusal.code)
        return await _show(visit, case_id, objection_id, action=action, error=said)
    return visit.go(f"/cases/{case_id}?did=objection#objections")


async def _show(
    visit: Visiting, case_id: UUID, objection_id: UUID, *, action: str = "", error: str = ""
) -> Response:
    page = await load_case(visit, case_id)
    rows = await objections_of(visit, page)
    found = next((row for row in rows if row["id"] == str(objection_id)), None)
    if found is None:
        raise Refusal(404, {})
    officer = found["state"] == "open" and {"officer", "head"} & set(page.case["relations"])
    return visit.page(
        "cases/objection.html",
        status=422 if error else 200,
        page=page,
        one=found,
        decides=found["may_answer"],
        another_decides=bool(officer) and not found["may_answer"],
        action=action,
        typed=str(visit.posted.get("answer", "")),
        errors=[{"field": f"{action}-answer", "text": error}] if error else [],
    )
