"""Scores and grades, and when failures cost the title. Pure: values and days come in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from kit.criteria import Value
from services.carriers.assessments.parameters import Indicator

HUNDREDTH = Decimal("0.01")
FAIL = "fail"


@dataclass(frozen=True)
class Line:
    """One indicator with its value and the points it brings; no value brings none."""

    indicator: Indicator
    value: Value | None
    points: Decimal


def score_lines(indicators: Sequence[Indicator], given: Mapping[str, Value]) -> list[Line]:
    """Each indicator's points: the weight in proportion to the full mark, never more, never less than 0."""
    found = []
    for one in indicators:
        value = given.get(one.key)
        share = (
            min(max(value.number / one.full_at, Decimal(0)), Decimal(1)) if value else Decimal(0)
        )
        found.append(Line(one, value, (one.weight * share).quantize(HUNDREDTH, ROUND_HALF_UP)))
    return found


def total(lines: Iterable[Line]) -> Decimal:
    """The sum of the points, bonus included."""
    return sum((line.points for line in lines), Decimal(0))


def grade_of(score: Decimal, grades: Sequence[tuple[str, Decimal]]) -> str:
    """The best grade whose least score is reached (grades come the best first)."""
    return next(grade for grade, at_least in grades if score >= at_least)


def is_reported(state: str) -> bool:
    """Whether the year's report is with the checker: it can be graded, or taken back and be due again."""
    return state == "reported"


def next_step(
    state: str, *, today: date, reminder_on: date, due_on: date
) -> Literal["remind", "fail"] | None:
    """What the round does to a year without a report: one reminder, and after its last day a failure."""
    if state == "due" and today >= reminder_on:
        return "remind"
    if state == "reminded" and today > due_on:
        return "fail"
    return None


def fails_in_a_row(graded: Mapping[int, str]) -> int:
    """The longest run of failed years, one after the other. Fail, pass, fail is a run of one."""
    longest = run = 0
    previous: int | None = None
    for year in sorted(graded):
        if graded[year] != FAIL:
            run = 0
        elif previous is not None and year == previous + 1:
            run += 1
        else:
            run = 1
        longest, previous = max(longest, run), year
    return longest


def years_to_assess(valid_from: date, *, served_from: tuple[int, int], today: date) -> list[int]:
    """The years for which a title that stands today owes a report: those it has served, now over."""
    first = (
        valid_from.year
        if (valid_from.month, valid_from.day) <= served_from
        else valid_from.year + 1
    )
    return list(range(first, today.year))
