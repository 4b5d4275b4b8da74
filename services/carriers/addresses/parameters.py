"""The dated numbers of hosted addresses, from data/parameters.csv; all of them 演示."""

from datetime import date
from functools import lru_cache

from kit.criteria import Criterion
from services.carriers.tenancies.parameters import in_force, load


@lru_cache(maxsize=1)
def _rows() -> list[Criterion]:
    return list(load("services.carriers.addresses", "parameters.csv")["address"])


def number(key: str, *, on: date) -> int:
    """A parameter on a day: firms_per_address, uses_per_grant, grace_days."""
    found = in_force([row for row in _rows() if row.key == key], on)
    return int(found.threshold or 0)
