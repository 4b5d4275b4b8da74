"""The feed over HTTP: `GET /events` as a page, a long poll or server-sent events; one event; again."""

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from starlette.responses import StreamingResponse

from gateway.inbox import endpoints
from gateway.inbox.errors import (
    EndpointDisabled,
    EventsNoLongerKept,
    OrganisationRequired,
    TooManyStreams,
)
from gateway.inbox.feed import Feed
from gateway.inbox.runtime import feed_of
from gateway.inbox.schemas import (
    DeliveriesView,
    EventPage,
    EventView,
    RedeliveryCreate,
    TypeFilter,
)
from gateway.inbox.tail import Wait
from kit.auth import Actor, permission
from kit.db import Session
from kit.errors import InvalidCursor, NotFound
from kit.http import Router
from kit.problems import problems

router = Router(tags=["events"])
MayReadEvents = Annotated[Actor, Depends(permission("event:read"))]
MayRedeliver = Annotated[Actor, Depends(permission("event:redeliver"))]
EVENT_STREAM = "text/event-stream"
_AFTER = "Cursor of the last event seen (`next` or an item's `cursor`), or `latest`"


@router.get(
    "/events",
    summary="Events that the caller may see, oldest first: page, long poll or stream",
    operation_id="listEvents",
    response_model=EventPage,
    responses={
        200: {
            "content": {EVENT_STREAM: {"schema": {"type": "string"}}},
            "description": "A page; with `Accept: text/event-stream` server-sent events, whose `id` is "
            "the cursor, `event` the type and `data` the event",
        },
        **problems(InvalidCursor, EventsNoLongerKept, TooManyStreams),
    },
)
async def list_events(
    request: Request,
    response: Response,
    actor: MayReadEvents,
    feed: Annotated[Feed, Depends(feed_of)],
    after: Annotated[str | None, Query(max_length=200, description=_AFTER)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    type_: Annotated[
        list[TypeFilter] | None,
        Query(alias="type", max_length=20, description="Types or their dotted beginnings"),
    ] = None,
    wait: Annotated[
        int, Query(ge=0, le=25, description="Seconds to wait for an event when there is none")
    ] = 0,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> EventPage | Response:
    types = type_ or []
    position = await feed.start_of(last_event_id or after)
    if EVENT_STREAM in request.headers.get("accept", ""):
        return await _stream(request, feed, actor, after=position, types=types)
    response.headers["cache-control"] = "no-store"
    return await feed.page_in_time(
        actor, after=position, types=types, limit=limit, wait_seconds=wait
    )


async def _stream(
    request: Request, feed: Feed, actor: Actor, *, after: int, types: list[str]
) -> Response:
    """Refuses before the reply has begun; leaves its place among the waiting when it ends."""
    place = contextlib.AsyncExitStack()
    wait = await place.enter_async_context(feed.tail.watch(f"{actor.sub}|{actor.client_id}"))

    async def lines(wait: Wait) -> AsyncIterator[str]:
        async with place:
            yield "retry: 2000\n\n"
            verifier = request.app.state.verifier
            async for item in feed.follow(actor, verifier, wait, after=after, types=types):
                if item is None:
                    yield ": still here\n\n"
                else:
                    data = item.model_dump_json(exclude={"cursor"})
                    yield f"id: {item.cursor}\nevent: {item.type}\ndata: {data}\n\n"

    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(lines(wait), media_type=EVENT_STREAM, headers=headers)


@router.get(
    "/events/{event_id}",
    summary="One event that the caller may see",
    operation_id="readEvent",
    responses=problems(NotFound),
)
async def read_event(
    actor: MayReadEvents, feed: Annotated[Feed, Depends(feed_of)], event_id: UUID
) -> EventView:
    return await feed.read(actor, event_id)


@router.post(
    "/events/{event_id}/redeliveries",
    summary="Send an event again to the organisation's webhook endpoints",
    operation_id="redeliverEvent",
    status_code=202,
    responses=problems(NotFound, OrganisationRequired, EndpointDisabled),
)
async def redeliver_event(
    actor: MayRedeliver, session: Session, event_id: UUID, given: RedeliveryCreate
) -> DeliveriesView:
    found = await endpoints.redeliver(session, actor, event_id, endpoint_id=given.endpoint_id)
    return DeliveriesView(items=found)
