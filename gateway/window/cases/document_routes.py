"""The documents of a case: what the matter asks for, what is there, and handing one in.

Works by a plain file input. The file goes to the service as it came; type and size are judged there.
"""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from gateway.window.cases.views import CasePage, load_case
from gateway.window.look import HEADERS
from gateway.window.refusals import PageRoute
from gateway.window.services import Answer, Refusal
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MAX_UPLOAD_BYTES = 24_000_000
"""All files of one sending together; each may have 10 MB."""
KEPT = ("content-type", "content-disposition")
_INSIDE = {"Content-Disposition": "inline", "X-Frame-Options": "SAMEORIGIN"}
_STILL = {
    **_INSIDE,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'; sandbox",
}
SHOWN = {
    "image/png": _STILL,
    "image/jpeg": _STILL,
    # a sandboxed frame may not hold a browser's own PDF reader
    "application/pdf": {
        **_INSIDE,
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self';"
        " frame-ancestors 'self'",
    },
}
"""How a kind of file is shown inside our pages; every other is only handed out."""


@router.get("/cases/{case_id}/documents")
async def documents_page(visit: SignedInVisit, case_id: UUID) -> Response:
    return _show(visit, await load_case(visit, case_id))


@router.post("/cases/{case_id}/documents", max_body_size=MAX_UPLOAD_BYTES + 100_000)
async def hand_in(visit: SignedInVisit, case_id: UUID) -> Response:
    page = await load_case(visit, case_id)
    material = str(visit.posted.get("material", ""))
    files = [f for f in visit.posted.getlist("file") if isinstance(f, UploadFile) and f.filename]
    if not files:
        return _show(visit, page, material, visit.say("请选择文件"))
    refused = []
    for number, file in enumerate(files):
        if said := await _sent(visit, page, material, file, number):
            refused.append(f"{file.filename}：{said}" if len(files) > 1 else said)
    if refused:
        fresh = await load_case(visit, case_id)
        return _show(visit, fresh, material, "；".join(refused))
    back = "check" if visit.posted.get("back") == "check" else "documents"
    return visit.go(f"/cases/{page.id}/{back}?saved=1")


async def _sent(
    visit: Visiting, page: CasePage, material: str, file: UploadFile, number: int
) -> str:
    """Hands in one file; why it was not taken, else nothing."""
    filename = str(file.filename)[-200:]
    query = f"material={quote(material, safe='')}&filename={quote(filename, safe='')}"
    try:
        await visit.services.send_file(
            page.service,
            f"/api/{page.service}/v1/cases/{page.id}/documents?{query}",
            content=await file.read(),
            media_type=file.content_type or "application/octet-stream",
            key=f"{visit.posted.get('one_time_key', '')}-{number}",
        )
    except Refusal as refusal:
        if refusal.status == 413:
            return visit.say("文件超过 10 MB，请缩小或分开后再传")
        if refusal.status not in (415, 422) and refusal.code != "too_many_files":
            raise
        said = refusal.problem.get("detail") or refusal.problem.get("title")
        return str(said or visit.say("文件没有被接受"))
    return ""


@router.post("/cases/{case_id}/documents/{document_id}/remove")
async def take_out(visit: SignedInVisit, case_id: UUID, document_id: UUID) -> Response:
    """A file that was handed in by mistake is taken out again; twice is as good as once."""
    page = await load_case(visit, case_id, expand="")
    path = f"/api/{page.service}/v1/cases/{page.id}/documents/{document_id}"
    try:
        await visit.services.delete(page.service, path)
    except Refusal as refusal:
        if refusal.status != 404:
            raise
    return visit.go(f"/cases/{page.id}/documents?saved=1")


@router.get("/cases/{case_id}/documents/{document_id}")
async def document_file(visit: SignedInVisit, case_id: UUID, document_id: UUID) -> Response:
    """The file itself, handed through as a download."""
    answer = await _content(visit, case_id, document_id)
    kept = {k: v for k, v in answer.headers.items() if k.lower() in KEPT}
    return Response(answer.content, headers=HEADERS | kept)


@router.get("/cases/{case_id}/documents/{document_id}/view")
async def document_view(visit: SignedInVisit, case_id: UUID, document_id: UUID) -> Response:
    """The file to look at inside the case's page: only there, only kinds that a browser draws by itself, and
    with a policy under which it can load and run nothing."""
    answer = await _content(visit, case_id, document_id)
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind not in SHOWN:
        raise Refusal(404, {})
    return Response(answer.content, media_type=kind, headers=HEADERS | SHOWN[kind])


async def _content(visit: Visiting, case_id: UUID, document_id: UUID) -> Answer:
    page = await load_case(visit, case_id, expand="")
    path = f"/api/{page.service}/v1/cases/{page.id}/documents/{document_id}/content"
    return await visit.services.get(page.service, path)


def _show(visit: Visiting, page: CasePage, material: str = "", error: str = "") -> Response:
    rows: list[dict[str, Any]] = []
    for one in page.matter.get("materials") or ():
        if not one["generated"]:
            files = [d for d in page.documents if d["material"] == one["code"]]
            rows.append(one | {"files": files, "error": error if one["code"] == material else ""})
    errors = [{"field": f"file-{material}" if material else "", "text": error}] if error else []
    return visit.page(
        "cases/documents.html",
        status=422 if error else 200,
        page=page,
        case=page.case,
        rows=rows,
        errors=errors,
        saved=visit.request.query_params.get("saved") == "1",
    )
