"""Every query on seats. A carrier is found for its operator only; counts are anybody's."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import TextClause, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor

Connection = AsyncSession | AsyncConnection
OVERLAPS = "23P01"  # exclusion_violation

_CARRIER = text("SELECT * FROM carriers WHERE reference = :code")
_OWN_CARRIER = text("SELECT * FROM carriers WHERE reference = :code AND operator_org = :org")
_LOCK = text(
    "SELECT id, number FROM workstations WHERE carrier_id = :carrier AND number = ANY(:numbers)"
    " AND open ORDER BY id FOR UPDATE"
)
_ALLOCATE = text(
    "INSERT INTO workstation_allocations (id, workstation_id, tenancy_id, period, planned_to, created_at)"
    " VALUES (:id, :workstation, :tenancy, daterange(CAST(:first AS date),"
    " CAST(:last AS date), '[]'), CAST(:last AS date), :now)"
)
_IN_THE_WAY = text(
    "SELECT a.tenancy_id, t.reference, a.note, lower(a.period) AS first, upper(a.period) - 1 AS last"
    " FROM workstation_allocations a LEFT JOIN tenancies t ON t.id = a.tenancy_id"
    " WHERE a.workstation_id = :workstation"
    " AND a.period && daterange(CAST(:first AS date), CAST(:last AS date), '[]')"
    " AND a.tenancy_id IS DISTINCT FROM CAST(:tenancy AS uuid) ORDER BY a.period LIMIT 1"
)
_RELEASE = text(
    "UPDATE workstation_allocations SET period ="
    " CASE WHEN lower(period) > CAST(:last AS date) THEN 'empty'::daterange"
    " ELSE daterange(lower(period), least(upper(period), CAST(:last AS date) + 1)) END"
    " WHERE tenancy_id = :tenancy AND NOT isempty(period)"
)
_EXTEND = text(
    "UPDATE workstation_allocations SET planned_to = CAST(:last AS date),"
    " period = daterange(lower(period), CAST(:last AS date), '[]')"
    " WHERE tenancy_id = :tenancy AND NOT isempty(period)"
)
_HELD = text(
    "SELECT w.id, w.number FROM workstation_allocations a JOIN workstations w ON w.id = a.workstation_id"
    " WHERE a.tenancy_id = :tenancy AND NOT isempty(a.period) ORDER BY w.id FOR UPDATE OF w"
)
_ADD = text(
    "INSERT INTO workstations (carrier_id, number, kind, area_m2) VALUES (:carrier, :number, :kind, :area_m2)"
    " ON CONFLICT (carrier_id, number) DO NOTHING RETURNING id"
)
_LIST = text(
    "SELECT w.id, w.number, w.kind, w.area_m2, w.open, a.tenancy_id, a.note, t.reference, t.name,"
    " lower(a.period) AS since_on, upper(a.period) - 1 AS until_on FROM workstations w"
    " LEFT JOIN workstation_allocations a ON a.workstation_id = w.id AND a.period @> CAST(:on AS date)"
    " LEFT JOIN tenancies t ON t.id = a.tenancy_id"
    " WHERE w.carrier_id = :carrier AND w.id > :after"
    " AND (NOT CAST(:free AS boolean) OR (w.open AND a.id IS NULL)) ORDER BY w.id LIMIT :limit"
)
_COUNTED = """SELECT w.carrier_id, count(*) AS total, count(*) FILTER (WHERE w.open AND NOT EXISTS (
    SELECT 1 FROM workstation_allocations a
    WHERE a.workstation_id = w.id AND a.period @> CAST(:on AS date))) AS free
  FROM workstations w"""
_BY_CARRIER = " GROUP BY w.carrier_id"
_OF_ONE = f"{_COUNTED} WHERE w.carrier_id = CAST(:carrier AS uuid){_BY_CARRIER}"
_OCCUPANCY = text(_OF_ONE)


def _refresh(counted: str) -> TextClause:
    return text(
        f"UPDATE carriers c SET workstations = n.total, free_workstations = n.free FROM ({counted}) n"  # noqa: S608
        " WHERE c.id = n.carrier_id"
        " AND (c.workstations, c.free_workstations) IS DISTINCT FROM (n.total, n.free)"
    )


_REFRESH_ONE, _REFRESH_ALL = _refresh(_OF_ONE), _refresh(_COUNTED + _BY_CARRIER)
_OPEN_CARRIERS = text(
    "SELECT c.reference AS code, c.name, c.type, c.region_code, c.free_workstations FROM carriers c"
    " WHERE EXISTS (SELECT 1 FROM workstations w WHERE w.carrier_id = c.id)"
    " AND (CAST(:after AS text) IS NULL OR c.reference > :after)"
    " ORDER BY reference LIMIT :limit"
)


async def find_carrier(connection: Connection, code: str) -> Any | None:
    """The carrier with this code, whoever runs it."""
    return (await connection.execute(_CARRIER, {"code": code})).first()


async def find_own_carrier(connection: Connection, actor: Actor, code: str) -> Any | None:
    """The carrier with this code if the actor is of its operator."""
    if not actor.has("carrier_operator"):
        return None
    values = {"code": code, "org": actor.organisation}
    return (await connection.execute(_OWN_CARRIER, values)).first()


async def lock_seats(session: AsyncSession, carrier: UUID, numbers: Sequence[str]) -> list[Any]:
    """The open seats with these numbers, locked in one order: two admissions wait, they do not deadlock."""
    values = {"carrier": carrier, "numbers": list(numbers)}
    return list(await session.execute(_LOCK, values))


async def allocate(
    session: AsyncSession,
    workstation: int,
    tenancy: UUID,
    *,
    first: date,
    last: date,
    now: datetime,
) -> bool:
    """Gives the seat for both days and those between; False where the database finds an overlap."""
    values = {
        "id": uuid4(),
        "workstation": workstation,
        "tenancy": tenancy,
        "first": first,
        "last": last,
        "now": now,
    }
    return await _tried(session, _ALLOCATE, values)


async def extend(session: AsyncSession, tenancy: UUID, *, last: date) -> bool:
    """Lengthens what a tenancy has; False where somebody else has a seat by then."""
    return await _tried(session, _EXTEND, {"tenancy": tenancy, "last": last})


async def _tried(session: AsyncSession, statement: Any, values: dict[str, Any]) -> bool:
    try:
        async with session.begin_nested():
            await session.execute(statement, values)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == OVERLAPS:
            return False
        raise
    return True


async def in_the_way(
    session: AsyncSession, workstation: int, *, tenancy: UUID | None, first: date, last: date
) -> Any | None:
    """Who has the seat in that period, first come."""
    values = {"workstation": workstation, "tenancy": tenancy, "first": first, "last": last}
    return (await session.execute(_IN_THE_WAY, values)).first()


async def release(session: AsyncSession, tenancy: UUID, *, last: date) -> None:
    """Cuts what a tenancy has to end on `last`; what had not begun then is as if it never were."""
    await session.execute(_RELEASE, {"tenancy": tenancy, "last": last})


async def held(session: AsyncSession, tenancy: UUID) -> list[Any]:
    """The seats of a tenancy, locked."""
    return list(await session.execute(_HELD, {"tenancy": tenancy}))


async def add(session: AsyncSession, values: dict[str, Any]) -> bool:
    """A new seat; False where the number is taken."""
    return (await session.execute(_ADD, values)).first() is not None


async def list_seats(
    connection: Connection, carrier: UUID, *, on: date, free: bool, after: int, limit: int
) -> list[Any]:
    """Up to `limit + 1` seats with who has them on the day."""
    values = {"carrier": carrier, "on": on, "free": free, "after": after, "limit": limit + 1}
    return list(await connection.execute(_LIST, values))


async def occupancy(connection: Connection, carrier: UUID, *, on: date) -> tuple[int, int]:
    """(seats, free ones) of a carrier on a day."""
    row = (await connection.execute(_OCCUPANCY, {"carrier": carrier, "on": on})).first()
    return (row.total, row.free) if row else (0, 0)


async def refresh_counts(session: AsyncSession, *, on: date, carrier: UUID | None = None) -> int:
    """Brings the counts on the carriers' rows to the day; returns how many changed."""
    one = {"carrier": carrier} if carrier is not None else {}
    done: Any = await session.execute(_REFRESH_ONE if one else _REFRESH_ALL, {"on": on, **one})
    return int(done.rowcount)


async def open_carriers(connection: Connection, *, after: str | None, limit: int) -> list[Any]:
    """Up to `limit + 1` carriers with numbered seats, by code."""
    values = {"after": after, "limit": limit + 1}
    return list(await connection.execute(_OPEN_CARRIERS, values))
