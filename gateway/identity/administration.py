"""What the administrator's pages may ask of identity. The request first, as everywhere; who is no
administrator is refused here, not by the page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from gateway.identity import accounts_store, client_keys, staff
from gateway.identity.client_keys import By, jwk_in
from gateway.identity.runtime import Identity
from gateway.identity.sessions import Session
from gateway.identity.staff_schemas import (
    AccountChange,
    AccountView,
    ClientCreate,
    ClientDetail,
    KeyAdd,
    StaffCreate,
)
from gateway.identity.tables import AnyRow
from kit.errors import NotPermitted

__all__ = [
    "ACTIONS",
    "accounts",
    "add_key",
    "change_account",
    "client",
    "clients",
    "end_key",
    "jwk_in",
    "open_account",
    "permitted",
    "register",
    "stop_client",
]
ACTIONS = staff.ACTIONS


def permitted(request: Request, session: Session | None) -> tuple[Identity, By]:
    """Identity, and who asks. Raises NotPermitted for who is no administrator."""
    if session is None or "administrator" not in session.roles:
        raise NotPermitted
    identity: Identity = request.app.state.identity
    return identity, By(session.account_id, session.name)


async def clients(request: Request, session: Session | None) -> list[AnyRow]:
    """Every program, with the number of its usable keys."""
    identity, _ = permitted(request, session)
    async with identity.database.reader() as connection:
        return await client_keys.all_clients(connection)


async def client(request: Request, session: Session | None, client_id: str) -> ClientDetail:
    """Raises NotFound."""
    identity, _ = permitted(request, session)
    async with identity.database.reader() as connection:
        return await client_keys.detail(connection, identity, client_id=client_id)


async def register(request: Request, session: Session | None, given: ClientCreate) -> str:
    """A new program; its id. Raises InvalidRequest, ClientTaken."""
    identity, by = permitted(request, session)
    async with identity.database.transaction() as transaction:
        await staff.create_client(transaction, identity, given)
        said = given.kind
        await client_keys.note(transaction, identity, given.client_id, "register", said, by)
    return given.client_id


async def add_key(
    request: Request, session: Session | None, client_id: str, version: int, given: KeyAdd
) -> None:
    identity, by = permitted(request, session)
    async with identity.database.transaction() as transaction:
        await client_keys.add_key(
            transaction, identity, client_id=client_id, version=version, given=given, by=by
        )


async def end_key(
    request: Request, session: Session | None, client_id: str, version: int, kid: str
) -> None:
    identity, by = permitted(request, session)
    async with identity.database.transaction() as transaction:
        await client_keys.end_key(
            transaction, identity, client_id=client_id, kid=kid, version=version, by=by
        )


async def stop_client(
    request: Request, session: Session | None, client_id: str, version: int
) -> None:
    identity, by = permitted(request, session)
    async with identity.database.transaction() as transaction:
        await client_keys.stop(transaction, identity, client_id=client_id, version=version, by=by)


async def accounts(
    request: Request, session: Session | None, *, role: str | None, state: str | None
) -> list[AccountView]:
    """The newest hundred accounts of a role and state, masked."""
    identity, _ = permitted(request, session)
    async with identity.database.reader() as connection:
        rows: Sequence[Any] = await accounts_store.list_accounts(
            connection, limit=100, after=None, org=None, role=role, state=state
        )
    return [staff.view_account(identity, row) for row in rows[:100]]


async def open_account(request: Request, session: Session | None, given: StaffCreate) -> None:
    """A staff account. Raises SignUpRefused, UsernameTaken, IdentityBusy."""
    identity, _ = permitted(request, session)
    async with identity.database.transaction() as transaction:
        await staff.create_staff(transaction, identity, given)


async def change_account(
    request: Request,
    session: Session | None,
    account_id: uuid.UUID,
    *,
    version: int,
    action: str,
    given: AccountChange,
) -> None:
    """Raises NotFound, StaleEtag, AccountStateConflict, InvalidRequest."""
    identity, _ = permitted(request, session)
    async with identity.database.transaction() as transaction:
        await staff.move_account(
            transaction,
            identity,
            account_id=account_id,
            version=version,
            action=action,
            given=given,
        )
