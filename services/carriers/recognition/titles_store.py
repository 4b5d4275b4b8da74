"""Every query on titles."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.carriers.carriers.tables import Carrier, CarrierTier
from services.carriers.recognition.tables import CarrierTitle

# SQLModel hides the tables from mypy.
_TITLES = CarrierTitle.__table__  # type: ignore[attr-defined]
_CARRIERS = Carrier.__table__  # type: ignore[attr-defined]
_TIERS = CarrierTier.__table__  # type: ignore[attr-defined]
Connection = AsyncSession | AsyncConnection
_NUMBER = text(
    "INSERT INTO title_numbers AS n (year, last) VALUES (:year, 1)"
    " ON CONFLICT (year) DO UPDATE SET last = n.last + 1 RETURNING last"
)
_WITH_CARRIER = select(
    _TITLES,
    _CARRIERS.c.reference.label("carrier_code"),
    _CARRIERS.c.name.label("carrier_name"),
    _CARRIERS.c.region_code,
    _CARRIERS.c.operator_org,
).join(_CARRIERS, _CARRIERS.c.id == _TITLES.c.carrier_id)


async def next_number(session: AsyncSession, year: int) -> int:
    """The next of the year's numbers; a gap can only come from a transaction that failed."""
    return int((await session.execute(_NUMBER, {"year": year})).scalar_one())


async def insert_title(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(_TITLES), dict(values))


async def find_valid(connection: Connection, carrier_id: UUID, kind: str) -> Any | None:
    """The carrier's title of this kind that stands, or None."""
    query = _WITH_CARRIER.where(
        _TITLES.c.carrier_id == carrier_id, _TITLES.c.kind == kind, _TITLES.c.status == "valid"
    )
    return (await connection.execute(query)).first()


async def find_title(connection: Connection, number: str, *, lock: bool = False) -> Any | None:
    query = _WITH_CARRIER.where(_TITLES.c.number == number)
    if lock:
        query = query.with_for_update(of=_TITLES)
    return (await connection.execute(query)).first()


async def lock_title(session: AsyncSession, title_id: UUID) -> Any | None:
    query = _WITH_CARRIER.where(_TITLES.c.id == title_id).with_for_update(of=_TITLES)
    return (await session.execute(query)).first()


async def titles_of(connection: Connection, carrier_id: UUID) -> Sequence[Any]:
    """Every title that the carrier has had, the latest first."""
    query = _WITH_CARRIER.where(_TITLES.c.carrier_id == carrier_id)
    return (await connection.execute(query.order_by(_TITLES.c.valid_from.desc()))).all()


async def list_titles(
    connection: Connection, *, status: str | None, after: str | None, limit: int
) -> Sequence[Any]:
    """Up to `limit + 1` titles, by number."""
    query = _WITH_CARRIER.order_by(_TITLES.c.number).limit(limit + 1)
    if status is not None:
        query = query.where(_TITLES.c.status == status)
    if after is not None:
        query = query.where(_TITLES.c.number > after)
    return (await connection.execute(query)).all()


async def end_title(session: AsyncSession, title_id: UUID, values: Mapping[str, Any]) -> bool:
    """False where it has ended already."""
    statement = (
        update(_TITLES)
        .where(_TITLES.c.id == title_id, _TITLES.c.status == "valid")
        .values(version=_TITLES.c.version + 1, **values)
    )
    done: Any = await session.execute(statement)
    return bool(done.rowcount == 1)


async def overdue(session: AsyncSession, today: date) -> list[UUID]:
    """Titles whose last day has passed."""
    query = select(_TITLES.c.id).where(_TITLES.c.status == "valid", _TITLES.c.valid_to < today)
    return list((await session.execute(query)).scalars())


async def best_tier(connection: Connection, carrier_id: UUID) -> str | None:
    """The highest tier that the carrier's valid titles give, or None."""
    query = (
        select(_TITLES.c.tier)
        .join(_TIERS, _TIERS.c.code == _TITLES.c.tier)
        .where(_TITLES.c.carrier_id == carrier_id, _TITLES.c.status == "valid")
        .order_by(_TIERS.c.rank.desc())
        .limit(1)
    )
    return (await connection.execute(query)).scalar_one_or_none()


async def rank_of(connection: Connection, tier: str) -> int:
    query = select(_TIERS.c.rank).where(_TIERS.c.code == tier)
    return int((await connection.execute(query)).scalar_one())
