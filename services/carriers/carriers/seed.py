"""Loads types, tiers and the demonstration carriers from data/*.csv. May run again.

All carriers are invented (`is_demo`) and lie in the open sea, so that no real building is meant. A second
run brings types and tiers up to date and adds no carrier.
"""

import csv
import json
import uuid
from collections.abc import Sequence
from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.carriers.carriers.tables import Carrier, CarrierTier, CarrierType
from services.carriers.carriers.words import words_of

# SQLModel hides the tables from mypy.
_CARRIERS = Carrier.__table__  # type: ignore[attr-defined]
_TYPES = CarrierType.__table__  # type: ignore[attr-defined]
_TIERS = CarrierTier.__table__  # type: ignore[attr-defined]
_NAMESPACE = uuid.UUID("98010000-0000-5000-8000-000000000000")


async def seed_carriers(state: Any) -> None:
    """Insert or update types, tiers and the demonstration carriers."""
    async with state.database.transaction() as session:
        await _upsert(
            session,
            _TYPES,
            ["code"],
            [_numbered(r, "position") for r in _rows("carrier_types.csv")],
        )
        await _upsert(
            session, _TIERS, ["code"], [_numbered(r, "rank") for r in _rows("carrier_tiers.csv")]
        )
        await _insert_new(session, [_carrier(row) for row in _rows("carriers.csv")])


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("services.carriers.carriers").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _numbered(row: dict[str, str], field: str) -> dict[str, Any]:
    return row | {field: int(row[field])}


def _carrier(row: dict[str, str]) -> dict[str, Any]:
    numbers = {name: int(row[name]) for name in ("area_m2", "workstations", "free_workstations")}
    parts = ("workstation_area_m2", "public_area_m2")
    lists = {name: row[name].split() for name in ("fields", "brands", "spaces")}
    empty = ("field", "site_origin", "operator_type", "bounds_zh")
    return (
        row
        | numbers
        | lists
        | {name: int(row[name]) if row[name] else None for name in parts}
        | {name: row[name] or None for name in empty}
        | vars(words_of(row["name"], row["address"]))
        | {
            "id": uuid.uuid5(_NAMESPACE, row["reference"]),
            "lat": float(row["lat"]),
            "lon": float(row["lon"]),
            "boundary": json.loads(row["boundary"]) if row["boundary"] else None,
            "jointly_built": bool(row["jointly_built"]),
            "opened_on": date.fromisoformat(row["opened_on"]),
            "is_demo": True,
            "version": 1,
        }
    )


async def _upsert(
    session: AsyncSession, table: Any, key: Sequence[str], rows: list[dict[str, Any]]
) -> None:
    statement = insert(table)
    given = set(rows[0]) - set(key)
    changed = {name: statement.excluded[name] for name in given}
    await session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=changed), rows
    )


async def _insert_new(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Carriers that are not there yet. What has lived (titles, tenants, edits) is not set back."""
    await session.execute(insert(_CARRIERS).on_conflict_do_nothing(), rows)
