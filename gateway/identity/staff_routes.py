"""The administrator's addresses for accounts and programs, and `me` for every caller."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from gateway.identity import accounts_store, client_keys, staff
from gateway.identity.errors import (
    AccountStateConflict,
    ClientTaken,
    IdentityBusy,
    KeyTaken,
    LastKey,
    SignUpRefused,
    UsernameTaken,
)
from gateway.identity.runtime import Identity
from gateway.identity.staff_schemas import (
    AccountChange,
    AccountView,
    ClientCreate,
    ClientDetail,
    ClientView,
    KeyAdd,
    MeView,
    Role,
    StaffCreate,
)
from kit.auth import Actor, permission
from kit.db import Reader, Session
from kit.errors import InvalidRequest, NotFound
from kit.etags import IfMatch, is_unmodified, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems

router = Router(prefix="/api/window/v1", tags=["accounts"])
MayReadAccounts = Annotated[Actor, Depends(permission("account:read"))]
MayManageAccounts = Annotated[Actor, Depends(permission("account:manage"))]
MayReadClients = Annotated[Actor, Depends(permission("oauth-client:read"))]
MayManageClients = Annotated[Actor, Depends(permission("oauth-client:manage"))]
MayReadMe = Annotated[Actor, Depends(permission("me:read"))]
Named = Annotated[str, Path(max_length=80)]


def _identity(request: Request) -> Identity:
    identity: Identity = request.app.state.identity
    return identity


@router.get("/me", summary="Who am I to the platform")
async def read_me(actor: MayReadMe) -> MeView:
    return MeView(
        sub=actor.sub,
        client_id=actor.client_id,
        name=actor.name,
        roles=sorted(actor.roles),
        org=actor.org,
        regions=list(actor.regions),
        scopes=sorted(actor.scopes),
    )


@router.get("/accounts", summary="Accounts, newest first")
async def list_accounts(
    request: Request,
    reader: Reader,
    query: PageQuery,
    _: MayReadAccounts,
    org: Annotated[str | None, Query(max_length=64)] = None,
    role: Role | None = None,
    state: Annotated[str | None, Query(max_length=32)] = None,
) -> Page[AccountView]:
    rows = await accounts_store.list_accounts(
        reader,
        limit=query.limit,
        after=query.after("accounts"),
        org=org,
        role=role,
        state=state,
    )
    identity = _identity(request)
    return query.page(
        rows,
        "accounts",
        key=lambda row: (row.created_at, row.id),
        view=lambda row: staff.view_account(identity, row),
    )


@router.post(
    "/accounts",
    summary="Open a staff account",
    status_code=201,
    responses=problems(SignUpRefused, UsernameTaken, IdentityBusy),
)
async def create_account(
    request: Request,
    response: Response,
    _: MayManageAccounts,
    session: Session,
    given: StaffCreate,
) -> AccountView:
    found = await staff.create_staff(session, _identity(request), given)
    response.headers["location"] = f"/api/window/v1/accounts/{found.id}"
    set_etag(response, found.version)
    return found


@router.get(
    "/accounts/{account_id}",
    summary="One account",
    responses={304: {"description": "As the ETag sent"}, **problems(NotFound)},
    response_model=AccountView,
)
async def read_account(
    request: Request,
    response: Response,
    reader: Reader,
    _: MayReadAccounts,
    account_id: uuid.UUID,
) -> AccountView | Response:
    found = await staff.get_account(reader, _identity(request), account_id=account_id)
    if is_unmodified(request, found.version):
        return Response(status_code=304, headers={"etag": f'"{found.version}"'})
    set_etag(response, found.version)
    return found


@router.post(
    "/accounts/{account_id}/actions/{action}",
    summary="lock, unlock, end-sessions, set-roles, set-password",
    responses=problems(AccountStateConflict, InvalidRequest, NotFound, IdentityBusy),
)
async def move_account(
    request: Request,
    response: Response,
    _: MayManageAccounts,
    session: Session,
    version: IfMatch,
    account_id: uuid.UUID,
    action: Named,
    given: AccountChange,
) -> AccountView:
    """Everything but unlock ends the account's sessions and tokens."""
    found = await staff.move_account(
        session,
        _identity(request),
        account_id=account_id,
        version=version,
        action=action,
        given=given,
    )
    set_etag(response, found.version)
    return found


@router.get("/oauth-clients", summary="Programs that may call")
async def list_clients(reader: Reader, query: PageQuery, _: MayReadClients) -> Page[ClientView]:
    rows = await staff.list_clients(reader, limit=query.limit, after=query.after("oauth-clients"))
    return query.page(
        rows, "oauth-clients", key=lambda row: (row.client_id,), view=ClientView.model_validate
    )


@router.post(
    "/oauth-clients",
    summary="Register a program",
    status_code=201,
    responses=problems(InvalidRequest, ClientTaken),
)
async def create_client(
    request: Request,
    response: Response,
    actor: MayManageClients,
    session: Session,
    given: ClientCreate,
) -> ClientView:
    identity = _identity(request)
    await staff.create_client(session, identity, given)
    await client_keys.note(session, identity, given.client_id, "register", given.kind, _by(actor))
    found = await staff.get_client(session, client_id=given.client_id)
    response.headers["location"] = f"/api/window/v1/oauth-clients/{found.client_id}"
    return found


@router.get(
    "/oauth-clients/{client_id}",
    summary="One program, its keys and what was done to it",
    responses=problems(NotFound),
)
async def read_client(
    request: Request, response: Response, reader: Reader, _: MayReadClients, client_id: Named
) -> ClientDetail:
    found = await client_keys.detail(reader, _identity(request), client_id=client_id)
    set_etag(response, found.version)
    return found


@router.post(
    "/oauth-clients/{client_id}/keys",
    summary="Add a key; the ones before it end some days later",
    status_code=201,
    responses=problems(NotFound, KeyTaken, AccountStateConflict),
)
async def add_client_key(
    request: Request,
    response: Response,
    actor: MayManageClients,
    session: Session,
    version: IfMatch,
    client_id: Named,
    given: KeyAdd,
) -> ClientDetail:
    found = await client_keys.add_key(
        session,
        _identity(request),
        client_id=client_id,
        version=version,
        given=given,
        by=_by(actor),
    )
    set_etag(response, found.version)
    return found


@router.post(
    "/oauth-clients/{client_id}/keys/{kid}/actions/end",
    summary="End a key now",
    responses=problems(NotFound, LastKey, AccountStateConflict),
)
async def end_client_key(
    request: Request,
    response: Response,
    actor: MayManageClients,
    session: Session,
    version: IfMatch,
    client_id: Named,
    kid: Annotated[str, Path(max_length=128)],
) -> ClientDetail:
    found = await client_keys.end_key(
        session, _identity(request), client_id=client_id, kid=kid, version=version, by=_by(actor)
    )
    set_etag(response, found.version)
    return found


@router.post(
    "/oauth-clients/{client_id}/actions/disable",
    summary="Stop a program",
    responses=problems(NotFound, AccountStateConflict),
)
async def disable_client(
    request: Request,
    response: Response,
    actor: MayManageClients,
    session: Session,
    version: IfMatch,
    client_id: Named,
) -> ClientDetail:
    found = await client_keys.stop(
        session, _identity(request), client_id=client_id, version=version, by=_by(actor)
    )
    set_etag(response, found.version)
    return found


def _by(actor: Actor) -> client_keys.By:
    return client_keys.By(actor.sub, actor.name or actor.sub)
