"""Points, grades and runs of failures. Pure."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.criteria import Value
from services.carriers.assessments import parameters, rules

ON = date(2026, 12, 31)
VERSION, SHEET = parameters.indicator_set("maker_space", ON)


def total(**values: int) -> Decimal:
    given_values = {k: Value(Decimal(v)) for k, v in values.items()}
    return rules.total(rules.score_lines(SHEET, given_values))


def test_full_marks_make_a_hundred_and_the_bonus_more() -> None:
    full = {i.key: int(i.full_at) for i in SHEET}
    assert total(**full) == 105
    assert total(**{k: v for k, v in full.items() if k != "typical_cases"}) == 100
    assert total() == 0


@given(st.dictionaries(st.sampled_from([i.key for i in SHEET]), st.integers(-10, 10_000)))
def test_no_value_brings_more_than_its_weight_or_less_than_nothing(values: dict[str, int]) -> None:
    given_values = {k: Value(Decimal(v)) for k, v in values.items()}
    for line in rules.score_lines(SHEET, given_values):
        assert 0 <= line.points <= line.indicator.weight


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("105", "excellent"), ("85", "excellent"), ("84.99", "good"), ("70", "good"),
        ("69.99", "pass"), ("60", "pass"), ("59.99", "fail"), ("0", "fail"),
    ],
)  # fmt: skip
def test_a_grade_begins_at_its_least_score(score: str, grade: str) -> None:
    assert rules.grade_of(Decimal(score), parameters.grades(ON)) == grade


@pytest.mark.parametrize(
    ("years", "run"),
    [
        ({}, 0),
        ({2025: "fail"}, 1),
        ({2025: "fail", 2026: "fail"}, 2),
        ({2025: "fail", 2026: "pass", 2027: "fail"}, 1),
        ({2024: "fail", 2026: "fail"}, 1),
        ({2024: "good", 2025: "fail", 2026: "fail", 2027: "good"}, 2),
    ],
)
def test_only_years_that_follow_each_other_make_a_run(years: dict[int, str], run: int) -> None:
    assert rules.fails_in_a_row(years) == run


def test_years_that_were_served_and_are_over_are_assessed() -> None:
    def years(first: date, today: date) -> list[int]:
        return rules.years_to_assess(first, served_from=(6, 30), today=today)

    assert years(date(2026, 6, 30), date(2027, 1, 1)) == [2026]
    assert years(date(2026, 7, 1), date(2027, 12, 31)) == []
    assert years(date(2026, 7, 1), date(2029, 1, 1)) == [2027, 2028]
    assert years(date(2026, 1, 1), date(2026, 12, 31)) == []
