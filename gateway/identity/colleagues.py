"""Who else works in one's department, so that a case can be handed over.

Each comes with a pass: a short-lived statement by the issuer of who this is and whom they serve. A service
reads from it whether they may handle the case; nobody says so of a colleague in their own words, and no
service has to ask another. Must not show more of an account than its name, roles and regions.
"""

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


@router.get("/colleagues", summary="Who else decides in your department")
async def list_colleagues(
    request: Request, reader: Reader, actor: MayReadColleagues
) -> Page[ColleagueView]:
    identity: Identity = request.app.state.identity
    rows = (
        await accounts_store.colleagues(reader, org=actor.org, roles=DECIDING) if actor.org else []
    )
    return Page(items=[_view(identity, row) for row in rows if str(row.id) != actor.sub])


def _view(identity: Identity, row: AnyRow) -> ColleagueView:
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
    return ColleagueView(
        name=row.name,
        roles=[role for role in row.roles if role in DECIDING],
        regions=list(row.regions),
        colleague_pass=identity.colleague_pass(subject),
    )
