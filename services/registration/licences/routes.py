"""Licences over HTTP: verification and keys for everybody, the rest for holders and officers."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response

from kit.auth import Actor, Anyone, permission
from kit.db import Reader, Session, Snapshot
from kit.errors import NotFound
from kit.etags import IfMatch, is_unmodified, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.registration.licences import (
    issuing,
    key_service,
    pades,
    service,
    store,
    verification,
)
from services.registration.licences.errors import (
    LicenceKeyExists,
    LicenceKeyNotNext,
    LicenceKeyTooFresh,
    LicenceMoveImpossible,
    LicenceNotPrinted,
    LicenceNotValid,
)
from services.registration.licences.key_service import Signer
from services.registration.licences.schemas import (
    LicenceEnd,
    LicenceKeyAdminView,
    LicenceKeySet,
    LicenceSummary,
    LicenceVerification,
    LicenceVerificationRequest,
    LicenceView,
    QrTokenView,
    Uscc,
)
from services.registration.licences.status_list import TTL_SECONDS, LicenceStatus

router = Router(tags=["licences"])
MayRead = Annotated[Actor, Depends(permission("licence:read"))]
MayDecide = Annotated[Actor, Depends(permission("licence:decide"))]
KeyName = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{8}$")]
MayManageKeys = Annotated[Actor, Depends(permission("licence-key:manage"))]
LIST = "licences"
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "The copy is still good"}}


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("/licence-verifications", summary="Verify a licence", operation_id="verifyLicence")
async def verify(
    asked: LicenceVerificationRequest, reader: Reader, _: Anyone
) -> LicenceVerification:
    """Reads only, so no Idempotency-Key. Give a QR's text, a licence file or a code."""
    return await verification.verify_licence(reader, asked)


@router.get("/licence-keys", summary="Public keys of licences", operation_id="listLicenceKeys")
async def list_keys(response: Response, reader: Reader, _: Anyone) -> LicenceKeySet:
    response.headers["cache-control"] = "public, max-age=300"
    return LicenceKeySet(keys=await key_service.public_keys(reader))


@router.get(
    "/licence-authority",
    summary="Root certificate of the licence PDFs (PEM)",
    operation_id="getLicenceAuthority",
    response_class=Response,
    responses=_file("application/x-pem-file") | problems(NotFound),
)
async def get_authority(reader: Reader, _: Anyone) -> Response:
    row = await key_service.find_authority(reader)
    if row is None:
        raise NotFound
    root = pades.Authority(row.root_certificate, row.signer_certificate, b"")
    return Response(root.root_pem, media_type="application/x-pem-file")


@router.get(
    "/licence-status-lists/{number}",
    summary="Signed status list (IETF Token Status List)",
    operation_id="getLicenceStatusList",
    response_class=Response,
    responses=_file("application/statuslist+jwt"),
)
async def get_status_list(
    number: Annotated[int, Path(ge=0, le=1_000_000)], request: Request, reader: Reader, _: Anyone
) -> Response:
    token = await service.read_status_list(reader, Signer.of(request.app.state), number)
    headers = {"cache-control": f"public, max-age={TTL_SECONDS}"}
    return Response(token, media_type="application/statuslist+jwt", headers=headers)


@router.post(
    "/licence-keys",
    status_code=201,
    summary="Publish the next signing key",
    operation_id="publishLicenceKey",
    responses=problems(LicenceKeyExists),
)
async def publish_key(
    request: Request, response: Response, _: MayManageKeys, session: Session
) -> LicenceKeyAdminView:
    view = await key_service.publish_next_key(session, Signer.of(request.app.state))
    response.headers["location"] = f"{service.PATH}/licence-keys/{view.kid}"
    set_etag(response, view.version)
    return view


@router.get(
    "/licence-keys/{kid}",
    summary="One signing key and its times",
    operation_id="readLicenceKey",
)
async def read_key(
    kid: KeyName, request: Request, response: Response, _: MayManageKeys, reader: Reader
) -> LicenceKeyAdminView:
    view = await key_service.read_key(reader, Signer.of(request.app.state), kid)
    set_etag(response, view.version)
    return view


@router.post(
    "/licence-keys/{kid}/actions/activate",
    summary="Let the next key sign",
    operation_id="activateLicenceKey",
    responses=problems(LicenceKeyNotNext, LicenceKeyTooFresh),
)
async def activate_key(
    kid: KeyName,
    request: Request,
    response: Response,
    _: MayManageKeys,
    session: Session,
    version: IfMatch,
) -> LicenceKeyAdminView:
    view = await key_service.activate_key(
        session, Signer.of(request.app.state), kid, version=version
    )
    set_etag(response, view.version)
    return view


@router.get("/licences", summary="Licences the caller may see", operation_id="listLicences")
async def list_licences(
    query: PageQuery,
    reader: Reader,
    actor: MayRead,
    uscc: Annotated[Uscc | None, Query()] = None,
    case_id: UUID | None = None,
    status: LicenceStatus | None = None,
) -> Page[LicenceSummary]:
    rows = await store.list_visible(
        reader,
        actor,
        uscc=uscc,
        case_id=case_id,
        status=status,
        after=query.after(LIST),
        limit=query.limit,
    )
    return query.page(
        rows, LIST, key=lambda row: (row.issued_at, row.id), view=service.summary_view
    )


@router.get(
    "/licences/{licence_id}",
    summary="One licence",
    operation_id="getLicence",
    response_model=LicenceView,
    responses=NOT_MODIFIED,
)
async def get_licence(
    licence_id: UUID, request: Request, response: Response, reader: Snapshot, actor: MayRead
) -> LicenceView | Response:
    view = await service.read_licence(reader, actor, licence_id)
    revision, printed = service.revision_of(view), "printed" if view.is_printed else ""
    set_etag(response, revision, printed)
    if is_unmodified(request, revision, printed):
        return Response(status_code=304, headers=response.headers)
    response.headers["cache-control"] = "private, no-cache"
    return view


@router.get(
    "/licences/{licence_id}/pdf",
    summary="The licence as a signed PDF/A",
    operation_id="getLicencePdf",
    response_class=Response,
    responses=_file("application/pdf") | NOT_MODIFIED | problems(LicenceNotPrinted),
)
async def get_pdf(licence_id: UUID, request: Request, reader: Reader, actor: MayRead) -> Response:
    row = await store.find_visible(reader, actor, licence_id)
    if row is None:
        raise NotFound
    pdf = await store.find_pdf(reader, licence_id)
    if pdf is None:
        raise LicenceNotPrinted(headers={"Retry-After": "2"})
    etag = f'"{pdf.digest}"'
    name = quote(f"营业执照-{row.uscc}-v{row.version}.pdf")
    headers = {
        "etag": etag,
        "cache-control": "private, max-age=3600",
        "content-disposition": (
            f"attachment; filename=\"licence-{row.uscc}.pdf\"; filename*=UTF-8''{name}"
        ),
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(pdf.content, media_type="application/pdf", headers=headers)


@router.get(
    "/licences/{licence_id}/jws",
    summary="The licence as signed data",
    operation_id="getLicenceJws",
    response_class=Response,
    responses=_file("application/jose"),
)
async def get_jws(licence_id: UUID, reader: Reader, actor: MayRead) -> Response:
    row = await store.find_visible(reader, actor, licence_id)
    if row is None:
        raise NotFound
    headers = {"etag": f'"{row.digest}"', "cache-control": "private, max-age=3600"}
    return Response(row.jws, media_type="application/jose", headers=headers)


@router.post(
    "/licences/{licence_id}/qr-tokens",
    status_code=201,
    summary="A five-minute code for the holder's phone",
    operation_id="createLicenceQrToken",
    responses=problems(LicenceNotValid),
)
async def create_qr_token(
    licence_id: UUID, request: Request, actor: MayRead, session: Session
) -> QrTokenView:
    signer = Signer.of(request.app.state)
    return await service.make_phone_code(session, signer, actor, licence_id)


@router.post(
    "/licences/{licence_id}/actions/{action}",
    summary="Revoke or cancel a licence",
    operation_id="actOnLicence",
    responses=problems(LicenceMoveImpossible),
)
async def act(
    licence_id: UUID,
    action: Annotated[str, Path(pattern=r"^[a-z-]{1,40}$")],
    ending: LicenceEnd,
    request: Request,
    response: Response,
    actor: MayDecide,
    revision: IfMatch,
    session: Session,
) -> LicenceView:
    view = await issuing.end_licence(
        session,
        actor,
        licence_id,
        action,
        revision=revision,
        reason=ending.reason,
        now=request.app.state.clock.now(),
    )
    set_etag(response, service.revision_of(view))
    return view
