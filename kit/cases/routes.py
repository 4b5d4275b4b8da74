"""The HTTP face of cases and matters, mounted by each service with its own matters."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import Body, Depends, Path, Query, Request, Response

from kit.auth import Actor, Anyone, permission
from kit.cases import drafting, reading, service
from kit.cases.errors import (
    ActionBlocked,
    FormIncomplete,
    FormNotEditable,
    IllegalTransition,
    NotYourMove,
    UnknownAction,
    UnknownMatter,
)
from kit.cases.schemas import CaseCreate, CaseRow, CaseView, CheckView, FormUpdate
from kit.cases.views import Expander, view_case
from kit.db import Reader, Session, one_moment
from kit.errors import InvalidRequest, NotFound
from kit.etags import IfMatch, is_unmodified, set_etag
from kit.http import Router
from kit.matter_views import MatterSummary, MatterView, summary_of, view_of
from kit.matters import Matter
from kit.paging import Page, PageQuery
from kit.problems import problems

MayCreateCase = Annotated[Actor, Depends(permission("case:create"))]
MayReadCase = Annotated[Actor, Depends(permission("case:read"))]
MayEditCase = Annotated[Actor, Depends(permission("case:edit"))]
MayActOnCase = Annotated[Actor, Depends(permission("case:act"))]
Expand = Annotated[
    str,
    Query(max_length=200, description="Comma-separated: timeline, deadlines and the service's own"),
]
ActionBody = Annotated[
    dict[str, Any],
    Body(
        max_length=50,
        description="The fields that the action requires (`allowed_actions[].requires`)",
        examples=[{"reason": "材料不一致"}],
    ),
]

Code = Annotated[str, Path(max_length=80)]
"""The name of a matter or an action; one that does not exist is a 404."""


def matter_router(matters: Sequence[Matter]) -> Router:
    """The catalogue of matters: GET /matters, GET /matters/{code}."""
    router = Router(tags=["matters"])
    known = {matter.code: matter for matter in matters}

    @router.get("/matters", summary="The matters that one can apply for here")
    async def list_matters(request: Request, _: Anyone) -> Page[MatterSummary]:
        prefix = request.app.state.service.prefix
        return Page(items=[summary_of(matter, prefix) for matter in matters])

    @router.get("/matters/{code}", summary="One matter: guide, pages, materials and workflow")
    async def read_matter(code: Code, request: Request, _: Anyone) -> MatterView:
        if code not in known:
            raise NotFound
        state = request.app.state
        return view_of(known[code], state.service.prefix, today=state.clock.today())

    return router


def case_router(
    matters: Sequence[Matter], *, expanders: Mapping[str, Expander] | None = None
) -> Router:
    """Cases of these matters: create, list, read, check, edit, act."""
    router = Router(tags=["cases"])
    known = {matter.code: matter for matter in matters}
    _add_writes(router, known, expanders or {})
    _add_reads(router, known, expanders or {})
    return router


def _add_writes(
    router: Router, known: Mapping[str, Matter], expanders: Mapping[str, Expander]
) -> None:
    @router.post(
        "/cases",
        status_code=201,
        summary="Start a case, or with validate_only=true only check a form",
        responses={
            **problems(UnknownMatter, NotFound),
            200: {"model": CheckView, "description": "Checked"},
        },
    )
    async def create_case(
        body: CaseCreate,
        request: Request,
        response: Response,
        actor: MayCreateCase,
        session: Session,
        validate_only: bool = False,
    ) -> CaseView | CheckView:
        state = request.app.state
        if validate_only:
            response.status_code = 200
            return await drafting.check_unsaved(
                state, session, known, actor, matter_code=body.matter, form=body.form
            )
        context = await drafting.create_case(
            state,
            session,
            known,
            actor,
            matter_code=body.matter,
            region_code=body.region_code,
            form=body.form,
            like=body.like,
        )
        set_etag(response, context.case.version)
        response.headers["location"] = f"{state.service.prefix}/cases/{context.case.id}"
        return await view_case(state, session, known, reading.Seen(context.case), actor)

    @router.put(
        "/cases/{case_id}/form",
        summary="Save the draft form",
        responses=problems(FormNotEditable, NotYourMove),
    )
    async def edit_form(
        case_id: UUID,
        body: FormUpdate,
        request: Request,
        response: Response,
        actor: MayEditCase,
        session: Session,
        version: IfMatch,
    ) -> CaseView:
        state = request.app.state
        context = await service.load(state, session, known, actor, case_id, if_match=version)
        await drafting.edit_form(context, body.form)
        set_etag(response, context.case.version)
        seen = await reading.see_around(session, context.case, actor)
        return await view_case(state, session, known, seen, actor)

    @router.post(
        "/cases/{case_id}/actions/{action}",
        summary="Make a move that `allowed_actions` offers",
        responses=problems(
            UnknownAction,
            NotYourMove,
            IllegalTransition,
            ActionBlocked,
            FormIncomplete,
            InvalidRequest,
        ),
    )
    async def act_on_case(
        case_id: UUID,
        action: Code,
        request: Request,
        response: Response,
        actor: MayActOnCase,
        session: Session,
        version: IfMatch,
        body: ActionBody = {},  # noqa: B006  FastAPI copies it
    ) -> CaseView:
        state = request.app.state
        context = await service.load(state, session, known, actor, case_id, if_match=version)
        await service.act(context, action, body)
        set_etag(response, context.case.version)
        seen = await reading.see_around(session, context.case, actor)
        return await view_case(state, session, known, seen, actor, expanders=expanders)


def _add_reads(
    router: Router, known: Mapping[str, Matter], expanders: Mapping[str, Expander]
) -> None:
    @router.get("/cases", summary="The cases that you may see: your own, or your region's queue")
    async def list_cases(
        request: Request,
        connection: Reader,
        actor: MayReadCase,
        query: PageQuery,
        state: Annotated[str | None, Query(max_length=60)] = None,
        matter: Annotated[str | None, Query(max_length=80)] = None,
        reference: Annotated[str | None, Query(max_length=40)] = None,
        flag: Annotated[
            str | None,
            Query(pattern="^[a-z_]{1,40}$", description="A fact that must be true, e.g. `sampled`"),
        ] = None,
        due: Annotated[
            Literal["overdue", "today", "week"] | None, Query(description="Open ones by their day")
        ] = None,
        assigned: Annotated[
            str | None,
            Query(
                pattern="^[0-9A-Za-z:._-]{1,80}$",
                description="By who of your department has it: `mine`, `nobody` or an `officer` of "
                "`case-counts`; for its staff",
            ),
        ] = None,
        sort: Annotated[str, Query(pattern="^(-created_at|due_on)$")] = "-created_at",
    ) -> Page[CaseRow]:
        wanted = reading.Wanted(
            filters={"state": state, "matter": matter, "reference": reference},
            flag=flag,
            after=query.after(f"cases:{sort}"),
            limit=query.limit,
            due=sort == "due_on",
            ends=due,
            today=request.app.state.clock.today() if due else None,
            assigned=assigned,
        )
        rows = await reading.list_cases(connection, actor, wanted)
        shown, cursor = query.cut(rows, f"cases:{sort}", key=_sort_key(sort))
        return query.written(orjson.dumps(shown), cursor)  # type: ignore[return-value]

    @router.get(
        "/cases/{case_id}",
        summary="One case: form, next actions, clocks; more with expand",
        responses={304: {"description": "Not modified"}},
    )
    async def read_case(
        case_id: UUID,
        request: Request,
        response: Response,
        connection: Reader,
        actor: MayReadCase,
        expand: Expand = "",
    ) -> CaseView:
        wanted = {part.strip() for part in expand.split(",") if part.strip()}
        async with one_moment(connection) if wanted else nullcontext():
            seen = await reading.see_case(connection, case_id, actor)
            if seen is None:
                raise NotFound
            row = seen.case
            if not wanted and is_unmodified(request, row.version):
                return Response(status_code=304, headers={"etag": f'"{row.version}"'})  # type: ignore[return-value]
            set_etag(response, row.version)
            return await view_case(
                request.app.state,
                connection,
                known,
                seen,
                actor,
                expand=wanted,
                expanders=expanders,
            )

    @router.get("/cases/{case_id}/findings", summary="What submitting would say now")
    async def check_case(
        case_id: UUID, request: Request, actor: MayReadCase, session: Session
    ) -> CheckView:
        row = await reading.find_case(session, case_id, actor)
        if row is None:
            raise NotFound
        matter = known[row.matter]
        context = service.context_of(
            request.app.state, session, matter, service.case_state(row), actor
        )
        return await drafting.check_case(context)


def _sort_key(sort: str) -> Callable[[dict[str, Any]], tuple[Any, UUID]]:
    """The keyset of a row as the database wrote it."""
    if sort == "due_on":
        return lambda row: (date.fromisoformat(row["due_on"]), UUID(row["id"]))
    return lambda row: (datetime.fromisoformat(row["created_at"]), UUID(row["id"]))
