"""HTTP of the papers of a case."""

from uuid import UUID

from fastapi import Request, Response

from kit.cases.routes import MayReadCase
from kit.db import Reader
from kit.http import Router
from kit.paging import Page
from kit.problems import problems
from services.registration.papers import service
from services.registration.papers.errors import PaperNotPrintable
from services.registration.papers.schemas import PaperView

router = Router(tags=["papers"])


@router.get("/cases/{case_id}/papers", summary="The papers that the platform wrote for a case")
async def list_papers(
    case_id: UUID, request: Request, connection: Reader, actor: MayReadCase
) -> Page[PaperView]:
    return Page(items=await service.list_papers(connection, request.app.state, actor, case_id))


@router.get(
    "/cases/{case_id}/papers/{code}",
    summary="One paper as PDF/A",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **problems(PaperNotPrintable)},
)
async def read_paper(
    case_id: UUID, code: str, request: Request, connection: Reader, actor: MayReadCase
) -> Response:
    pdf = await service.write_paper(connection, request.app.state, actor, case_id, code)
    headers = {
        "Content-Disposition": f'inline; filename="{code}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)
