"""`/oauth2/register` (RFC 7591, RFC 7592) and the administrator's tokens for it. Thin: one use case each."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.responses import JSONResponse

from gateway.edge.limiter import network_of
from gateway.identity.client_keys import By
from gateway.identity.errors import IdentityBusy, TooManyAttempts
from gateway.identity.oauth_errors import NO_STORE, OAuthRefusal
from gateway.identity.routes import OAuthRoute
from gateway.identity.runtime import Identity
from gateway.identity.schemas import OAuthErrorView
from gateway.registering import allowing, service
from gateway.registering.schemas import (
    Metadata,
    PermitCreate,
    PermitMade,
    PermitView,
    RegisteredView,
)
from kit.auth import Actor, Anyone, permission
from kit.db import Reader, Session
from kit.errors import InvalidRequest, NotFound, Unavailable
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems

MOST_BYTES = 65_536
LIST = "registration-tokens"
oauth = APIRouter(tags=["identity"], route_class=OAuthRoute)
tokens = Router(prefix="/api/window/v1", tags=["accounts"])
MayReadClients = Annotated[Actor, Depends(permission("oauth-client:read"))]
MayManageClients = Annotated[Actor, Depends(permission("oauth-client:manage"))]
Named = Annotated[str, Path(max_length=80)]
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {
        "model": OAuthErrorView,
        "description": "invalid_client_metadata, invalid_redirect_uri",
        "x-keep-content": True,
    },
    401: {"model": OAuthErrorView, "description": "invalid_token", "x-keep-content": True},
    429: {
        "model": OAuthErrorView,
        "description": "Too many registrations from this address; see Retry-After",
        "x-keep-content": True,
    },
    **problems(Unavailable, IdentityBusy),
}


def _body() -> dict[str, Any]:
    schema = Metadata.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    keys = schema.pop("$defs")["Keys"]
    schema["properties"]["jwks"] = {"anyOf": [keys, {"type": "null"}]}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _identity(request: Request) -> Identity:
    identity: Identity = request.app.state.identity
    return identity


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise service.invalid_token()
    return token.strip()


async def _metadata(request: Request) -> Metadata:
    if "json" not in request.headers.get("content-type", ""):
        raise service.invalid_metadata("send application/json")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise service.invalid_metadata("the body is too long")
    return service.read_metadata(bytes(body))


async def _slow_down(request: Request) -> None:
    """Each try counts, so that tokens are not guessed and keys not parsed for nothing."""
    address = request.client.host if request.client else "unknown"
    try:
        await _identity(request).limit("120/hour", "register", network_of(address))
    except TooManyAttempts as refused:
        raise OAuthRefusal(
            "temporarily_unavailable",
            "too many registrations from this address; try again later",
            status=429,
            retry_after_s=refused.retry_after_s,
        ) from refused


def _said(view: RegisteredView, status: int = 200) -> JSONResponse:
    return JSONResponse(view.model_dump(exclude_none=True), status_code=status, headers=NO_STORE)


@oauth.post(
    "/oauth2/register",
    summary="Register a program (RFC 7591), with an administrator's initial access token",
    status_code=201,
    response_model=RegisteredView,
    responses=_REFUSALS,
    openapi_extra=_body(),
)
async def register(request: Request, _: Anyone) -> Response:
    """`registration_access_token` is shown here and with each later reply: keep it like a key."""
    await _slow_down(request)
    identity, token = _identity(request), _bearer(request)
    said = await _metadata(request)
    async with identity.database.transaction() as session:
        view = await service.register(session, identity, token, said)
    return _said(view, 201)


@oauth.get(
    "/oauth2/register/{client_id}",
    summary="A program's own registration (RFC 7592)",
    response_model=RegisteredView,
    responses=_REFUSALS,
)
async def read_registration(request: Request, client_id: Named, _: Anyone) -> Response:
    identity = _identity(request)
    async with identity.database.reader() as connection:
        return _said(await service.read(connection, identity, client_id, _bearer(request)))


@oauth.put(
    "/oauth2/register/{client_id}",
    summary="Change name, addresses and keys; a key that is left out ends at once (RFC 7592)",
    response_model=RegisteredView,
    responses=_REFUSALS,
    openapi_extra=_body(),
)
async def change_registration(request: Request, client_id: Named, _: Anyone) -> Response:
    identity, token = _identity(request), _bearer(request)
    said = await _metadata(request)
    async with identity.database.transaction() as session:
        return _said(await service.change(session, identity, client_id, token, said))


@oauth.delete(
    "/oauth2/register/{client_id}",
    summary="End the registration (RFC 7592)",
    status_code=204,
    responses=_REFUSALS,
)
async def end_registration(request: Request, client_id: Named, _: Anyone) -> Response:
    identity = _identity(request)
    async with identity.database.transaction() as session:
        await service.end(session, identity, client_id, _bearer(request))
    return Response(status_code=204, headers=NO_STORE)


@tokens.get("/registration-tokens", summary="Tokens with which programs register, newest first")
async def list_tokens(reader: Reader, query: PageQuery, _: MayReadClients) -> Page[PermitView]:
    rows = await allowing.list_tokens(reader, limit=query.limit, after=query.after(LIST))
    return query.page(
        rows, LIST, key=lambda row: (row.created_at, row.id), view=PermitView.model_validate
    )


@tokens.post(
    "/registration-tokens",
    summary="Let one program register itself",
    status_code=201,
    responses=problems(InvalidRequest),
)
async def allow(
    request: Request, actor: MayManageClients, session: Session, given: PermitCreate
) -> PermitMade:
    """The token is in this reply alone; a repeat with the same Idempotency-Key shows it again."""
    return await allowing.allow(
        session, _identity(request), given, By(actor.sub, actor.name or actor.sub)
    )


@tokens.post(
    "/registration-tokens/{id}/actions/end",
    summary="Nobody registers with it any more",
    responses=problems(NotFound),
)
async def end_token(
    request: Request,
    permit: Annotated[uuid.UUID, Path(alias="id")],
    actor: MayManageClients,
    session: Session,
) -> PermitView:
    by = By(actor.sub, actor.name or actor.sub)
    return PermitView.model_validate(await allowing.end(session, _identity(request), permit, by))
