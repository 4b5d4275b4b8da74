"""The numbers that the policies aim at, beside what the register counts today.

A target is a row with its operator: 超过 excludes the number, 不少于 includes it, 左右 means within a fifth
(domain.md 0). Actual numbers are computed, never typed in. `GET /carrier-targets`.
"""

import csv
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Query
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.auth import Anyone
from kit.db import Reader
from kit.http import Router
from kit.regions import RegionCode, region_prefix
from kit.schemas import Label, Out

router: APIRouter = Router(tags=["carriers"])
ABOUT = Decimal("0.2")
Operator = Literal[">", ">=", "about"]
_COUNTED = text(
    "SELECT coalesce(sum(carriers), 0) FROM carrier_counts WHERE region = :region AND NOT room"
    " AND type = ANY(CAST(:types AS text[])) AND tier = ANY(CAST(:tiers AS text[]))"
    " AND (CASE WHEN :specialised THEN field <> '' ELSE field = '' END)"
)
_BRANDED = text(
    "SELECT count(*) FROM carriers WHERE tokens @> ARRAY[CAST(:brand AS text)]"
    " AND starts_with(region_code, :region)"
)
_COVERAGE = text(
    "SELECT region AS region_code, carriers FROM carrier_counts WHERE type = 'maker_space'"
    " AND tier = '' AND field = '' AND NOT room AND length(region) = 6 AND carriers > 0"
    " AND starts_with(region, :region) ORDER BY region"
)


class CarrierTargetView(Out):
    """A target of a policy. `met` says whether the actual number reaches it."""

    row: str
    label: Label
    operator: Operator
    target: int
    actual: int
    met: bool
    due_on: date
    scope: Literal["province", "city"]
    source_document: str
    source_clause: str


class CoverageView(Out):
    """How many maker spaces a county has; a county that is missing here has none."""

    region_code: str
    carriers: int


class CarrierTargetsView(Out):
    """Targets and the coverage by county (全覆盖)."""

    region_code: str
    targets: list[CarrierTargetView]
    maker_spaces_by_county: list[CoverageView]


def reached(operator: Operator, target: int, actual: int) -> bool:
    """超过 is more than, 不少于 at least, 左右 within a fifth below (more is never a failure)."""
    if operator == ">":
        return actual > target
    return actual >= (target * (1 - ABOUT) if operator == "about" else target)


@lru_cache(maxsize=1)
def _rows() -> list[dict[str, str]]:
    folder = resources.files("services.carriers.carriers").joinpath("data")
    return list(csv.DictReader(folder.joinpath("targets.csv").read_text("utf-8").splitlines()))


async def _actual(connection: AsyncConnection, row: dict[str, str], region: str) -> int:
    if row["brand"]:
        values: dict[str, Any] = {"brand": row["brand"], "region": region}
        return int((await connection.execute(_BRANDED, values)).scalar_one())
    values = {
        "region": region,
        "types": row["types"].split(),
        "tiers": row["tiers"].split() or [""],
        "specialised": bool(row["specialised"]),
    }
    return int((await connection.execute(_COUNTED, values)).scalar_one())


@router.get(
    "/carrier-targets",
    summary="What the policies aim at, and what is there",
    operation_id="listCarrierTargets",
)
async def list_targets(
    _: Anyone,
    reader: Reader,
    region: Annotated[RegionCode, Query()] = "980000",
) -> CarrierTargetsView:
    """Counted for the region that is asked for, whatever the scope of the policy was."""
    prefix = region_prefix(region)
    found = []
    for row in _rows():
        actual = await _actual(reader, row, prefix)
        operator = cast(Operator, row["operator"])
        found.append(
            CarrierTargetView(
                row=row["row"],
                label=Label(zh=row["zh"], en=row["en"]),
                operator=operator,
                target=int(row["value"]),
                actual=actual,
                met=reached(operator, int(row["value"]), actual),
                due_on=date.fromisoformat(row["due_on"]),
                scope=row["scope"],
                source_document=row["source_document"],
                source_clause=row["source_clause"],
            )
        )
    counties = (await reader.execute(_COVERAGE, {"region": prefix})).all()
    return CarrierTargetsView(
        region_code=region,
        targets=found,
        maker_spaces_by_county=[CoverageView.model_validate(c) for c in counties],
    )
