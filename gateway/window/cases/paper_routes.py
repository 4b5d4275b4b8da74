"""The papers of a case on a screen, each also as its PDF. What they say is the service's to write."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.cases.document_routes import KEPT
from gateway.window.cases.views import CasePage, load_case
from gateway.window.look import HEADERS
from gateway.window.refusals import PageRoute
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)


def _path(page: CasePage, code: str) -> str:
    return f"/api/{page.service}/v1/cases/{page.id}/papers/{quote(code, safe='')}"


@router.get("/cases/{case_id}/papers/{code}")
async def paper_page(visit: SignedInVisit, case_id: UUID, code: str) -> Response:
    """One paper, to be read on a phone."""
    page = await load_case(visit, case_id, expand="")
    text = (await visit.services.get(page.service, f"{_path(page, code)}/text")).body
    return visit.page("cases/paper.html", page=page, case=page.case, paper=text)


@router.get("/cases/{case_id}/papers/{code}/pdf")
async def paper_file(visit: SignedInVisit, case_id: UUID, code: str) -> Response:
    """The same as it is printed, handed through."""
    page = await load_case(visit, case_id, expand="")
    answer = await visit.services.get(page.service, _path(page, code))
    kept = {k: v for k, v in answer.headers.items() if k.lower() in KEPT}
    return Response(answer.content, headers=HEADERS | kept)


async def drafts_of(visit: Visiting, page: CasePage) -> list[dict[str, Any]]:
    """What the papers to sign would say of the form as it stands, where the service writes any."""
    if page.service != "registration":
        return []
    path = f"/api/{page.service}/v1/cases/{page.id}/paper-drafts"
    found: list[dict[str, Any]] = (await visit.services.get(page.service, path)).body["items"]
    return found
