"""HTTP of the papers of a case."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from kit.cases.routes import MayReadCase
from kit.db import Reader, Session
from kit.http import Router
from kit.paging import Page
from kit.problems import problems
from services.registration.papers import service
from services.registration.papers.errors import PaperNotPrintable
from services.registration.papers.schemas import PaperText, PaperView

router = Router(tags=["papers"])
Version = Annotated[
    int | None, Query(ge=1, le=10_000, description="By default the current version")
]
PaperCode = Annotated[str, Path(max_length=80)]
Every = Annotated[bool, Query(alias="all", description="Also versions that were replaced")]


@router.get("/cases/{case_id}/papers", summary="The papers that the platform wrote for a case")
async def list_papers(
    case_id: UUID, connection: Reader, actor: MayReadCase, every: Every = False
) -> Page[PaperView]:
    return Page(items=await service.list_papers(connection, actor, case_id, every=every))


@router.get(
    "/cases/{case_id}/paper-drafts",
    summary="What the papers to sign would say of the form as it stands; empty while it is not complete",
)
async def list_drafts(
    case_id: UUID, request: Request, session: Session, actor: MayReadCase
) -> Page[PaperText]:
    return Page(items=await service.drafts_of(session, request.app.state, actor, case_id))


@router.get("/cases/{case_id}/papers/{code}/text", summary="What one paper says, for a screen")
async def read_text(
    case_id: UUID, code: PaperCode, connection: Reader, actor: MayReadCase, version: Version = None
) -> PaperText:
    return await service.read_text(connection, actor, case_id, code, version)


@router.get(
    "/cases/{case_id}/papers/{code}",
    summary="One paper as PDF/A",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **problems(PaperNotPrintable)},
)
async def read_paper(
    case_id: UUID, code: PaperCode, connection: Reader, actor: MayReadCase, version: Version = None
) -> Response:
    pdf = await service.print_paper(connection, actor, case_id, code, version)
    headers = {
        "Content-Disposition": f'inline; filename="{code}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)
