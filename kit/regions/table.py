"""GB/T 2260 with its history: every region that is or was, and the demonstration province.

Read once from the CSV files beside this module and kept (about 7,500 rows). A look-up that depends on
time takes the day. Every process reads the same table, so that a region means the same in each of them.
Sources and dates: data/README.md.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Region:
    """A GB/T 2260 code under one name; in force from `valid_from` until before `valid_to`."""

    code: str
    name_zh: str
    name_en: str
    level: str
    parent: str | None
    full_name_zh: str
    valid_from: date
    valid_to: date | None
    successor: str | None
    is_demo: bool

    def in_force(self, on: date) -> bool:
        """Whether the region exists on that day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def _rows_of(name: str) -> Iterator[Mapping[str, str]]:
    """The lines of one packaged file."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def regions() -> tuple[Region, ...]:
    """Every region that is or was, real ones first by code, the demo province last."""
    return tuple(
        Region(
            code=row["code"],
            name_zh=row["name"],
            name_en=row["name_en"],
            level=row["level"],
            parent=row["parent"] or None,
            full_name_zh=row["full_name"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            successor=row["successor"] or None,
            is_demo=is_demo,
        )
        for file, is_demo in (("regions.csv", False), ("regions_demo.csv", True))
        for row in _rows_of(file)
    )


@cache
def known_codes() -> frozenset[str]:
    """Codes of all times, of regions and of the registration authorities of development zones."""
    authorities = {row["code"] for row in _rows_of("authority_regions.csv")}
    return frozenset(region.code for region in regions()) | authorities


@cache
def _regions_by_code() -> Mapping[str, tuple[Region, ...]]:
    found: dict[str, list[Region]] = defaultdict(list)
    for region in regions():
        found[region.code].append(region)
    return {code: tuple(rows) for code, rows in found.items()}


@lru_cache(maxsize=16)
def regions_on(day: date) -> tuple[Region, ...]:
    """The regions of that day by code; a few days are kept, because most callers ask of today."""
    return tuple(sorted((r for r in regions() if r.in_force(day)), key=lambda r: r.code))


def region(code: str, *, on: date) -> Region | None:
    """The region with this code on that day, None when there is none then."""
    return next((r for r in _regions_by_code().get(code, ()) if r.in_force(on)), None)


def region_history(code: str) -> tuple[Region, ...]:
    """All names that a code ever had, oldest first; empty for an unknown code."""
    return _regions_by_code().get(code, ())


def city_of(code: str) -> str:
    """The prefecture-level code above a region: the `same authority` of 名称规定 art. 17.

    A municipality or province stands for itself: 110101 → 110000, 321102 → 321100.
    """
    city = code[:4] + "00"
    rows = _regions_by_code().get(city, ())
    return city if any(r.level == "prefecture" for r in rows) else code[:2] + "0000"
