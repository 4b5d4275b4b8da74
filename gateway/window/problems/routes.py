"""/problems/{code}: where the `type` of every refusal leads, a page for people and JSON for programs."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from gateway.catalogue.problems import ProblemMeaning, meanings
from gateway.window.refusals import PageRoute
from gateway.window.visit import Visit, Visiting
from kit.errors import NotFound

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/problems/{code}")
async def explain_problem(visit: Visit, code: str) -> Response:
    """What the code means. Raises NotFound where nothing of ours says it."""
    found = meanings().get(code)
    if found is None:
        raise NotFound
    if "text/html" not in visit.request.headers.get("accept", ""):
        return JSONResponse(found.model_dump(), headers={"Cache-Control": "public, max-age=3600"})
    said = found.title.text(visit.language)
    return visit.page("text.html", title=said, sections=_sections(visit, found))


def _sections(visit: Visiting, found: ProblemMeaning) -> list[tuple[str, list[Any]]]:
    sections = [("", [f"{found.code} · HTTP {found.status}"])]
    if found.meaning:
        sections.append((visit.say("说明"), [found.meaning]))
    if found.given_by:
        sections.append((visit.say("哪些接口会给出"), list(found.given_by)))
    return sections
