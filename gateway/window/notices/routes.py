"""公示: what is about to be done, for anybody to read, and the way to object. All services' notices."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.matters import SOURCES
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal, Service
from gateway.window.visit import SignedInVisit, Visit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/notices")
async def list_page(visit: Visit, past: str = "") -> Response:
    """What runs now; `past` shows what is over. The first fifty of each service."""
    running = "false" if past else "true"
    answers = await asyncio.gather(*(_ask(visit, source, running) for source in SOURCES))
    rows = [
        notice | {"service": source}
        for source, found in zip(SOURCES, answers, strict=True)
        for notice in found or []
    ]
    rows.sort(key=lambda row: row["ends_on"], reverse=bool(past))
    return visit.page(
        "notices/list.html", rows=rows, past=bool(past), missing=any(a is None for a in answers)
    )


async def _ask(visit: Visiting, source: Service, running: str) -> list[dict[str, Any]] | None:
    try:
        answer = await visit.services.get(
            source, f"/api/{source}/v1/notices", running=running, limit=50
        )
    except Refusal as refusal:
        if refusal.status < 500:
            raise
        return None
    items: list[dict[str, Any]] = answer.body["items"]
    return items


@router.get("/notices/{service}/{notice_id}")
async def notice_page(visit: Visit, service: Service, notice_id: UUID) -> Response:
    return await _show(visit, service, notice_id)


@router.post("/notices/{service}/{notice_id}/objections")
async def object_to(visit: SignedInVisit, service: Service, notice_id: UUID) -> Response:
    """One objection by one person; it stands on the case's own timeline."""
    grounds = str(visit.posted.get("grounds", "")).strip()
    path = f"/api/{service}/v1/notices/{notice_id}/objections"
    key = str(visit.posted.get("one_time_key", ""))
    try:
        await visit.services.post(service, path, body={"grounds": grounds}, key=key)
    except Refusal as refusal:
        if refusal.status not in (403, 409, 422):
            raise
        said = refusal.problem.get("detail") or refusal.problem.get("title") or refusal.code
        if refusal.status == 422:
            said = visit.say("请写明理由，至少十个字")
        return await _show(visit, service, notice_id, grounds=grounds, error=str(said))
    return visit.go(f"/notices/{service}/{notice_id}?done=1")


async def _show(
    visit: Visiting, service: Service, notice_id: UUID, *, grounds: str = "", error: str = ""
) -> Response:
    answer = await visit.services.get(service, f"/api/{service}/v1/notices/{notice_id}")
    return visit.page(
        "notices/notice.html",
        status=422 if error else 200,
        notice=answer.body,
        service=service,
        grounds=grounds,
        errors=[{"field": "grounds", "text": error}] if error else [],
        done="done" in visit.request.query_params,
    )
