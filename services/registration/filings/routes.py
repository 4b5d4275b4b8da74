"""HTTP of filings beside the cases themselves: documents, and what waits for one's signature."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response

from kit.auth import Actor, permission
from kit.cases import reading
from kit.cases.errors import FormNotEditable, NotYourMove
from kit.cases.routes import MayReadCase
from kit.db import Reader, Session
from kit.errors import BodyTooLarge, NotFound
from kit.http import Router
from kit.paging import Page
from kit.problems import problems
from services.registration.filings import documents, store
from services.registration.filings.errors import FileTypeNotAllowed, UnknownMaterial
from services.registration.filings.schemas import DocumentView, WaitingSignature
from services.registration.matters import MATTERS

router = Router(tags=["filings"])
MayUpload = Annotated[Actor, Depends(permission("document:upload"))]
PATH = "/api/registration/v1"


@router.post(
    "/cases/{case_id}/documents",
    status_code=201,
    summary="Upload a document: the raw file is the body",
    responses=problems(
        NotYourMove, FormNotEditable, UnknownMaterial, FileTypeNotAllowed, BodyTooLarge
    ),
    max_body_size=documents.MAX_BYTES + 1000,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("application/pdf", "image/png", "image/jpeg")
            },
        }
    },
)
async def upload_document(
    case_id: UUID,
    request: Request,
    actor: MayUpload,
    session: Session,
    material: Annotated[str, Query(max_length=60, examples=["domicile_proof"])],
    filename: Annotated[str, Query(min_length=1, max_length=200, examples=["lease.pdf"])],
    content_type: Annotated[str, Header(max_length=100)] = "application/octet-stream",
) -> DocumentView:
    return await documents.upload(
        session,
        dict(MATTERS),
        actor,
        case_id,
        material=material,
        filename=filename,
        declared_type=content_type,
        content=await request.body(),
        now=request.app.state.clock.now(),
    )


@router.get("/cases/{case_id}/documents", summary="The documents of a case")
async def list_documents(
    case_id: UUID, connection: Reader, actor: MayReadCase
) -> Page[DocumentView]:
    if await reading.find_case(connection, case_id, actor) is None:
        raise NotFound
    rows = await store.documents_of(connection, case_id)
    return Page(items=[DocumentView.model_validate(row) for row in rows])


@router.get(
    "/cases/{case_id}/documents/{document_id}/content",
    summary="The file itself",
    response_class=Response,
    responses={
        200: {"content": {"application/pdf": {}, "image/png": {}, "image/jpeg": {}}},
    },
)
async def read_document(
    case_id: UUID, document_id: UUID, connection: Reader, actor: MayReadCase
) -> Response:
    if await reading.find_case(connection, case_id, actor) is None:
        raise NotFound
    row = await store.find_document(connection, case_id, document_id)
    if row is None:
        raise NotFound
    headers = {
        "Content-Disposition": "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "private, no-store",
    }
    return Response(row.content, media_type=row.media_type, headers=headers)


@router.get("/signatures", summary="The cases that wait for your signature")
async def list_waiting(
    connection: Reader,
    actor: MayReadCase,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[WaitingSignature]:
    rows = await store.waiting_cases(connection, actor.person, limit) if actor.person else []
    return Page(
        items=[WaitingSignature(**row._mapping, href=f"{PATH}/cases/{row.case_id}") for row in rows]
    )
