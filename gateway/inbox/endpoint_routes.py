"""Webhook endpoints over HTTP, for programs and people of an organisation."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from gateway.inbox import deliveries_store, endpoints, endpoints_store
from gateway.inbox.addresses import AddressPolicy
from gateway.inbox.errors import (
    EndpointDisabled,
    EndpointStateConflict,
    OrganisationRequired,
    ReceiverAddressRefused,
    TooManyEndpoints,
    TooManySecrets,
)
from gateway.inbox.schemas import (
    DeliveryState,
    DeliveryView,
    EndpointChange,
    EndpointCreate,
    EndpointView,
    RotateSecret,
    SecretsView,
)
from gateway.inbox.views import view_delivery, view_endpoint
from kit.auth import Actor, permission
from kit.db import Reader, Session
from kit.errors import NotFound
from kit.etags import IfMatch, is_unmodified, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems

router = Router(prefix="/webhook-endpoints", tags=["webhooks"])
MayRead = Annotated[Actor, Depends(permission("webhook-endpoint:read"))]
MayManage = Annotated[Actor, Depends(permission("webhook-endpoint:manage"))]


async def _policy(request: Request) -> AddressPolicy:
    policy: AddressPolicy = request.app.state.receiver_policy
    return policy


Policy = Annotated[AddressPolicy, Depends(_policy)]


@router.get(
    "",
    summary="The organisation's webhook endpoints, newest first",
    operation_id="listWebhookEndpoints",
    responses=problems(OrganisationRequired),
)
async def list_endpoints(actor: MayRead, reader: Reader, query: PageQuery) -> Page[EndpointView]:
    rows = await endpoints_store.list_endpoints(
        reader,
        org=endpoints.organisation_of(actor),
        limit=query.limit,
        after=query.after("webhook-endpoints"),
    )
    shown, cursor = query.cut(rows, "webhook-endpoints", key=lambda r: (r.created_at, r.id))
    counts = await endpoints_store.counts(reader, [row.id for row in shown])
    return Page(items=[view_endpoint(row, counts) for row in shown], next=cursor)


@router.post(
    "",
    summary="Register a webhook endpoint",
    operation_id="createWebhookEndpoint",
    status_code=201,
    responses=problems(OrganisationRequired, ReceiverAddressRefused, TooManyEndpoints),
)
async def create_endpoint(
    request: Request,
    response: Response,
    actor: MayManage,
    session: Session,
    policy: Policy,
    given: EndpointCreate,
) -> EndpointView:
    found = await endpoints.register(
        session, actor, given, vault=request.app.state.vault, policy=policy
    )
    response.headers["location"] = f"/api/window/v1/webhook-endpoints/{found.id}"
    set_etag(response, found.version)
    return found


@router.get(
    "/{endpoint_id}",
    summary="One webhook endpoint",
    operation_id="readWebhookEndpoint",
    response_model=EndpointView,
    responses={
        304: {"description": "As the ETag sent"},
        **problems(NotFound, OrganisationRequired),
    },
)
async def read_endpoint(
    request: Request, response: Response, actor: MayRead, reader: Reader, endpoint_id: UUID
) -> EndpointView | Response:
    row = await endpoints.find_own(reader, actor, endpoint_id)
    view = view_endpoint(row, await endpoints_store.counts(reader, [row.id]))
    paused = int(view.paused_until.timestamp()) if view.paused_until else 0
    waiting = f"{view.pending}.{view.given_up}.{view.failures}.{paused}"  # change without a version
    set_etag(response, row.version, waiting)
    if is_unmodified(request, row.version, waiting):
        return Response(status_code=304, headers=response.headers)
    return view


@router.put(
    "/{endpoint_id}",
    summary="Change a webhook endpoint's address, filters or description",
    operation_id="changeWebhookEndpoint",
    responses=problems(NotFound, OrganisationRequired, ReceiverAddressRefused),
)
async def change_endpoint(
    response: Response,
    actor: MayManage,
    session: Session,
    policy: Policy,
    version: IfMatch,
    endpoint_id: UUID,
    given: EndpointChange,
) -> EndpointView:
    found = await endpoints.change(
        session, actor, endpoint_id, given, version=version, policy=policy
    )
    set_etag(response, found.version)
    return found


@router.delete(
    "/{endpoint_id}",
    summary="Remove a webhook endpoint with its secrets and its log",
    operation_id="deleteWebhookEndpoint",
    status_code=204,
    responses=problems(NotFound, OrganisationRequired),
)
async def delete_endpoint(
    actor: MayManage, session: Session, version: IfMatch, endpoint_id: UUID
) -> None:
    await endpoints.remove(session, actor, endpoint_id, version=version)


@router.get(
    "/{endpoint_id}/secrets",
    summary="The secrets that sign now, newest first",
    operation_id="readWebhookSecrets",
    responses=problems(NotFound, OrganisationRequired),
)
async def read_secrets(
    request: Request, response: Response, actor: MayManage, reader: Reader, endpoint_id: UUID
) -> SecretsView:
    response.headers["cache-control"] = "no-store"
    return await endpoints.read_secrets(reader, actor, endpoint_id, vault=request.app.state.vault)


@router.get(
    "/{endpoint_id}/deliveries",
    summary="What was sent to an endpoint, with every attempt, newest first",
    operation_id="listWebhookDeliveries",
    responses=problems(NotFound, OrganisationRequired),
)
async def list_deliveries(
    actor: MayRead,
    reader: Reader,
    query: PageQuery,
    endpoint_id: UUID,
    state: DeliveryState | None = None,
    event_id: Annotated[UUID | None, Query(description="Of one event only")] = None,
) -> Page[DeliveryView]:
    await endpoints.find_own(reader, actor, endpoint_id)
    name = f"webhook-deliveries:{endpoint_id}"
    rows = await deliveries_store.log(
        reader,
        endpoint_id,
        state=state,
        event_id=event_id,
        limit=query.limit,
        after=query.after(name),
    )
    shown, cursor = query.cut(rows, name, key=lambda row: (row.created_at, row.id))
    attempts = await deliveries_store.attempts_of(reader, [row.id for row in shown])
    items = [view_delivery(row, attempts.get(row.id, [])) for row in shown]
    return Page(items=items, next=cursor)


@router.post(
    "/{endpoint_id}/actions/rotate-secret",
    summary="Make a new secret; the present one signs beside it for a while",
    operation_id="rotateWebhookSecret",
    responses=problems(NotFound, OrganisationRequired, TooManySecrets),
)
async def rotate_secret(
    request: Request,
    response: Response,
    actor: MayManage,
    session: Session,
    version: IfMatch,
    endpoint_id: UUID,
    given: RotateSecret,
) -> EndpointView:
    found = await endpoints.rotate_secret(
        session,
        actor,
        endpoint_id,
        version=version,
        overlap_hours=given.overlap_hours,
        vault=request.app.state.vault,
    )
    set_etag(response, found.version)
    return found


@router.post(
    "/{endpoint_id}/actions/enable",
    summary="Send to a disabled endpoint again, first what was waiting",
    operation_id="enableWebhookEndpoint",
    responses=problems(NotFound, OrganisationRequired, EndpointStateConflict),
)
async def enable_endpoint(
    response: Response, actor: MayManage, session: Session, version: IfMatch, endpoint_id: UUID
) -> EndpointView:
    found = await endpoints.enable(session, actor, endpoint_id, version=version)
    set_etag(response, found.version)
    return found


@router.post(
    "/{endpoint_id}/actions/disable",
    summary="Send nothing to an endpoint until it is enabled again",
    operation_id="disableWebhookEndpoint",
    responses=problems(NotFound, OrganisationRequired, EndpointStateConflict),
)
async def disable_endpoint(
    response: Response, actor: MayManage, session: Session, version: IfMatch, endpoint_id: UUID
) -> EndpointView:
    found = await endpoints.disable(session, actor, endpoint_id, version=version)
    set_etag(response, found.version)
    return found


@router.post(
    "/{endpoint_id}/actions/test",
    summary="Send a signed test event to an endpoint",
    operation_id="testWebhookEndpoint",
    status_code=202,
    responses=problems(NotFound, OrganisationRequired, EndpointDisabled),
)
async def test_endpoint(
    actor: MayManage, session: Session, version: IfMatch, endpoint_id: UUID
) -> DeliveryView:
    return await endpoints.send_test(session, actor, endpoint_id, version=version)
