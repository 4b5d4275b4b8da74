"""The working-day calendar: known days by hand, laws of counting by property."""

from datetime import date, timedelta

import pytest
from chinese_calendar import is_workday as announced_workday
from hypothesis import given
from hypothesis import strategies as st

from kit.holidays import statutory_days_off
from kit.workdays import ANNOUNCED_YEARS, WorkCalendar

CALENDAR = WorkCalendar()
DAYS = st.dates(date(2004, 1, 1), date(2040, 12, 31))
ANNOUNCED = st.dates(date(2004, 1, 1), date(2026, 12, 31))


def test_the_bundled_notices_cover_2004_to_2026() -> None:
    assert set(range(2004, 2027)) == ANNOUNCED_YEARS


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 10, 1), False),  # National Day, a Thursday
        (date(2026, 10, 10), True),  # a Saturday worked in exchange
        (date(2026, 2, 14), True),  # a Saturday before Spring Festival, worked in exchange
        (date(2026, 2, 17), False),  # Spring Festival, a Tuesday
        (date(2026, 11, 21), False),  # a plain Saturday
        (date(2026, 11, 23), True),  # a plain Monday
        (date(2027, 1, 1), False),  # no notice yet, but the law names these
        (date(2027, 2, 5), False),  # 除夕, since 2025
        (date(2027, 2, 8), False),  # 初三
        (date(2027, 2, 9), True),
        (date(2027, 4, 5), False),  # 清明
        (date(2027, 5, 3), True),
        (date(2027, 6, 9), False),  # 端午
        (date(2027, 9, 15), False),  # 中秋
        (date(2027, 10, 1), False),
        (date(2027, 10, 4), True),
        (date(2028, 1, 25), False),  # 除夕 of another year
        (date(2033, 1, 31), False),  # 初一 of the year with the leap eleventh month
        (date(2028, 5, 2), False),
    ],
)
def test_known_days_are_worked_or_not(day: date, worked: bool) -> None:
    assert CALENDAR.is_workday(day) is worked


def test_a_year_without_notice_is_provisional_until_its_days_are_loaded() -> None:
    assert not CALENDAR.provisional(2026)
    assert CALENDAR.provisional(2027)
    loaded = WorkCalendar({date(2027, 10, 4): False}, announced_years=[2027])
    assert not loaded.provisional(2027)
    assert not loaded.is_workday(date(2027, 10, 4))
    assert loaded.is_workday(date(2027, 2, 8))  # the notice is whole: what it leaves out is worked


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_law_s_own_days_are_in_each_year_s_notice(year: int) -> None:
    """The days that are computed for a year without a notice are those that the notices had."""
    named = statutory_days_off(year)
    assert len(named) == 13
    assert [day for day in sorted(named) if announced_workday(day)] == []


def test_festivals_of_the_moon_and_the_sun_are_where_almanacs_have_them() -> None:
    """2027 to 2030 by the published almanacs (春节, 清明, 端午, 中秋)."""
    known = {
        2027: ("02-06", "04-05", "06-09", "09-15"),
        2028: ("01-26", "04-04", "05-28", "10-03"),
        2029: ("02-13", "04-04", "06-16", "09-22"),
        2030: ("02-03", "04-05", "06-05", "09-12"),
    }
    for year, days in known.items():
        named = {f"{day:%m-%d}" for day in statutory_days_off(year)}
        assert named >= set(days)


def test_limits_do_not_end_on_a_holiday_that_only_lacks_its_notice() -> None:
    assert CALENDAR.add_workdays(date(2026, 12, 30), 3) == date(2027, 1, 5)
    assert CALENDAR.end_of_period(date(2026, 12, 6), months=2) == date(2027, 2, 9)
    assert CALENDAR.end_of_period(date(2026, 12, 8), days=60) == date(2027, 2, 9)


def test_an_override_wins_over_the_notice_in_both_directions() -> None:
    calendar = WorkCalendar({date(2026, 10, 1): True, date(2026, 11, 23): False})
    assert calendar.is_workday(date(2026, 10, 1))
    assert not calendar.is_workday(date(2026, 11, 23))


def test_three_working_days_across_national_day_skip_the_whole_holiday() -> None:
    # 29 and 30 September are worked, 1-7 October off (Thursday to Wednesday), 8 October worked.
    assert CALENDAR.add_workdays(date(2026, 9, 28), 3) == date(2026, 10, 8)


def test_a_limit_that_starts_on_a_day_off_counts_from_the_next_working_day() -> None:
    assert CALENDAR.add_workdays(date(2026, 11, 21), 1) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2026, 12, 31), date(2027, 2, 28)), (date(2027, 12, 31), date(2028, 2, 29))],
)
def test_two_months_from_31_december_end_on_the_last_day_of_february(
    start: date, end: date
) -> None:
    assert CALENDAR.end_of_period(start, months=2, extend_on_holiday=False) == end


def test_one_year_from_29_february_ends_on_28_february() -> None:
    start = date(2024, 2, 29)
    assert CALENDAR.end_of_period(start, years=1, extend_on_holiday=False) == date(2025, 2, 28)


def test_a_period_that_ends_in_national_day_ends_on_the_day_after_the_holiday() -> None:
    assert CALENDAR.end_of_period(date(2026, 9, 11), days=20) == date(2026, 10, 8)


def test_a_period_that_ends_on_a_saturday_worked_in_exchange_is_not_moved() -> None:
    assert CALENDAR.end_of_period(date(2026, 9, 20), days=20) == date(2026, 10, 10)


def test_a_period_needs_exactly_one_unit() -> None:
    for units in ({}, {"days": 1, "months": 1}, {"days": -1}):
        with pytest.raises(ValueError):
            CALENDAR.end_of_period(date(2026, 1, 1), **units)


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError):
        CALENDAR.add_workdays(date(2026, 1, 1), -1)


def test_a_calendar_without_any_working_day_says_so() -> None:
    start = date(2026, 1, 1)
    calendar = WorkCalendar({start + timedelta(days=i): False for i in range(800)})
    with pytest.raises(ValueError, match="no working day"):
        calendar.add_workdays(start, 1)


@given(ANNOUNCED)
def test_announced_years_agree_with_the_library(day: date) -> None:
    assert CALENDAR.is_workday(day) is announced_workday(day)


@given(DAYS, st.integers(1, 60))
def test_a_limit_ends_on_a_working_day_and_counts_back(start: date, n: int) -> None:
    end = CALENDAR.add_workdays(start, n)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.workdays_between(start, end) == n
    assert CALENDAR.workdays_between(end, start) == -n


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_two_limits_in_a_row_are_one_limit(start: date, first: int, second: int) -> None:
    once = CALENDAR.add_workdays(start, first + second)
    assert CALENDAR.add_workdays(CALENDAR.add_workdays(start, first), second) == once


@given(DAYS, st.integers(1, 120))
def test_months_keep_the_day_or_take_the_months_last(start: date, months: int) -> None:
    end = CALENDAR.end_of_period(start, months=months, extend_on_holiday=False)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    is_last_of_month = (end + timedelta(days=1)).month != end.month
    assert end.day == start.day or (end.day < start.day and is_last_of_month)


@given(DAYS, st.integers(1, 400))
def test_extension_only_moves_forward_past_days_off(start: date, days: int) -> None:
    plain = CALENDAR.end_of_period(start, days=days, extend_on_holiday=False)
    moved = CALENDAR.end_of_period(start, days=days)
    assert plain == start + timedelta(days=days)
    assert CALENDAR.is_workday(moved)
    between = [plain + timedelta(days=i) for i in range((moved - plain).days)]
    assert not any(CALENDAR.is_workday(day) for day in between)
