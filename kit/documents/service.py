"""Uploaded documents: what a file is, is told by its first bytes, never by its name."""

import hashlib
import unicodedata
import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.cases import reading
from kit.cases.errors import FormNotEditable, NotYourMove
from kit.cases.service import is_applicant
from kit.documents import store
from kit.documents.errors import FileTypeNotAllowed, UnknownMaterial
from kit.documents.schemas import DocumentView
from kit.errors import BodyTooLarge, FieldError, NotFound
from kit.matters import Matter

MAX_BYTES = 5_000_000
SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


def sniff(content: bytes) -> str | None:
    """The media type that the content shows, or None where it is none that we take."""
    return next((kind for magic, kind in SIGNATURES if content.startswith(magic)), None)


def printable(filename: str) -> str:
    """A name without control, format or private characters: it is shown to officers and other programs."""
    kept = "".join(c for c in filename if not unicodedata.category(c).startswith("C"))
    return kept.strip() or "file"


async def upload(
    session: AsyncSession,
    matters: Mapping[str, Matter],
    actor: Actor,
    case_id: UUID,
    *,
    material: str,
    filename: str,
    declared_type: str,
    content: bytes,
    now: Any,
) -> DocumentView:
    """Keeps a document with the case. Raises NotFound, NotYourMove, FormNotEditable, UnknownMaterial,
    FileTypeNotAllowed, BodyTooLarge."""
    row = await reading.find_case(session, case_id, actor, lock=True)
    if row is None:
        raise NotFound
    matter = matters[row.matter]
    if not is_applicant(row, actor):
        raise NotYourMove
    if row.state not in matter.editable_in:
        raise FormNotEditable(extra={"state": row.state})
    known = {m.code for m in matter.materials if not m.generated}
    if material not in known:
        fault = FieldError(
            pointer="?material", code="unknown_material", values={"known": sorted(known)}
        )
        raise UnknownMaterial(errors=[fault])
    media_type = sniff(content)
    if media_type is None or declared_type.split(";")[0].strip() not in (
        media_type,
        "application/octet-stream",
    ):
        raise FileTypeNotAllowed
    if len(content) > MAX_BYTES:
        raise BodyTooLarge
    values = {
        "id": uuid.uuid4(),
        "case_id": case_id,
        "material": material,
        "filename": printable(filename),
        "media_type": media_type,
        "size_bytes": len(content),
        "digest": hashlib.sha256(content).hexdigest(),
        "content": content,
        "uploaded_at": now,
        "uploaded_by": actor.sub,
    }
    await store.put_document(session, values)
    return DocumentView.model_validate(values)
