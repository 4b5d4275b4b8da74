"""Queries on documents. Whether the caller may know the case is asked of kit.cases.reading before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.matters import Matter
from kit.tables import case_documents as documents

Connection = AsyncSession | AsyncConnection
COLUMNS = tuple(column for column in documents.c if column.name != "content")


async def add_document(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(documents), dict(values))


async def files_of(connection: Connection, case_id: UUID, material: str) -> list[Any]:
    """The current files of one material, the oldest first, without their content."""
    query = (
        select(*COLUMNS)
        .where(
            documents.c.case_id == case_id,
            documents.c.material == material,
            documents.c.replaced_at.is_(None),
        )
        .order_by(documents.c.uploaded_at, documents.c.id)
    )
    return list(await connection.execute(query))


async def remove_document(
    session: AsyncSession, case_id: UUID, document_id: UUID, *, now: datetime
) -> bool:
    """Marks a document as taken out. False where it is none of this case, or was before."""
    query = (
        update(documents)
        .where(
            documents.c.case_id == case_id,
            documents.c.id == document_id,
            documents.c.replaced_at.is_(None),
        )
        .values(replaced_at=now)
        .returning(documents.c.id)
    )
    return (await session.execute(query)).first() is not None


async def documents_of(connection: Connection, case_id: UUID) -> list[Any]:
    """The current documents of a case, without their content."""
    query = (
        select(*COLUMNS)
        .where(documents.c.case_id == case_id, documents.c.replaced_at.is_(None))
        .order_by(documents.c.material, documents.c.uploaded_at, documents.c.id)
    )
    return list(await connection.execute(query))


async def materials_since(connection: Connection, case_id: UUID, since: datetime) -> set[str]:
    """The materials of which a document was handed in after an instant."""
    query = select(documents.c.material).where(
        documents.c.case_id == case_id, documents.c.uploaded_at > since
    )
    return set((await connection.execute(query)).scalars())


async def find_document(connection: Connection, case_id: UUID, document_id: UUID) -> Any | None:
    query = select(documents).where(documents.c.case_id == case_id, documents.c.id == document_id)
    return (await connection.execute(query)).first()


async def missing_materials(
    connection: Connection, matter: Matter, case_id: UUID
) -> tuple[str, ...]:
    """Codes of the required materials that nobody has uploaded yet, in the matter's order."""
    held = {row.material for row in await documents_of(connection, case_id)}
    wanted = (m.code for m in matter.materials if m.required and not m.generated)
    return tuple(code for code in wanted if code not in held)
