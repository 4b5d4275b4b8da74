"""Every query of the product catalogue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.finance.products.tables import Product, ProductParameter

Connection = AsyncSession | AsyncConnection
_PRODUCTS = Product.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_PARAMETERS = ProductParameter.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """What a caller looks for; None means any."""

    kind: str | None = None
    borrower: str | None = None
    on: date | None = None
    online: bool | None = None


async def list_products(
    connection: Connection, wanted: ProductFilter, *, after: str | None, limit: int
) -> Sequence[Any]:
    """Up to `limit + 1` products, in order of their code."""
    statement = select(_PRODUCTS).order_by(_PRODUCTS.c.code).limit(limit + 1)
    if wanted.kind is not None:
        statement = statement.where(_PRODUCTS.c.kind == wanted.kind)
    if wanted.borrower is not None:
        statement = statement.where(_PRODUCTS.c.borrower == wanted.borrower)
    if wanted.on is not None:
        statement = statement.where(
            *_in_force(_PRODUCTS.c.offered_from, _PRODUCTS.c.offered_to, wanted.on)
        )
        if wanted.online is not None:
            pooled = _PRODUCTS.c.code.in_(_pooled(wanted.on))
            statement = statement.where(pooled if wanted.online else ~pooled)
    if after is not None:
        statement = statement.where(_PRODUCTS.c.code > after)
    return (await connection.execute(statement)).all()


def _pooled(on: date) -> Select[Any]:
    """Products whose risk a pool shares: only these are applied for through this platform."""
    return select(_PARAMETERS.c.product_code).where(
        _PARAMETERS.c.key == "pool",
        *_in_force(_PARAMETERS.c.valid_from, _PARAMETERS.c.valid_to, on),
    )


async def product_by_code(connection: Connection, code: str) -> Any | None:
    """One product row, or None."""
    return (await connection.execute(select(_PRODUCTS).where(_PRODUCTS.c.code == code))).first()


async def parameters_of(
    connection: Connection, codes: Sequence[str], *, on: date
) -> dict[str, list[Any]]:
    """The parameters in force on a day, by product, in order of their key."""
    statement: Select[Any] = (
        select(_PARAMETERS)
        .where(
            _PARAMETERS.c.product_code.in_(codes),
            *_in_force(_PARAMETERS.c.valid_from, _PARAMETERS.c.valid_to, on),
        )
        .order_by(_PARAMETERS.c.product_code, _PARAMETERS.c.key)
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in await connection.execute(statement):
        found[row.product_code].append(row)
    return found


def covering(region_code: str) -> list[str]:
    """The region codes that cover a county: itself, its city, its province (980101 → 980100, 980000)."""
    return [region_code, f"{region_code[:4]}00", f"{region_code[:2]}0000"]


async def offered_in(connection: Connection, region_code: str, *, on: date) -> Sequence[Any]:
    """The products offered in a region on a day, in order of their code."""
    statement = (
        select(_PRODUCTS)
        .where(
            _PRODUCTS.c.region_code.in_(covering(region_code)),
            *_in_force(_PRODUCTS.c.offered_from, _PRODUCTS.c.offered_to, on),
        )
        .order_by(_PRODUCTS.c.code)
    )
    return (await connection.execute(statement)).all()


async def numbers_of(connection: Connection, code: str, *, on: date) -> dict[str, str]:
    """One product's parameters in force on a day: key → value as it is written."""
    rows = (await parameters_of(connection, [code], on=on)).get(code, [])
    return {row.key: row.value for row in rows}


def _in_force(first: Any, last: Any, day: date) -> tuple[Any, Any]:
    """Both days belong to the period (以上 / 以下 include, domain.md 0)."""
    return first <= day, or_(last.is_(None), last >= day)
