"""The HTTP face of publicity, mounted by each service with its own matters. Notices are public."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response

from kit.auth import Actor, Anyone, permission
from kit.cases import reading
from kit.cases import service as cases
from kit.cases.errors import ActionBlocked, NotYourMove
from kit.cases.makers import may_answer
from kit.cases.routes import MayActOnCase, MayReadCase
from kit.db import Reader, Session
from kit.errors import NotFound
from kit.etags import IfMatch, set_etag
from kit.http import Router
from kit.matters import FactView, Matter
from kit.notices import service, store
from kit.notices.errors import AlreadyObjected, NoticeClosed, ObjectionByParty, ObjectionDecided
from kit.notices.schemas import (
    NoticeView,
    ObjectionCreate,
    ObjectionDecision,
    ObjectionView,
)
from kit.paging import Page, PageQuery
from kit.problems import problems
from kit.schemas import Label

MayObject = Annotated[Actor, Depends(permission("notice:object"))]
LIST = "notices"


def notice_router(matters: Sequence[Matter]) -> Router:
    """Notices of these matters, and the objections to them."""
    router = Router(tags=["notices"])
    known = {matter.code: matter for matter in matters}
    _add_notices(router)
    _add_objections(router, known)
    return router


def _add_notices(router: Router) -> None:
    @router.get("/notices", summary="Public notices, newest first", operation_id="listNotices")
    async def list_notices(
        request: Request,
        _: Anyone,
        reader: Reader,
        query: PageQuery,
        running: Annotated[
            bool | None, Query(description="true: objections are still taken")
        ] = None,
        kind: Annotated[str | None, Query(max_length=60)] = None,
    ) -> Page[NoticeView]:
        rows = await store.list_notices(
            reader, running=running, kind=kind, after=query.after(LIST), limit=query.limit
        )
        return query.page(
            rows,
            LIST,
            key=lambda row: (row.created_at, row.id),
            view=lambda row: _notice(request, row),
        )

    @router.get("/notices/{notice_id}", summary="One public notice", operation_id="readNotice")
    async def read_notice(
        notice_id: UUID, request: Request, _: Anyone, reader: Reader
    ) -> NoticeView:
        row = await store.find_notice(reader, notice_id)
        if row is None:
            raise NotFound
        return _notice(request, row)


def _add_objections(router: Router, known: Mapping[str, Matter]) -> None:
    @router.post(
        "/notices/{notice_id}/objections",
        status_code=201,
        summary="Object to what a notice announces",
        operation_id="objectToNotice",
        responses=problems(NoticeClosed, ObjectionByParty, AlreadyObjected),
    )
    async def object_to_notice(
        notice_id: UUID,
        body: ObjectionCreate,
        request: Request,
        response: Response,
        actor: MayObject,
        session: Session,
    ) -> ObjectionView:
        row = await service.object_to(
            request.app.state, session, known, actor, notice_id, grounds=body.grounds
        )
        set_etag(response, service.version_of(row))
        return _objection(row, actor)

    @router.get(
        "/cases/{case_id}/objections",
        summary="The objections to a case's notices",
        operation_id="listObjections",
    )
    async def list_objections(
        case_id: UUID, actor: MayReadCase, reader: Reader
    ) -> Page[ObjectionView]:
        """For who may read the case; others see only their own."""
        seen = await reading.see_case(reader, case_id, actor)
        mine_only = None if seen is not None else actor.sub
        rows = await store.objections_of(reader, case_id, raised_by=mine_only)
        if seen is None and not rows:
            raise NotFound
        answers = seen is not None and _may_answer(known[seen.case.matter], seen, actor)
        return Page(items=[_objection(row, actor, answers=answers) for row in rows])

    @router.post(
        "/objections/{objection_id}/actions/{action}",
        summary="Decide an objection",
        operation_id="decideObjection",
        responses=problems(NotYourMove, ActionBlocked, ObjectionDecided),
    )
    async def decide_objection(
        objection_id: UUID,
        action: Annotated[Literal["uphold", "dismiss"], Path()],
        body: ObjectionDecision,
        request: Request,
        response: Response,
        actor: MayActOnCase,
        session: Session,
        version: IfMatch,
    ) -> ObjectionView:
        row = await service.decide(
            request.app.state,
            session,
            known,
            actor,
            objection_id,
            version=version,
            upheld=action == "uphold",
            answer=body.answer,
        )
        set_etag(response, service.version_of(row))
        return _objection(row, actor)


def _notice(request: Request, row: Any) -> NoticeView:
    prefix = request.app.state.service.prefix
    running = row.closed_on is None and request.app.state.clock.today() <= row.ends_on
    return NoticeView(
        id=row.id,
        kind=row.kind,
        title=Label(zh=row.title_zh, en=row.title_en),
        content=[FactView.model_validate(line) for line in row.content],
        region_code=row.region_code,
        opens_on=row.opens_on,
        ends_on=row.ends_on,
        closed_on=row.closed_on,
        objections_href=f"{prefix}/notices/{row.id}/objections" if running else None,
    )


def _may_answer(matter: Matter, seen: reading.Seen, actor: Actor) -> bool:
    decides = set(service.ANSWERERS) & set(cases.relations(seen.case, actor, seen.roles))
    return bool(decides) and may_answer(matter.workflow, seen.case, actor)


def _objection(row: Any, actor: Actor, *, answers: bool = False) -> ObjectionView:
    fields = set(ObjectionView.model_fields) - {"mine", "may_answer", "version"}
    return ObjectionView(
        **{name: getattr(row, name) for name in fields},
        version=service.version_of(row),
        mine=row.raised_by == actor.sub,
        may_answer=answers and row.state == "open",
    )
