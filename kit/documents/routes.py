"""HTTP of the documents of cases, mounted by each service with its own matters."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response

from kit.auth import Actor, permission
from kit.cases import reading
from kit.cases.errors import FormNotEditable, NotYourMove
from kit.cases.routes import MayReadCase
from kit.cases.views import Connection
from kit.db import Reader, Session
from kit.documents import service, store
from kit.documents.errors import (
    FileActive,
    FileBroken,
    FileLocked,
    FileTooComplex,
    FileTypeNotAllowed,
    TooManyFiles,
    UnknownMaterial,
)
from kit.documents.schemas import DocumentView
from kit.errors import BodyTooLarge, NotFound
from kit.http import Router
from kit.matters import Matter
from kit.paging import Page
from kit.problems import problems

MayUpload = Annotated[Actor, Depends(permission("document:upload"))]
DOWNLOAD_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox",
    "Cache-Control": "private, no-store",
}


def document_router(matters: Sequence[Matter]) -> Router:
    """Upload, list and read the documents of these matters' cases."""
    router = Router(tags=["documents"])
    known = {matter.code: matter for matter in matters}
    _add_upload(router, known)
    _add_removal(router, known)
    _add_reads(router)
    return router


def _add_upload(router: Router, known: Mapping[str, Matter]) -> None:
    @router.post(
        "/cases/{case_id}/documents",
        status_code=201,
        summary="Upload a document: the raw file is the body",
        responses=problems(
            NotYourMove,
            FormNotEditable,
            UnknownMaterial,
            FileTypeNotAllowed,
            FileBroken,
            FileLocked,
            FileActive,
            FileTooComplex,
            TooManyFiles,
            BodyTooLarge,
        ),
        max_body_size=service.MAX_BYTES + 1000,
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
        _: Annotated[
            str | None,
            Header(
                alias="content-type",
                max_length=100,
                description="What the sender calls it; what the file holds decides",
            ),
        ] = None,
    ) -> DocumentView:
        return await service.upload(
            session,
            known,
            actor,
            case_id,
            material=material,
            filename=filename,
            content=await request.body(),
            now=request.app.state.clock.now(),
        )


def _add_removal(router: Router, known: Mapping[str, Matter]) -> None:
    @router.delete(
        "/cases/{case_id}/documents/{document_id}",
        status_code=204,
        summary="Take a document out of what is handed in",
        responses=problems(NotFound, NotYourMove, FormNotEditable),
    )
    async def remove_document(
        case_id: UUID, document_id: UUID, request: Request, actor: MayUpload, session: Session
    ) -> None:
        now = request.app.state.clock.now()
        await service.remove(session, known, actor, case_id, document_id, now=now)


def _add_reads(router: Router) -> None:
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
        # RFC 6266, 5987: a name that every program can keep, and the name as it was
        named = (
            f"attachment; filename=\"document\"; filename*=UTF-8''{quote(row.filename, safe='')}"
        )
        headers = {**DOWNLOAD_HEADERS, "Content-Disposition": named}
        return Response(row.content, media_type=row.media_type, headers=headers)


async def expand_documents(
    connection: Connection, case: Any, _: Actor, __: Any
) -> list[DocumentView]:
    """`?expand=documents`: whoever may read the case may read the list of its documents."""
    return [DocumentView.model_validate(r) for r in await store.documents_of(connection, case.id)]
