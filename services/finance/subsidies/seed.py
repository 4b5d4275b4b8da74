"""Loads the scheme's demonstration parameters from data/. May run again: it brings rows up to date."""

import csv
from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from services.finance.subsidies.tables import SubsidyParameter

_PARAMETERS = SubsidyParameter.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_KEY = ("key", "coverage", "valid_from")


async def seed_subsidies(state: Any) -> None:
    """Insert or update the parameters of the premium subsidy."""
    folder = resources.files("services.finance.subsidies")
    text = folder.joinpath("data", "subsidy_parameters.csv").read_text("utf-8")
    rows = [_parameter(row) for row in csv.DictReader(text.splitlines())]
    statement = insert(_PARAMETERS)
    changed = {c.name: statement.excluded[c.name] for c in _PARAMETERS.c if c.name not in _KEY}
    async with state.database.transaction() as session:
        await session.execute(
            statement.on_conflict_do_update(index_elements=list(_KEY), set_=changed), rows
        )


def _parameter(row: dict[str, str]) -> dict[str, Any]:
    last = row["valid_to"]
    return row | {
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": date.fromisoformat(last) if last else None,
    }
