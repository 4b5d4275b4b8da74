"""Age, stay and graduation as arithmetic: on the day, and on the day after."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.workdays import WorkCalendar
from services.carriers.tenancies import parameters, rules
from services.carriers.tenancies.form import LONG_FIELDS, TENANT_FIELDS
from services.carriers.tenancies.labels import FINDINGS

FOUNDED = date(2024, 11, 22)


@pytest.mark.parametrize(
    ("on", "months"),
    [
        (date(2024, 11, 22), 0),
        (date(2024, 11, 23), 1),
        (date(2026, 11, 22), 24),
        (date(2026, 11, 23), 25),
    ],
)
def test_a_begun_month_counts(on: date, months: int) -> None:
    assert rules.age_in_months(FOUNDED, on) == months


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 4000))
def test_age_never_falls(founded: date, days: int) -> None:
    day = date.fromordinal(founded.toordinal() + days)
    next_day = date.fromordinal(day.toordinal() + 1)
    assert 0 <= rules.age_in_months(founded, day) <= rules.age_in_months(founded, next_day)


@pytest.mark.parametrize(
    ("carrier", "field", "months"),
    [
        ("incubator", "new_energy", 48),
        ("incubator", "biomedicine", 60),
        ("incubator", "modern_agriculture", 60),
        ("incubator", "integrated_circuits", 60),
        ("nursery", "biomedicine", 12),
        ("rural_maker_base", "new_energy", 48),
    ],
)
def test_three_fields_may_stay_longer(carrier: str, field: str, months: int) -> None:
    found = parameters.stay_months(
        carrier, long_field=rules.is_long_field(field), on=date(2026, 11, 22)
    )
    assert found == months


def test_the_long_fields_are_fields() -> None:
    assert set(TENANT_FIELDS) >= LONG_FIELDS


def test_a_stay_ends_on_the_corresponding_day() -> None:
    calendar = WorkCalendar()
    assert rules.last_day(date(2026, 1, 31), 1, calendar) == date(2026, 2, 28)
    assert rules.last_day(date(2026, 11, 22), 48, calendar) == date(2030, 11, 22)


@pytest.mark.parametrize(
    ("ground", "amount_fen", "ok"),
    [
        ("high_tech_enterprise", None, True),
        ("acquired_or_listed", None, True),
        ("financed", 500_000_000, False),  # 超过 excludes the number
        ("financed", 500_000_001, True),
        ("financed", None, False),
        ("revenue", 1_000_000_000, False),
        ("revenue", 1_000_000_001, True),
    ],
)
def test_more_than_the_threshold_graduates(ground: str, amount_fen: int | None, ok: bool) -> None:
    judged = rules.graduation(
        ground, parameters.graduation(ground), amount_fen=amount_fen, on=date(2026, 11, 22)
    )
    assert judged.ok is ok


def test_each_condition_of_admission_has_words_and_a_place() -> None:
    keys = {
        row.key
        for name, rows in parameters.criteria().items()
        if name.startswith("admission.")
        for row in rows
    }
    assert keys
    assert {f"admission_{key}" for key in keys} <= set(FINDINGS)


def test_every_parameter_names_its_source() -> None:
    rows = [row for rows in parameters.criteria().values() for row in rows]
    assert rows
    assert all(row.source_document for row in rows)
    ours = [row for row in rows if "演示" in row.source_document]
    assert len(ours) >= 15  # what no policy gives says so
    assert all(row.threshold is None or row.threshold >= Decimal(0) for row in rows)
