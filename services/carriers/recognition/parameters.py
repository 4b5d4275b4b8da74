"""The numbers of recognition as dated data, each with its source. What the policies do not give is 演示.

Where a document is known only by its year, its values begin on that year's first day. Read once; pure.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from kit.criteria import Criterion, read_criteria

MAKER_SPACE_FILING = "maker_space_filing"


def _text(name: str) -> str:
    folder = resources.files("services.carriers.recognition").joinpath("data")
    return folder.joinpath(name).read_text("utf-8")


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(name).splitlines()))


def in_force(row: Mapping[str, str], on: date) -> bool:
    """Whether a row with `valid_from`, `valid_to` (its last day, or empty) holds on a day."""
    begun = date.fromisoformat(row["valid_from"]) <= on
    return begun and (not row["valid_to"] or on <= date.fromisoformat(row["valid_to"]))


@dataclass(frozen=True)
class CriteriaSet:
    """The criteria of one kind on one day in one region. Of the keys of one group in `any_of`, one
    is enough."""

    criteria: tuple[Criterion, ...]
    any_of: Mapping[str, str]

    def alternatives(self, key: str) -> list[str]:
        """The other keys of the same group."""
        group = self.any_of.get(key)
        return [k for k, g in self.any_of.items() if group and g == group and k != key]


@lru_cache(maxsize=64)
def criteria_set(kind: str, region_code: str, on: date) -> CriteriaSet:
    """What is asked on a day; in a hard region (艰苦边远地区) the relaxable thresholds are lower."""
    rows = [row for row in _rows("criteria.csv") if row["set"] == kind and in_force(row, on)]
    relaxable = {row["key"] for row in rows if row["relaxable"]}
    asked = [c for c in read_criteria(_text("criteria.csv")).get(kind, ()) if c.in_force(on)]
    if region_code in values("hard_region", on):
        factor = number("hard_region_factor", on)
        asked = [
            replace(c, threshold=c.threshold * factor)
            if c.threshold is not None and c.key in relaxable
            else c
            for c in asked
        ]
    return CriteriaSet(tuple(asked), {row["key"]: row["any_of"] for row in rows if row["any_of"]})


@lru_cache(maxsize=256)
def values(key: str, on: date) -> tuple[str, ...]:
    """Every value of a parameter on a day."""
    return tuple(
        row["value"] for row in _rows("parameters.csv") if row["key"] == key and in_force(row, on)
    )


def number(key: str, on: date) -> Decimal:
    """The one value of a parameter on a day. Raises LookupError where there is none."""
    found = values(key, on)
    if len(found) != 1:
        raise LookupError(f"{key} has {len(found)} values on {on}")
    return Decimal(found[0])


@lru_cache(maxsize=64)
def score_weights(on: date) -> Mapping[str, Decimal]:
    """The score sheet's items with their weights, which sum to 100 (else ValueError)."""
    rows = [row for row in _rows("score_sheet.csv") if in_force(row, on)]
    weights = {row["key"]: Decimal(row["weight"]) for row in rows}
    if sum(weights.values()) != 100:
        raise ValueError(f"the score sheet's weights sum to {sum(weights.values())}")
    return weights


def demo_experts() -> list[dict[str, str]]:
    """The invented experts of the demonstration."""
    return _rows("experts.csv")
