"""The dated thresholds of admission, stay and graduation, from data/criteria.csv. Decides nothing."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources

from kit.criteria import Criterion, read_criteria


def load(package: str, name: str) -> Mapping[str, Sequence[Criterion]]:
    """The criteria of a feature's data file, by set."""
    return read_criteria(resources.files(package).joinpath("data", name).read_text("utf-8"))


@lru_cache(maxsize=1)
def criteria() -> Mapping[str, Sequence[Criterion]]:
    return load("services.carriers.tenancies", "criteria.csv")


def admission(carrier_type: str, applied_as: str) -> Sequence[Criterion]:
    """What a carrier of this type asks of a team or firm; a type without rules asks nothing."""
    return criteria().get(f"admission.{carrier_type}.{applied_as}", ())


def graduation(ground: str) -> Sequence[Criterion]:
    """What one ground of graduation asks."""
    return criteria()[f"graduation.{ground}"]


def stay_months(carrier_type: str, *, long_field: bool, on: date) -> int:
    """The longest stay in months. A long field counts where the type's own limit is shorter."""
    known = criteria()
    sets = [known.get(f"stay.{carrier_type}", known["stay.other"])]
    if long_field and carrier_type in ("incubator", "maker_space"):
        sets.append(known["stay.long_field"])
    return max(int(in_force(rows, on).threshold or 0) for rows in sets)


def latest_start(today: date) -> date:
    """The last day on which a stay that is applied for or offered today may start."""
    days = in_force(criteria()["start.any"], today).threshold or 0
    return today + timedelta(days=int(days))


def in_force(rows: Sequence[Criterion], on: date) -> Criterion:
    """The one of a key's rows that is in force. Raises LookupError where none is."""
    found = next((row for row in rows if row.in_force(on)), None)
    if found is None:
        raise LookupError(f"no parameter {rows[0].key} in force on {on}")
    return found
