"""Codes over HTTP: a public check of any code, and the administrator's segments."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from kit.auth import Actor, Anyone, permission
from kit.db import Reader, Session
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.registration.codes import service
from services.registration.codes.errors import CodeSegmentInvalid, CodeSegmentOverlaps
from services.registration.codes.schemas import (
    CodeCheck,
    CodeCheckView,
    SegmentOpen,
    SegmentView,
)

router = Router(tags=["codes"])

MayManageSegments = Annotated[Actor, Depends(permission("code-segment:manage"))]
LIST = "code-segments"


@router.post("/code-checks", summary="Judge a code place by place", operation_id="checkCode")
async def check_code(check: CodeCheck, request: Request, _: Anyone) -> CodeCheckView:
    return service.check_code(check, today=request.app.state.clock.today())


@router.get("/code-segments", summary="Segments of codes", operation_id="listCodeSegments")
async def list_segments(
    query: PageQuery,
    reader: Reader,
    _: MayManageSegments,
    authority_code: Annotated[str | None, Query(pattern=r"^[0-9]{6}$")] = None,
) -> Page[SegmentView]:
    rows = await service.list_segments(
        reader, authority_code=authority_code, after=query.after(LIST), limit=query.limit
    )
    return query.page(
        rows, LIST, key=lambda row: (row.opened_at, row.id), view=service.segment_view
    )


@router.post(
    "/code-segments",
    status_code=201,
    summary="Open a segment of codes for an authority",
    operation_id="openCodeSegment",
    responses=problems(CodeSegmentOverlaps, CodeSegmentInvalid),
)
async def open_segment(
    opening: SegmentOpen,
    request: Request,
    response: Response,
    actor: MayManageSegments,
    session: Session,
) -> SegmentView:
    opened = await service.open_segment(session, actor, opening, now=request.app.state.clock.now())
    response.headers["location"] = f"{service.SEGMENTS_PATH}/{opened.id}"
    return opened


@router.get(
    "/code-segments/{segment_id}", summary="One segment of codes", operation_id="getCodeSegment"
)
async def get_segment(segment_id: UUID, reader: Reader, _: MayManageSegments) -> SegmentView:
    return await service.read_segment(reader, segment_id)
