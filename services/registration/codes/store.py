"""Every query on segments and codes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

COLUMNS = "id, authority_code, prefix, first_seq, next_seq, end_seq, opened_at, opened_by"

FIND_BY_CASE = text(
    "SELECT uscc, org_code, case_id, issued_at FROM allocated_codes WHERE case_id = :case_id"
)

# One row, locked; SKIP LOCKED spreads authorities that opened several segments, and the second
# form waits where all of them are in use.
_TAKE = """
UPDATE code_segments SET next_seq = next_seq + 1
WHERE id = (SELECT id FROM code_segments
            WHERE authority_code = :authority_code AND next_seq <= end_seq
            ORDER BY opened_at, id LIMIT 1 FOR UPDATE {skip})
RETURNING id, prefix, next_seq - 1 AS sequence
"""
TAKE_FREE = text(_TAKE.format(skip="SKIP LOCKED"))
TAKE_WAITING = text(_TAKE.format(skip=""))

RECORD = text("""
INSERT INTO allocated_codes
  (uscc, org_code, legacy_reg_no, case_id, segment_id, authority_code, issued_at)
VALUES (:uscc, :org_code, NULL, :case_id, :segment_id, :authority_code, :issued_at)
ON CONFLICT DO NOTHING
RETURNING uscc
""")

BURN = text("""
INSERT INTO allocated_codes
  (uscc, org_code, legacy_reg_no, case_id, segment_id, authority_code, issued_at)
VALUES (:uscc, substr(:uscc, 9, 9), NULL, NULL, NULL, :authority_code, :issued_at)
ON CONFLICT DO NOTHING
""")

OPEN = text("""
INSERT INTO code_segments
  (id, authority_code, prefix, first_seq, next_seq, end_seq, opened_at, opened_by)
VALUES (:id, :authority_code, :prefix, :first_seq, :first_seq, :end_seq, :opened_at, :opened_by)
""")

FIND_OVERLAPPING = text("""
SELECT id FROM code_segments
WHERE int8range(base_value + first_seq, base_value + end_seq, '[]')
      && int8range(:first_value, :last_value, '[]')
LIMIT 1
""")

FIND_SEGMENT = text(f"SELECT {COLUMNS} FROM code_segments WHERE id = :id")  # noqa: S608  constants

_LIST = """
SELECT {columns} FROM code_segments
WHERE (CAST(:authority_code AS TEXT) IS NULL OR authority_code = :authority_code) {after}
ORDER BY opened_at, id LIMIT :limit
"""
LIST_FIRST = text(_LIST.format(columns=COLUMNS, after=""))
LIST_AFTER = text(
    _LIST.format(columns=COLUMNS, after="AND (opened_at, id) > (:opened_at, :after_id)")
)


async def find_code_of_case(session: AsyncSession, case_id: UUID) -> Row[Any] | None:
    """The code that a case already has."""
    return (await session.execute(FIND_BY_CASE, {"case_id": case_id})).first()


async def take_number(session: AsyncSession, authority_code: str) -> Row[Any] | None:
    """The next number of an authority, its segment locked until the transaction ends; None when
    there is none left."""
    for statement in (TAKE_FREE, TAKE_WAITING):
        found = await _first(session, statement, authority_code)
        if found is not None:
            return found
    return None


async def _first(session: AsyncSession, statement: TextClause, authority: str) -> Row[Any] | None:
    return (await session.execute(statement, {"authority_code": authority})).first()


async def record_code(session: AsyncSession, **values: Any) -> bool:
    """Writes a code; False when it, or a code for this case, exists already."""
    return (await session.execute(RECORD, values)).first() is not None


async def burn_code(session: AsyncSession, **values: Any) -> None:
    """Writes down a code that was given out by a state of this database that is lost."""
    await session.execute(BURN, values)


async def open_segment(session: AsyncSession, **values: Any) -> None:
    """Inserts a segment; the database raises 23P01 when it meets another."""
    await session.execute(OPEN, values)


async def find_overlapping(session: AsyncSession, first_value: int, last_value: int) -> UUID | None:
    """A segment that holds any of these numbers."""
    values = {"first_value": first_value, "last_value": last_value}
    found: UUID | None = (await session.execute(FIND_OVERLAPPING, values)).scalar()
    return found


async def find_segment(connection: AsyncConnection, segment_id: UUID) -> Row[Any] | None:
    """One segment."""
    return (await connection.execute(FIND_SEGMENT, {"id": segment_id})).first()


async def list_segments(
    connection: AsyncConnection,
    *,
    authority_code: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Segments in the order in which they were opened, up to `limit`."""
    values: dict[str, Any] = {"authority_code": authority_code, "limit": limit}
    if after is None:
        return (await connection.execute(LIST_FIRST, values)).all()
    values |= {"opened_at": after[0], "after_id": after[1]}
    return (await connection.execute(LIST_AFTER, values)).all()
