"""Who else works in one's department, so that a case can be handed over.

Each comes with a pass: a short-lived statement by the issuer of who this is and whom they serve. A service
reads from it whether they may handle the case; nobody says so of a colleague in their own words, and no
service has to ask another. Must not show more of an account than its name, roles and regions.
"""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from gateway.identity import accounts_store
from gateway.identity.runtime import Identity
from gateway.identity.tables import AnyRow
from gateway.identity.tokens import Subject
from kit.auth import Actor, permission
from kit.db import Reader
from kit.http import Router
from kit.paging import Page
from kit.schemas import Out

router = Router(prefix="/api/window/v1", tags=["accounts"])
MayReadColleagues = Annotated[Actor, Depends(permission("colleague:read"))]
DECIDING = ("officer", "head")
NO_SCOPE = ""


class ColleagueView(Out):
    """Somebody of the reader's department. `colleague_pass` is good for ten minutes, for
    `POST …/cases/{id}/assignment/hand_over`."""

    name: str
    roles: list[str]
    regions: list[str]
    colleague_pass: str = Field(description="Signed by the issuer; send it back unread")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of one's department. `colleague_pass` is for the services alone."""

    account_id: str
    name: str
    roles: tuple[str, ...]
    regions: tuple[str, ...]
    colleague_pass: str = field(repr=False)


async def colleagues(
    identity: Identity, connection: accounts_store.Connection, *, org: str | None, me: str
) -> list[Colleague]:
    """Everybody else who decides in `org`, by name; nobody without one."""
    if not org:
        return []
    rows = await accounts_store.colleagues(connection, org=org, roles=DECIDING)
    return [_colleague(identity, row) for row in rows if str(row.id) != me]


def _colleague(identity: Identity, row: AnyRow) -> Colleague:
    subject = Subject(
        sub=str(row.id),
        client_id="window",
        roles=tuple(row.roles),
        org=row.org,
        regions=tuple(row.regions),
        scope=NO_SCOPE,
        person=row.person,
        name=row.name,
    )
    return Colleague(
        account_id=str(row.id),
        name=row.name,
        roles=tuple(role for role in row.roles if role in DECIDING),
        regions=tuple(row.regions),
        colleague_pass=identity.colleague_pass(subject),
    )


@router.get("/colleagues", summary="Who else decides in your department")
async def list_colleagues(
    request: Request, reader: Reader, actor: MayReadColleagues
) -> Page[ColleagueView]:
    found = await colleagues(request.app.state.identity, reader, org=actor.org, me=actor.sub)
    return Page(items=[ColleagueView.model_validate(one) for one in found])
