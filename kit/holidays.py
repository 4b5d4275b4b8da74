"""The days off that the law itself names, for a year whose notice is not out yet.

全国年节及纪念日放假办法 art. 2, as in force since 1 January 2025 (国务院令第795号): New Year 1 day, Spring
Festival 4 (除夕 to 初三), 清明 1, Labour Day 2, 端午 1, 中秋 1, National Day 3. Which working days are moved,
and which day makes up for one that falls on a weekend, is said by the yearly notice: none is assumed here.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

FIRST_YEAR = 2025
LAST_LUNAR_YEAR = 2100
"""As far as the tables of the lunar calendar go; a later year has the days of the solar one."""
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def statutory_days_off(year: int) -> frozenset[date]:
    """The days off in this year, weekends among them; none for a year before the law read as it does."""
    return frozenset(_named(year)) if year >= FIRST_YEAR else frozenset()


def _named(year: int) -> Iterator[date]:
    yield date(year, 1, 1)
    yield from (date(year, 5, 1), date(year, 5, 2))
    yield from (date(year, 10, day) for day in (1, 2, 3))
    if year <= LAST_LUNAR_YEAR:
        yield from _by_the_moon(year)


def _by_the_moon(year: int) -> Iterator[date]:
    """Spring Festival, 清明 (a solar term), 端午, 中秋; festivals are never in a leap month."""
    # loaded only where a year without a notice is asked for
    from borax.calendars.lunardate import LunarDate, TermUtils

    new_year = LunarDate(year, 1, 1).to_solar_date()
    for offset in range(-1, 3):
        yield new_year + offset * _ONE_DAY
    yield TermUtils.nth_term_day(year, term_name="清明")
    yield LunarDate(year, 5, 5).to_solar_date()
    yield LunarDate(year, 8, 15).to_solar_date()
