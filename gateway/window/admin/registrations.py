"""Tokens with which programs register themselves (RFC 7591): handed out, looked at, ended."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from gateway.identity import administration as admin
from gateway.registering import allowing
from gateway.registering.schemas import PermitCreate, PermitMade
from gateway.window.accounts.saying import text_of
from gateway.window.admin.routes import MACHINE_ROLES, SCOPES
from gateway.window.admin.saying import refused_lines, shape_lines
from gateway.window.refusals import PageRoute
from gateway.window.visit import SignedInVisit, Visiting
from kit.errors import NotFound, Problem

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HOURS = ("1", "24", "72", "168")
SHOWN = 50


@router.get("/admin/registrations")
async def list_tokens(visit: SignedInVisit) -> Response:
    return await _page(visit)


@router.post("/admin/registrations")
async def allow(visit: SignedInVisit) -> Response:
    """The token stands on the page that comes, and nowhere afterwards."""
    identity, by = admin.permitted(visit.request, visit.session)
    typed: dict[str, Any] = {name: text_of(visit, name) for name in ("kind", "org", "hours")}
    typed |= {name: visit.posted.getlist(name) for name in ("scopes", "roles")}
    try:
        given = PermitCreate.model_validate(
            {
                **typed,
                "org": typed["org"] or None,
                "roles": typed["roles"] if typed["kind"] == "machine" else [],
                "hours": int(typed["hours"]) if typed["hours"] in HOURS else 24,
            }
        )
        async with identity.database.transaction() as session:
            made = await allowing.allow(session, identity, given, by)
    except ValidationError as error:
        return await _page(visit, typed=typed, errors=shape_lines(visit, error))
    except Problem as refused:
        if refused.status != 422:
            raise
        return await _page(visit, typed=typed, errors=refused_lines(visit, refused, first="kind"))
    return await _page(visit, made=made)


@router.post("/admin/registrations/{token_id}/end")
async def end(visit: SignedInVisit, token_id: UUID) -> Response:
    identity, by = admin.permitted(visit.request, visit.session)
    try:
        async with identity.database.transaction() as session:
            await allowing.end(session, identity, token_id, by)
    except NotFound:  # used, or over, a moment before: the list says so
        pass
    return visit.go("/admin/registrations")


async def _page(
    visit: Visiting,
    *,
    made: PermitMade | None = None,
    typed: dict[str, Any] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    identity, _ = admin.permitted(visit.request, visit.session)
    async with identity.database.reader() as connection:
        rows = await allowing.list_tokens(connection, limit=SHOWN)
    return visit.page(
        "admin/registrations.html",
        status=422 if errors else 200,
        rows=rows[:SHOWN],
        now=identity.now(),
        made=made,
        typed=typed or {"kind": "machine", "scopes": [], "roles": [], "hours": "24"},
        errors=errors or [],
        scopes={key: visit.say(text) for key, text in SCOPES.items()},
        roles={key: visit.say(text) for key, text in MACHINE_ROLES.items()},
        hours=HOURS,
    )
