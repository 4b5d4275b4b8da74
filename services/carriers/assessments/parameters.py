"""Indicators and grades as dated data. No official sheet is public: all numbers are 演示."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from services.carriers.recognition.parameters import in_force

CARRIER_TYPE = "maker_space"
BONUS = "bonus"
SERVED_FROM = (6, 30)
"""A title given by this day of a year is assessed for that year (演示)."""
REMINDER_ON, DUE_ON = (3, 15), (3, 31)
"""Of the following year (演示)."""
GRACE_DAYS = 15
"""After a reminder there is at least this much time (演示)."""


@dataclass(frozen=True)
class Indicator:
    """One line of the sheet: `weight` points for a value of `full_at` or more, in proportion below."""

    key: str
    group: str
    weight: Decimal
    kind: str
    full_at: Decimal
    unit: str
    zh: str
    en: str


def _rows(name: str) -> list[dict[str, str]]:
    folder = resources.files("services.carriers.assessments").joinpath("data")
    return list(csv.DictReader(folder.joinpath(name).read_text("utf-8").splitlines()))


@lru_cache(maxsize=64)
def indicator_set(carrier_type: str, on: date) -> tuple[str, tuple[Indicator, ...]]:
    """The version and lines in force on a day. ValueError where the weights without bonus are not 100."""
    rows = [r for r in _rows("indicators.csv") if r["set"] == carrier_type and in_force(r, on)]
    found = tuple(
        Indicator(
            key=r["key"],
            group=r["group"],
            weight=Decimal(r["weight"]),
            kind=r["kind"],
            full_at=Decimal(r["full_at"]),
            unit=r["unit"],
            zh=r["zh"],
            en=r["en"],
        )
        for r in rows
    )
    weights = sum(i.weight for i in found if i.group != BONUS)
    if rows and weights != 100:
        raise ValueError(f"the weights of {carrier_type} sum to {weights} on {on}")
    return (rows[0]["version"] if rows else ""), found


@lru_cache(maxsize=64)
def grades(on: date) -> tuple[tuple[str, Decimal], ...]:
    """Grades with their least score, the best first."""
    rows = [r for r in _rows("grades.csv") if in_force(r, on)]
    found = [(r["grade"], Decimal(r["at_least"])) for r in rows]
    return tuple(sorted(found, key=lambda pair: pair[1], reverse=True))


def last_day_to_report(year: int) -> date:
    """Of a year's report: in the year after."""
    return date(year + 1, *DUE_ON)


def reminder_day(year: int) -> date:
    return date(year + 1, *REMINDER_ON)
