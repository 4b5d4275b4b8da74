"""Whose desk a case lies on, over HTTP, and how much lies on whose: for the staff of its department."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from kit.auth import Actor, permission
from kit.cases import assigning, counting, reading, service
from kit.cases.errors import (
    CaseAssigned,
    ColleagueCannotHandle,
    IllegalTransition,
    NotAssigned,
    NotYourMove,
)
from kit.cases.schemas import AssignmentChange, CaseView, Counts
from kit.cases.views import view_case
from kit.db import Reader, Session
from kit.etags import IfMatch, set_etag
from kit.http import Router
from kit.matters import Matter
from kit.problems import problems

MayAssignCase = Annotated[Actor, Depends(permission("case:assign"))]


def assignment_router(known: Mapping[str, Matter]) -> Router:
    """POST /cases/{id}/assignment/{action}, GET /case-counts."""
    router = Router(tags=["cases"])

    @router.post(
        "/cases/{case_id}/assignment/{action}",
        summary="Take a case over, hand it to a colleague, or give it back",
        responses=problems(
            NotYourMove, CaseAssigned, NotAssigned, IllegalTransition, ColleagueCannotHandle
        ),
    )
    async def assign_case(
        case_id: UUID,
        action: assigning.Action,
        request: Request,
        response: Response,
        actor: MayAssignCase,
        session: Session,
        version: IfMatch,
        body: AssignmentChange,
    ) -> CaseView:
        state = request.app.state
        context = await service.load(state, session, known, actor, case_id, if_match=None)
        await assigning.assign(context, action, version=version, to=body.to, reason=body.reason)
        set_etag(response, context.case.version)
        seen = await reading.see_around(session, context.case, actor)
        return await view_case(state, session, known, seen, actor)

    @router.get("/case-counts", summary="How many open cases lie on whose desk, and what is due")
    async def count_cases(request: Request, connection: Reader, actor: MayAssignCase) -> Counts:
        return await counting.count(connection, actor, request.app.state.clock.today())

    return router
