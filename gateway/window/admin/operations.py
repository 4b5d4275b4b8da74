"""What needs the administrator in each service: events set aside, failed jobs, clocks that were put off."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.accounts.saying import text_of
from gateway.window.refusals import PageRoute
from gateway.window.services import SERVICES, Refusal, Service
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later

router = APIRouter(route_class=PageRoute, include_in_schema=False)
NAMES: dict[Service, str] = {
    "registration": later("登记"),
    "finance": later("金融"),
    "carriers": later("载体"),
}


@router.get("/admin/operations")
async def operations(visit: SignedInVisit, done: str = "") -> Response:
    return await _page(visit, done=done == "1")


async def _page(visit: Visiting, *, done: bool = False, error: str = "") -> Response:
    found = await asyncio.gather(*(_of(visit, service) for service in SERVICES))
    return visit.page(
        "admin/operations.html",
        status=422 if error else 200,
        services=[
            {"code": code, "name": visit.say(NAMES[code]), "found": one}
            for code, one in zip(SERVICES, found, strict=True)
        ],
        done=done,
        errors=[{"field": "", "text": error}] if error else [],
    )


async def _of(visit: Visiting, service: Service) -> dict[str, Any] | None:
    """What a service says; None where it does not answer."""
    try:
        answer = await visit.services.get(service, f"/api/{service}/v1/operations")
    except Refusal as refusal:
        if refusal.status < 500:
            raise
        return None
    body: dict[str, Any] = answer.body
    return body


async def _act(visit: Visiting, service: str, path: str, body: dict[str, Any]) -> Response:
    if service not in SERVICES:
        raise Refusal(404, {})
    known: Service = next(s for s in SERVICES if s == service)
    key = text_of(visit, "one_time_key")
    try:
        await visit.services.post(known, f"/api/{known}/v1/operations/{path}", body=body, key=key)
    except Refusal as refusal:
        if refusal.status not in (404, 409, 422):
            raise
        problem = refusal.problem
        said = [problem.get("title"), problem.get("detail")]
        return await _page(visit, error=" ".join(str(one) for one in said if one))
    return visit.go("/admin/operations?done=1")


@router.post("/admin/operations/{service}/events/{event_id}/retry")
async def retry_event(visit: SignedInVisit, service: str, event_id: UUID) -> Response:
    return await _act(visit, service, f"parked-events/{event_id}/actions/retry", {})


@router.post("/admin/operations/{service}/events/{event_id}/give-up")
async def give_up_event(visit: SignedInVisit, service: str, event_id: UUID) -> Response:
    reason = text_of(visit, "reason")
    if not reason:
        return await _page(visit, error=visit.say("请写明为什么放弃"))
    path = f"parked-events/{event_id}/actions/give-up"
    return await _act(visit, service, path, {"reason": reason})


@router.post("/admin/operations/{service}/jobs/{job_id}/retry")
async def retry_job(visit: SignedInVisit, service: str, job_id: int) -> Response:
    return await _act(visit, service, f"failed-jobs/{job_id}/actions/retry", {})
