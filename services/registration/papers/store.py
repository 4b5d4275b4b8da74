"""Queries on papers. Whether the caller may know the case is asked of kit.cases.reading before."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.registration.papers.tables import Paper

Connection = AsyncSession | AsyncConnection
papers = cast(Table, Paper.__table__)  # type: ignore[attr-defined]


async def versions(connection: Connection, case_id: UUID) -> dict[str, int]:
    """The newest version of each paper of a case."""
    query = (
        select(papers.c.code, func.max(papers.c.version).label("newest"))
        .where(papers.c.case_id == case_id)
        .group_by(papers.c.code)
    )
    return {row.code: row.newest for row in await connection.execute(query)}


async def keep(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    await session.execute(insert(papers), [dict(row) for row in rows])


async def papers_of(connection: Connection, case_id: UUID) -> list[Any]:
    """Every version of every paper, in the order in which they were written."""
    query = (
        select(papers)
        .where(papers.c.case_id == case_id)
        .order_by(papers.c.made_at, papers.c.content["place"].as_integer(), papers.c.version)
    )
    return list(await connection.execute(query))
