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
_PACKAGE = "services.finance.products"


async def seed_products(state: Any) -> None:
    """Insert or update the eight products and their parameters."""
    products = [_product(row) for row in read_rows(_PACKAGE, "products.csv")]
    parameters = [_parameter(row) for row in read_rows(_PACKAGE, "product_parameters.csv")]
    async with state.database.transaction() as session:
        await upsert(session, _PRODUCTS, ["code"], products)
        await upsert(session, _PARAMETERS, ["product_code", "key", "valid_from"], parameters)


def read_rows(package: str, name: str) -> list[dict[str, str]]:
    """The rows of a feature's data/<name>."""
    text = resources.files(package).joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _product(row: dict[str, str]) -> dict[str, Any]:
    return row | {
        "is_demo": True,
        "offered_from": date.fromisoformat(row["offered_from"]),
        "offered_to": day_or_none(row["offered_to"]),
        "version": 1,
    }


def _parameter(row: dict[str, str]) -> dict[str, Any]:
    return row | {
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": day_or_none(row["valid_to"]),
    }


def day_or_none(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


async def upsert(
    session: AsyncSession, table: Any, key: Sequence[str], rows: list[dict[str, Any]]
) -> None:
    """Insert rows or bring them up to date; `key` are the columns that name a row."""
    statement = insert(table)
    changed = {c.name: statement.excluded[c.name] for c in table.c if c.name not in key}
    await session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=changed), rows
    )
