"""The inbox: what waits, what happened, and whether it is also sent. Opening a message marks it as read."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.messages import service as messages
from gateway.window.cases.lists import cases_of
from gateway.window.cases.views import CasePage
from gateway.window.formats import yuan
from gateway.window.matters import SOURCES
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting
from kit.errors import NotFound

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SHOWN_AT_HOME = 3


@router.get("/messages")
async def inbox_page(visit: SignedInVisit, after: str = "") -> Response:
    assert visit.session is not None
    english = visit.language == "en"
    found = await messages.inbox(visit.request, visit.session, english=english, cursor=after)
    waiting = [] if after or visit.is_staff else await waits_for(visit)
    sms, email = await messages.preferences(visit.request, visit.session)
    return visit.page("messages/inbox.html", inbox=found, waiting=waiting, sms=sms, email=email)


@router.post("/messages/read")
async def read_all(visit: SignedInVisit) -> Response:
    assert visit.session is not None
    await messages.mark_all_read(visit.request, visit.session)
    return visit.go("/messages")


@router.post("/messages/preferences")
async def preferences(visit: SignedInVisit) -> Response:
    assert visit.session is not None
    sms, email = ("sms" in visit.posted, "email" in visit.posted)
    await messages.set_preferences(visit.request, visit.session, sms=sms, email=email)
    return visit.go("/messages#preferences")


@router.post("/messages/{message_id}")
async def open_message(visit: SignedInVisit, message_id: UUID) -> Response:
    assert visit.session is not None
    href = await messages.open_message(visit.request, visit.session, message_id)
    if href is None:
        raise NotFound
    return visit.go(href)


async def at_home(visit: Visiting) -> dict[str, Any] | None:
    """The home page's box for somebody who has cases of their own; None for everybody else."""
    if visit.session is None or visit.is_staff:
        return None
    found = await messages.inbox(
        visit.request, visit.session, english=visit.language == "en", limit=SHOWN_AT_HOME
    )
    return {"inbox": found, "waiting": (await waits_for(visit))[:SHOWN_AT_HOME]}


async def waits_for(visit: Visiting) -> list[dict[str, Any]]:
    """What the reader is asked to sign, has open and has to pay: what is due first is first."""
    signatures: list[dict[str, Any]] = []
    try:
        answer = await visit.services.get("registration", "/api/registration/v1/signatures")
        signatures = answer.body["items"]
    except Refusal as refusal:
        if refusal.status not in (403, 503):
            raise
    lists, loans = await asyncio.gather(
        cases_of(visit, SOURCES, sort="due_on", limit=20), _instalments(visit)
    )
    to_sign = {str(one["case_id"]) for one in signatures}
    found = [
        {
            "href": f"/cases/{one['case_id']}/sign",
            "name": one["title"] or one["reference"],
            "reference": one["reference"],
            "state": visit.say("等您签署"),
            "due_on": one.get("due_on"),
        }
        for one in signatures
    ]
    for source, case, matter in lists.rows:
        page = CasePage(visit, source, case, matter, "")
        if page.closed or case["closed_at"] or str(case["id"]) in to_sign:
            continue
        found.append(
            {
                "href": f"/cases/{case['id']}",
                "name": page.title,
                "reference": case["reference"],
                "state": page.state_label,
                "due_on": case["due_on"],
            }
        )
    return sorted(found + loans, key=lambda one: one["due_on"] or "9999")


async def _instalments(visit: Visiting) -> list[dict[str, Any]]:
    """What is to be paid back next, of each living loan; nothing while finance does not answer."""
    try:
        answer = await visit.services.get("finance", "/api/finance/v1/loans", limit=20)
    except Refusal as refusal:
        if refusal.status not in (403, 503):
            raise
        return []
    return [
        {
            "href": f"/loans/{loan['id']}",
            "name": visit.say("还款 %(yuan)s 元", yuan=yuan(loan["next_due_fen"])),
            "reference": loan["reference"],
            "state": visit.say("已逾期") if loan["overdue_since"] else visit.say("待还款"),
            "due_on": loan["next_due_on"],
        }
        for loan in answer.body["items"]
        if loan["next_due_on"]
    ]
