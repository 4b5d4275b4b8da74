"""Every query of the carrier list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.auth import region_prefix
from services.carriers.carriers.tables import Carrier, CarrierTier, CarrierType

# SQLModel hides the tables from mypy.
_CARRIERS = Carrier.__table__  # type: ignore[attr-defined]
_TYPES = CarrierType.__table__  # type: ignore[attr-defined]
_TIERS = CarrierTier.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class CarrierFilter:
    """What a caller looks for; None means any. `region` covers what lies under it."""

    type: str | None = None
    tier: str | None = None
    region: str | None = None
    field: str | None = None
    with_free_workstations: bool = False


async def list_carriers(
    connection: AsyncConnection,
    wanted: CarrierFilter,
    *,
    after: tuple[date, UUID] | None,
    limit: int,
) -> Sequence[Any]:
    """Up to `limit + 1` carriers, the youngest first."""
    key = tuple_(_CARRIERS.c.opened_on, _CARRIERS.c.id)
    statement = (
        select(_CARRIERS)
        .order_by(_CARRIERS.c.opened_on.desc(), _CARRIERS.c.id.desc())
        .limit(limit + 1)
    )
    for column, value in (
        (_CARRIERS.c.type, wanted.type),
        (_CARRIERS.c.tier, wanted.tier),
        (_CARRIERS.c.field, wanted.field),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.region is not None:
        prefix = region_prefix(wanted.region)
        statement = statement.where(_CARRIERS.c.region_code.startswith(prefix, autoescape=True))
    if wanted.with_free_workstations:
        statement = statement.where(_CARRIERS.c.free_workstations > 0)
    if after is not None:
        statement = statement.where(key < after)
    return (await connection.execute(statement)).all()


async def carrier_by_id(connection: AsyncConnection, carrier_id: UUID) -> Any | None:
    """One carrier row, or None."""
    return (await connection.execute(select(_CARRIERS).where(_CARRIERS.c.id == carrier_id))).first()


async def list_types(connection: AsyncConnection) -> Sequence[Any]:
    """Every type, in the order of its display."""
    return (await connection.execute(select(_TYPES).order_by(_TYPES.c.position))).all()


async def list_tiers(connection: AsyncConnection) -> Sequence[Any]:
    """Every tier, the lowest first."""
    return (await connection.execute(select(_TIERS).order_by(_TIERS.c.rank))).all()
