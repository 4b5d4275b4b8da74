"""What needs the administrator in each service and in the gateway itself: events set aside, failed jobs,
clocks that were put off, deliveries that were given up."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from gateway.identity import administration as admin
from gateway.inbox import given_up
from gateway.jobs import inbox
from gateway.window.accounts.saying import text_of
from gateway.window.refusals import PageRoute
from gateway.window.services import SERVICES, Refusal, Service
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later
from kit import operations as own
from kit.errors import Problem
from kit.operations import Doer

router = APIRouter(route_class=PageRoute, include_in_schema=False)
GATEWAY = "gateway"
NAMES: dict[str, str] = {
    GATEWAY: later("门户"),
    "registration": later("登记"),
    "finance": later("金融"),
    "carriers": later("载体"),
}
ACTS = {
    "retry_event": later("重试事件"),
    "give_up_event": later("放弃事件"),
    "retry_job": later("重试任务"),
    "give_up_job": later("放弃任务"),
    "send_again": later("重新投递"),
}
Act = Callable[[AsyncSession, Doer], Awaitable[Any]]


@router.get("/admin/operations")
async def operations(visit: SignedInVisit, done: str = "") -> Response:
    return await _page(visit, done=done == "1")


async def _page(visit: Visiting, *, done: bool = False, error: str = "") -> Response:
    identity, _ = admin.permitted(visit.request, visit.session)
    async with identity.database.reader() as connection:
        mine = (await own.overview(connection)).model_dump(mode="json")
        dead = await given_up.dead(connection)
    found = await asyncio.gather(*(_of(visit, service) for service in SERVICES))
    services = zip((GATEWAY, *SERVICES), (mine, *found), strict=True)
    return visit.page(
        "admin/operations.html",
        status=422 if error else 200,
        services=[
            {"code": code, "name": visit.say(NAMES[code]), "found": one, "dead": ()}
            | ({"dead": dead} if code == GATEWAY else {})
            for code, one in services
        ],
        acts={key: visit.say(text) for key, text in ACTS.items()},
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


async def _act(
    visit: Visiting, service: str, path: str, body: dict[str, Any], here: Act
) -> Response:
    """Done by the service, or `here` where it is the gateway's own."""
    try:
        if service == GATEWAY:
            await _do_here(visit, here)
        else:
            await _do_there(visit, service, path, body)
    except Refusal as refusal:
        if refusal.status not in (404, 409, 422):
            raise
        return await _page(visit, error=_said(refusal.problem))
    except Problem as refused:
        if refused.status not in (404, 409, 422):
            raise
        body = refused.body(visit.language, instance=None, request_id=None)
        return await _page(visit, error=_said(body))
    return visit.go("/admin/operations?done=1")


async def _do_here(visit: Visiting, here: Act) -> None:
    identity, by = admin.permitted(visit.request, visit.session)
    async with identity.database.transaction() as session:
        await here(session, Doer(by.sub, by.name))


async def _do_there(visit: Visiting, service: str, path: str, body: dict[str, Any]) -> None:
    known: Service | None = next((s for s in SERVICES if s == service), None)
    if known is None:
        raise Refusal(404, {})
    key = text_of(visit, "one_time_key")
    await visit.services.post(known, f"/api/{known}/v1/operations/{path}", body=body, key=key)


def _said(problem: dict[str, Any]) -> str:
    said = [problem.get("title"), problem.get("detail")]
    return " ".join(str(one) for one in said if one)


async def _give_up(
    visit: Visiting, service: str, path: str, here: Callable[..., Awaitable[Any]], which: UUID | int
) -> Response:
    """Nobody gives anything up without a word."""
    reason = text_of(visit, "reason")[:200]
    if not reason:
        return await _page(visit, error=visit.say("请写明为什么放弃"))

    async def act(session: AsyncSession, by: Doer) -> None:
        await here(session, which, by=by, reason=reason)

    return await _act(visit, service, f"{path}/{which}/actions/give-up", {"reason": reason}, act)


@router.post("/admin/operations/{service}/events/{event_id}/retry")
async def retry_event(visit: SignedInVisit, service: str, event_id: UUID) -> Response:
    async def here(session: AsyncSession, by: Doer) -> None:
        await own.take_again(session, event_id, inbox.take, by=by)

    return await _act(visit, service, f"parked-events/{event_id}/actions/retry", {}, here)


@router.post("/admin/operations/{service}/events/{event_id}/give-up")
async def give_up_event(visit: SignedInVisit, service: str, event_id: UUID) -> Response:
    return await _give_up(visit, service, "parked-events", own.give_up_event, event_id)


@router.post("/admin/operations/{service}/jobs/{job_id}/retry")
async def retry_job(visit: SignedInVisit, service: str, job_id: int) -> Response:
    async def here(session: AsyncSession, by: Doer) -> None:
        await own.run_again(session, job_id, by=by)

    return await _act(visit, service, f"failed-jobs/{job_id}/actions/retry", {}, here)


@router.post("/admin/operations/{service}/jobs/{job_id}/give-up")
async def give_up_job(visit: SignedInVisit, service: str, job_id: int) -> Response:
    return await _give_up(visit, service, "failed-jobs", own.give_up_job, job_id)


@router.post("/admin/operations/gateway/deliveries/{delivery_id}/send-again")
async def send_again(visit: SignedInVisit, delivery_id: UUID) -> Response:
    async def here(session: AsyncSession, by: Doer) -> None:
        await given_up.send_again(session, delivery_id, by=by)

    return await _act(visit, GATEWAY, "", {}, here)
