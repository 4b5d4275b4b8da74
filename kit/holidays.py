"""The days off that the law itself names, for a year whose notice is not out yet.

全国年节及纪念日放假办法 art. 2, as in force since 1 January 2025 (国务院令第795号): New Year 1 day, Spring
Festival 4 (除夕 to 初三), 清明 1, Labour Day 2, 端午 1, 中秋 1, National Day 3. Which working days are moved,
and which day makes up for one that falls on a weekend, is said by the yearly notice: none is assumed here.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

FIRST_YEAR = 2025
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def statutory_days_off(year: int) -> frozenset[date]:
    """The days off in this year, weekends among them; none for a year before the law read as it does."""
    return frozenset(_named(year)) if year >= FIRST_YEAR else frozenset()


def _named(year: int) -> Iterator[date]:
    yield date(year, 1, 1)
    new_year = _lunar(year, 1, 1)
    for offset in range(-1, 3):
        yield new_year + offset * _ONE_DAY
    yield _qingming(year)
    yield from (date(year, 5, 1), date(year, 5, 2))
    yield _lunar(year, 5, 5)
    yield _lunar(year, 8, 15)
    yield from (date(year, 10, day) for day in (1, 2, 3))


def _lunar(year: int, month: int, day: int) -> date:
    """A day of the lunar calendar in the Gregorian one; festivals are never in a leap month."""
    from lunar_python import Lunar  # 0.1 s to load, and only asked for years without a notice

    found = Lunar.fromYmd(year, month, day).getSolar()
    return date(found.getYear(), found.getMonth(), found.getDay())


def _qingming(year: int) -> date:
    from lunar_python import Lunar

    found = Lunar.fromYmd(year, 3, 1).getJieQiTable()["清明"]
    return date(found.getYear(), found.getMonth(), found.getDay())
