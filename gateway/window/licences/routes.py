"""The holder's licence: the content, the PDF, and a five-minute code for the phone."""

from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.codes import labels_of
from gateway.window.look import HEADERS
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
BASE = "/api/registration/v1/licences"
PASSED_ON = ("content-type", "content-disposition", "etag")


@router.get("/licences/{licence_id}")
async def licence_page(visit: SignedInVisit, licence_id: UUID) -> Response:
    return await _show(visit, licence_id)


@router.post("/licences/{licence_id}/phone-code")
async def phone_code(visit: SignedInVisit, licence_id: UUID) -> Response:
    """A code that somebody else may scan within five minutes. Shown once, on the reply itself."""
    key = str(visit.posted.get("one_time_key", ""))
    path = f"{BASE}/{licence_id}/qr-tokens"
    answer = await visit.services.post("registration", path, body={}, key=key)
    return await _show(visit, licence_id, code=answer.body)


async def _show(
    visit: Visiting, licence_id: UUID, *, code: dict[str, str] | None = None
) -> Response:
    answer = await visit.services.get("registration", f"{BASE}/{licence_id}")
    picture = ""
    if code:
        # our own service's drawing, shown as an image so that nothing in it can run
        picture = "data:image/svg+xml;utf8," + quote(code["svg"])
    return visit.page(
        "licences/licence.html",
        licence=answer.body,
        content=answer.body["licence"],
        code=code,
        picture=picture,
        statuses=await labels_of(visit, "registration", "licence_statuses"),
        head_roles=await labels_of(visit, "registration", "licence_head_roles"),
    )


@router.get("/licences/{licence_id}/pdf")
async def licence_pdf(visit: SignedInVisit, licence_id: UUID) -> Response:
    """The signed PDF, handed through; a page that says to wait while it is still being made."""
    try:
        answer = await visit.services.get("registration", f"{BASE}/{licence_id}/pdf")
    except Refusal as refusal:
        if refusal.code != "licence_not_printed":
            raise
        return visit.page("licences/not_yet.html", status=200, id=licence_id)
    kept = {k: v for k, v in answer.headers.items() if k.lower() in PASSED_ON}
    return Response(answer.content, headers=HEADERS | kept)
