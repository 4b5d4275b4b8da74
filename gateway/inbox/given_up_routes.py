"""The administrator's addresses for deliveries that were given up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from gateway.inbox import given_up
from gateway.inbox.errors import EndpointDisabled
from kit.auth import Actor, permission
from kit.db import Reader, Session
from kit.errors import NotFound
from kit.http import Router
from kit.operations import Doer
from kit.paging import Page
from kit.problems import problems
from kit.schemas import Out

router = Router(prefix="/operations", tags=["operations"])
MayOperate = Annotated[Actor, Depends(permission("operations:act"))]


class DeadDeliveryView(Out):
    """A delivery that was tried as often as it may be. Sent again, it is not here any more."""

    id: UUID
    type: str
    event_id: UUID
    org: str
    url: str
    endpoint_state: str
    attempts: int
    finished_at: datetime


class SentAgainView(Out):
    """The delivery that was planned."""

    id: UUID


@router.get("/dead-deliveries", summary="Webhook deliveries that were given up")
async def list_dead(reader: Reader, _: MayOperate) -> Page[DeadDeliveryView]:
    """Up to a hundred, the oldest first."""
    rows = await given_up.dead(reader)
    return Page(items=[DeadDeliveryView.model_validate(row) for row in rows])


@router.post(
    "/dead-deliveries/{delivery_id}/actions/send-again",
    summary="Send a given-up delivery again",
    status_code=201,
    responses=problems(NotFound, EndpointDisabled),
)
async def send_again(delivery_id: UUID, session: Session, actor: MayOperate) -> SentAgainView:
    planned = await given_up.send_again(session, delivery_id, by=Doer.of(actor))
    return SentAgainView(id=planned)
