"""Uploaded documents: what a file is, is told by what it holds, not by its name. A material may have many."""

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
from kit.documents.errors import TooManyFiles, UnknownMaterial
from kit.documents.opening import open_file
from kit.documents.schemas import DocumentView
from kit.errors import BodyTooLarge, FieldError, NotFound
from kit.matters import Matter

MAX_BYTES = 10_000_000
"""A telephone's photograph is up to some 8 MB."""
MOST_FILES = 20
"""Of one material of one case."""


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
    content: bytes,
    now: Any,
) -> DocumentView:
    """Keeps a document with the case, beside those of the same material; the same file twice is one. Raises
    NotFound, NotYourMove, FormNotEditable, UnknownMaterial, BodyTooLarge, TooManyFiles, and what
    opening.open_file raises."""
    matter = await _editable(session, matters, actor, case_id, lock=False)
    known = {m.code for m in matter.materials if not m.generated}
    if material not in known:
        fault = FieldError(
            pointer="?material", code="unknown_material", values={"known": sorted(known)}
        )
        raise UnknownMaterial(errors=[fault])
    if len(content) > MAX_BYTES:
        raise BodyTooLarge
    opened = await open_file(content)  # before anybody waits for the case
    await _editable(session, matters, actor, case_id)
    values = {
        "id": uuid.uuid4(),
        "case_id": case_id,
        "material": material,
        "filename": printable(filename),
        "media_type": opened.media_type,
        "size_bytes": len(opened.content),
        "digest": hashlib.sha256(opened.content).hexdigest(),
        "content": opened.content,
        "uploaded_at": now,
        "uploaded_by": actor.sub,
    }
    held = await store.files_of(session, case_id, material)
    same = next((each for each in held if each.digest == values["digest"]), None)
    if same is not None:
        return DocumentView.model_validate(same)
    if len(held) >= MOST_FILES:
        raise TooManyFiles
    await store.add_document(session, values)
    return DocumentView.model_validate(values)


async def remove(
    session: AsyncSession,
    matters: Mapping[str, Matter],
    actor: Actor,
    case_id: UUID,
    document_id: UUID,
    *,
    now: Any,
) -> None:
    """Takes a document out of what is handed in; the file stays on record. Raises NotFound, also for one that
    was taken out before, NotYourMove, FormNotEditable."""
    await _editable(session, matters, actor, case_id)
    if not await store.remove_document(session, case_id, document_id, now=now):
        raise NotFound


async def _editable(
    session: AsyncSession,
    matters: Mapping[str, Matter],
    actor: Actor,
    case_id: UUID,
    *,
    lock: bool = True,
) -> Matter:
    """The matter of a case that the caller may add to, the case locked."""
    row = await reading.find_case(session, case_id, actor, lock=lock)
    if row is None:
        raise NotFound
    matter = matters[row.matter]
    if not is_applicant(row, actor):
        raise NotYourMove
    if row.state not in matter.editable_in:
        raise FormNotEditable(extra={"state": row.state})
    return matter
