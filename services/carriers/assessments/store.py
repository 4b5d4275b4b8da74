"""Every query on assessments."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.carriers.assessments.tables import Assessment
from services.carriers.carriers.tables import Carrier
from services.carriers.recognition.tables import CarrierTitle

# SQLModel hides the tables from mypy.
_ASSESSMENTS = Assessment.__table__  # type: ignore[attr-defined]
_CARRIERS = Carrier.__table__  # type: ignore[attr-defined]
_TITLES = CarrierTitle.__table__  # type: ignore[attr-defined]
Connection = AsyncSession | AsyncConnection
WAITING = ("due", "reminded")
_ROW = select(
    _ASSESSMENTS, _CARRIERS.c.reference.label("carrier_code"), _CARRIERS.c.operator_org
).join(_CARRIERS, _CARRIERS.c.id == _ASSESSMENTS.c.carrier_id)
_GRADUATES = text(
    "SELECT count(*) FROM tenancies WHERE carrier_id = :carrier AND state = 'graduated'"
    " AND ended_on BETWEEN :from AND :to"
)
_TENANTS = text(
    "SELECT count(*) FROM tenancies WHERE carrier_id = :carrier AND starts_on <= :to"
    " AND coalesce(ended_on, ends_on) >= :from AND state NOT IN ('offered', 'lapsed', 'withdrawn')"
)


async def valid_titles(connection: Connection) -> Sequence[Any]:
    """Every title that stands, of a carrier whose type is assessed."""
    query = select(_TITLES.c.id, _TITLES.c.carrier_id, _TITLES.c.valid_from).where(
        _TITLES.c.status == "valid"
    )
    return (await connection.execute(query)).all()


async def open_year(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """False where the year is there already."""
    statement = pg_insert(_ASSESSMENTS).values(**values).on_conflict_do_nothing()
    done: Any = await session.execute(statement)
    return bool(done.rowcount == 1)


async def waiting(connection: Connection) -> Sequence[Any]:
    """Those without a report whose title stands, by year."""
    query = (
        _ROW.join(_TITLES, _TITLES.c.id == _ASSESSMENTS.c.title_id)
        .where(_ASSESSMENTS.c.state.in_(WAITING), _TITLES.c.status == "valid")
        .order_by(_ASSESSMENTS.c.year, _ASSESSMENTS.c.id)
    )
    return (await connection.execute(query)).all()


async def lock(session: AsyncSession, assessment_id: UUID) -> Any | None:
    query = _ROW.where(_ASSESSMENTS.c.id == assessment_id).with_for_update(of=_ASSESSMENTS)
    return (await session.execute(query)).first()


async def lock_for_report(session: AsyncSession, carrier_id: UUID, year: int) -> Any | None:
    """The year's row of the carrier's valid title, if a report is still wanted."""
    query = (
        _ROW.join(_TITLES, _TITLES.c.id == _ASSESSMENTS.c.title_id)
        .where(
            _ASSESSMENTS.c.carrier_id == carrier_id,
            _ASSESSMENTS.c.year == year,
            _ASSESSMENTS.c.state.in_(WAITING),
            _TITLES.c.status == "valid",
        )
        .with_for_update(of=_ASSESSMENTS)
    )
    return (await session.execute(query)).first()


async def of_case(session: AsyncSession, case_id: UUID) -> Any | None:
    query = _ROW.where(_ASSESSMENTS.c.case_id == case_id).with_for_update(of=_ASSESSMENTS)
    return (await session.execute(query)).first()


async def change(session: AsyncSession, assessment_id: UUID, **values: Any) -> None:
    await session.execute(
        update(_ASSESSMENTS).where(_ASSESSMENTS.c.id == assessment_id).values(**values)
    )


async def graded_years(connection: Connection, title_id: UUID) -> dict[int, str]:
    """Year → grade of one title."""
    query = select(_ASSESSMENTS.c.year, _ASSESSMENTS.c.grade).where(
        _ASSESSMENTS.c.title_id == title_id, _ASSESSMENTS.c.grade.is_not(None)
    )
    return {row.year: row.grade for row in await connection.execute(query)}


async def of_carrier(connection: Connection, carrier_id: UUID) -> Sequence[Any]:
    """Every year of a carrier, the latest first."""
    query = _ROW.where(_ASSESSMENTS.c.carrier_id == carrier_id)
    return (await connection.execute(query.order_by(_ASSESSMENTS.c.year.desc()))).all()


async def seen_in_year(
    connection: Connection, carrier_id: UUID, *, first: date, last: date
) -> tuple[int, int]:
    """Tenants and graduates of a period, as far as this platform has them."""
    values = {"carrier": carrier_id, "from": first, "to": last}
    tenants = (await connection.execute(_TENANTS, values)).scalar_one()
    graduates = (await connection.execute(_GRADUATES, values)).scalar_one()
    return int(tenants), int(graduates)
