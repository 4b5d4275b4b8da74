"""The Chinese working-day calendar: which day is worked, and when a legal period ends.

Licensing limits run in working days (行政许可法 art. 82), all other legal periods in calendar
days, months or years (民法典 arts. 200-203). Both live here so that no feature counts days of
its own. This file must not read the clock, a database or settings: days come in, days go out.

The days off come from `chinesecalendar` (State Council notices, 2004-2026). Until next year's notice is
out, its statutory holidays are off (kit/holidays.py), the other days are Monday to Friday, and
`provisional(year)` says that moved working days may still change the answer.
"""

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

from chinese_calendar import holidays as _days_off
from chinese_calendar import workdays as _moved_workdays

from kit.holidays import statutory_days_off

ANNOUNCED_YEARS = frozenset(day.year for day in _days_off)
"""Years for which the bundled data holds the State Council's notice."""

_ONE_DAY = timedelta(days=1)
_LONGEST_SEARCH = 366
"""A run of days off longer than a year is an error in the overrides, not a holiday."""


class WorkCalendar:
    """Answers for one set of overrides; immutable, cheap to make, safe to share.

    `overrides` maps a day to True (worked) or False (off) and wins over everything else.
    `announced_years` names years whose overrides are complete, so no longer provisional.
    """

    def __init__(
        self,
        overrides: Mapping[date, bool] | None = None,
        *,
        announced_years: Collection[int] = (),
    ) -> None:
        self._overrides = dict(overrides or {})
        self._announced = ANNOUNCED_YEARS | frozenset(announced_years)

    def is_workday(self, day: date) -> bool:
        """Whether offices work on `day`: overrides, then the notice, then the law."""
        if day in self._overrides:
            return self._overrides[day]
        if day in _moved_workdays:
            return True
        if day.weekday() >= 5 or day in _days_off:
            return False
        return not self.provisional(day.year) or day not in statutory_days_off(day.year)

    def provisional(self, year: int) -> bool:
        """Whether `year` has no notice yet, so that its answers may still move."""
        return year not in self._announced

    def add_workdays(self, start: date, n: int) -> date:
        """The n-th working day after `start`, which itself never counts (民法典 art. 201).

        `n` is at least 0; 0 gives `start` back. Raises ValueError for a negative `n`.
        """
        if n < 0:
            raise ValueError("a time limit cannot be negative")
        day = start
        for _ in range(n):
            day = self._next_workday(day + _ONE_DAY)
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`.

        The inverse of `add_workdays`; negative when `end` is before `start` (days overdue).
        """
        if end < start:
            return -self.workdays_between(end, start)
        return sum(self.is_workday(day) for day in _days(start + _ONE_DAY, end))

    def end_of_period(
        self,
        start: date,
        *,
        days: int = 0,
        months: int = 0,
        years: int = 0,
        extend_on_holiday: bool = True,
    ) -> date:
        """The last day of a period of calendar days, months or years (民法典 arts. 200-203).

        The starting day does not count. Months and years end on the corresponding day, else on
        the month's last day: 31 December + 2 months is 28 or 29 February. A last day that is a
        rest day (法定休假日: weekly rest days and announced holidays, unless worked in exchange)
        moves to the day after the rest ends. Raises ValueError unless exactly one unit is given.
        """
        given = [unit for unit in (days, months, years) if unit]
        if len(given) != 1 or given[0] < 0:
            raise ValueError("a period has exactly one positive unit: days, months or years")
        last = start + timedelta(days=days) if days else add_months(start, months + 12 * years)
        return self._next_workday(last) if extend_on_holiday else last

    def _next_workday(self, day: date) -> date:
        for candidate in _days(day, day + timedelta(days=_LONGEST_SEARCH)):
            if self.is_workday(candidate):
                return candidate
        raise ValueError(f"the calendar has no working day within a year after {day}")


def add_months(start: date, months: int) -> date:
    """The corresponding day `months` later, else that month's last (民法典 202): 31 Jan + 1 = 28/29 Feb."""
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    last_day = monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(start.day, last_day))


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
