"""What ratings make of a provider, as a pure function; thresholds are dated parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from services.carriers.tenancies.parameters import in_force, load


@dataclass(frozen=True)
class Thresholds:
    """`ratings_min` ratings are needed; below an average of `warning_below` a provider is warned, below
    `suspended_below` suspended."""

    ratings_min: Decimal
    warning_below: Decimal
    suspended_below: Decimal


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, list[object]]:
    found: dict[str, list[object]] = {}
    for row in load("services.carriers.service_ledger", "parameters.csv")["service"]:
        found.setdefault(row.key, []).append(row)
    return found


def thresholds(on: date) -> Thresholds:
    """The parameters in force on a day."""
    numbers = {
        key: in_force(rows, on).threshold or Decimal(0)  # type: ignore[arg-type]
        for key, rows in _rows().items()
    }
    return Thresholds(**numbers)


def average(total: int, ratings: int) -> Decimal | None:
    """Stars on average, two decimals, half up; None without a rating."""
    if ratings == 0:
        return None
    exact = Decimal(total) / Decimal(ratings)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def standing(present: str, *, total: int, ratings: int, limits: Thresholds) -> str:
    """Where the ratings put a provider. A suspension is lifted by a person only, never by a rating."""
    if present in ("suspended", "removed") or ratings < limits.ratings_min:
        return present
    exact = Decimal(total) / Decimal(ratings)
    if exact < limits.suspended_below:
        return "suspended"
    return "warning" if exact < limits.warning_below else "active"
