"""Criteria: the law's words for at least and more than, dates in force, and what cannot be told."""

from datetime import date
from decimal import Decimal

import pytest

from kit.criteria import Criterion, Value, judge, read_criteria, verdict_view

TODAY = date(2026, 11, 22)


def a_criterion(operator: str, threshold: str | None = "60", **changes: object) -> Criterion:
    values: dict[str, object] = {
        "key": "share",
        "operator": operator,
        "threshold": Decimal(threshold) if threshold else None,
        "unit": "%",
        "zh": "产值占比",
        "en": "Share of output",
        "source_document": "演示",
        "source_clause": "1",
        "valid_from": date(2020, 1, 1),
    }
    return Criterion(**values | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("operator", "number", "ok"),
    [
        (">", "60", False),
        (">", "60.01", True),
        (">=", "60", True),
        ("<", "60", False),
        ("<=", "60", True),
        ("=", "60.0", True),
    ],
)
def test_exactly_the_threshold_is_more_than_or_at_least(
    operator: str, number: str, ok: bool
) -> None:
    judged = judge([a_criterion(operator)], {"share": Value(Decimal(number))}, on=TODAY)
    assert judged.ok is ok
    assert judged.verdicts[0].ok is ok


def test_without_a_value_nothing_is_met_and_nothing_is_refused() -> None:
    judged = judge([a_criterion(">=")], {}, on=TODAY)
    assert (judged.ok, judged.verdicts[0].ok) == (False, None)
    assert "无法判断" in verdict_view(judged.failing[0]).reason.zh


def test_a_yes_or_no_needs_no_threshold_and_others_do() -> None:
    wanted = a_criterion("true", None)
    assert judge([wanted], {"share": Value(Decimal(1))}, on=TODAY).ok
    assert not judge([wanted], {"share": Value(Decimal(0))}, on=TODAY).ok
    with pytest.raises(ValueError, match="threshold"):
        a_criterion(">", None)


def test_only_what_is_in_force_that_day_is_asked() -> None:
    old = a_criterion(">", "100", valid_to=date(2020, 12, 31))
    new = a_criterion(">", "10", valid_from=date(2021, 1, 1))
    values = {"share": Value(Decimal(50))}
    assert judge([old, new], values, on=date(2020, 12, 31)).ok is False
    assert judge([old, new], values, on=date(2021, 1, 1)).ok is True


def test_a_large_number_is_said_in_digits_in_both_languages() -> None:
    judged = judge(
        [a_criterion("<=", "20000000", unit="元")],
        {"share": Value(Decimal("2E+7"), "reported")},
        on=TODAY,
    )
    view = verdict_view(judged.verdicts[0])
    assert "20000000元" in view.reason.zh
    assert (view.threshold, view.value, view.origin) == ("20000000", "20000000", "reported")


def test_sets_are_read_from_csv() -> None:
    text = (
        "set,key,operator,threshold,unit,zh,en,source_document,source_clause,valid_from,valid_to\n"
        "a,x,>=,500,m2,面积,Area,某文件,三,2017-01-01,2025-06-30\n"
        "a,y,true,,,法人,Legal person,某文件,一,2017-01-01,\n"
    )
    found = read_criteria(text)["a"]
    assert [c.key for c in found] == ["x", "y"]
    assert found[0].threshold == Decimal(500)
    assert found[0].valid_to == date(2025, 6, 30)


def test_of_alternatives_one_is_enough_and_a_missing_one_is_not_in_the_way() -> None:
    staff = a_criterion("<", "1000", key="staff", any_of="size")
    revenue = a_criterion("<", "40000", key="revenue", any_of="size")
    values = {"staff": Value(Decimal(1200)), "revenue": Value(Decimal(30000))}
    assert judge([staff, revenue], values, on=TODAY).ok
    assert judge([staff, revenue], {"staff": Value(Decimal(10))}, on=TODAY).ok
    large = {"staff": Value(Decimal(1200)), "revenue": Value(Decimal(45000))}
    assert [v.criterion.key for v in judge([staff, revenue], large, on=TODAY).failing] == [
        "staff",
        "revenue",
    ]
