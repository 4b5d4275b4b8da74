"""Loads the demonstration products from data/*.csv. May run again: it brings rows up to date.

The products' numbers are invented where the sources give none (domain.md 4, 9): all are `is_demo`.
"""

import csv
from collections.abc import Sequence
from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.finance.products.tables import Product, ProductParameter

_PRODUCTS = Product.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_PARAMETERS = ProductParameter.__table__  # type: ignore[attr-defined]


async def seed_products(state: Any) -> None:
    """Insert or update the eight products and their parameters."""
    products = [_product(row) for row in _rows("products.csv")]
    parameters = [_parameter(row) for row in _rows("product_parameters.csv")]
    async with state.database.transaction() as session:
        await _upsert(session, _PRODUCTS, ["code"], products)
        await _upsert(session, _PARAMETERS, ["product_code", "key", "valid_from"], parameters)


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("services.finance.products").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _product(row: dict[str, str]) -> dict[str, Any]:
    return row | {
        "is_demo": True,
        "offered_from": date.fromisoformat(row["offered_from"]),
        "offered_to": _day(row["offered_to"]),
        "version": 1,
    }


def _parameter(row: dict[str, str]) -> dict[str, Any]:
    return row | {
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": _day(row["valid_to"]),
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


async def _upsert(
    session: AsyncSession, table: Any, key: Sequence[str], rows: list[dict[str, Any]]
) -> None:
    statement = insert(table)
    changed = {c.name: statement.excluded[c.name] for c in table.c if c.name not in key}
    await session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=changed), rows
    )
