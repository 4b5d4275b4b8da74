"""Plans: at signing, at each draw-down, at a restructuring. Pure; schedules/rules.py does the sums."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.finance.loans.lines import Line, Planned, Terms, accrued_due, arrears
from services.finance.schedules.rules import Method, build

ALL_AT_THE_END = ("interest_first", "bullet")


@dataclass(frozen=True)
class Course:
    """How principal is paid back: over how many months and by which method, at which terms."""

    terms: Terms
    months: int
    method: Method


def make_plan(principal_fen: int, course: Course, *, starts_on: date) -> list[Planned]:
    """A plan from `starts_on`, each instalment bearing interest from the one before it."""
    rows = build(
        principal_fen,
        annual_rate=course.terms.annual_rate,
        starts_on=starts_on,
        months=course.months,
        method=course.method,
        day_count=course.terms.day_count,
    )
    starts = [starts_on, *(row.due_on for row in rows[:-1])]
    return [
        Planned(row.number, start, row.due_on, row.principal_fen, row.interest_fen)
        for row, start in zip(rows, starts, strict=True)
    ]


def unpaid_interest(lines: Sequence[Line], terms: Terms, on: date) -> int:
    """Interest that a new plan must carry on: overdue, and accrued to `on`."""
    return arrears(lines, on)[1] + accrued_due(lines, terms, on)


def replan(
    principal_fen: int, course: Course, lines: Sequence[Line], old: Terms, *, on: date
) -> list[Planned]:
    """The plan of a restructuring on `on`; what interest was unpaid is due with its first instalment."""
    plan = make_plan(principal_fen, course, starts_on=on)
    carried = unpaid_interest(lines, old, on)
    return [replace(plan[0], interest_fen=plan[0].interest_fen + carried), *plan[1:]]


def plan_with_more(
    added_fen: int, course: Course, lines: Sequence[Line], *, on: date
) -> list[Planned] | None:
    """The plan after a further draw-down: the same due dates, the larger sum. None after the last of them."""
    ahead = [line for line in lines if line.due_on > on]
    if not ahead:
        return None
    total = added_fen + sum(line.unpaid_principal_fen for line in lines)
    parts = _spread(total, len(ahead), course, starts_on=ahead[0].starts_on)
    carried, balance, plan = unpaid_interest(lines, course.terms, on), total, []
    for number, (line, part) in enumerate(zip(ahead, parts, strict=True), start=1):
        start = on if number == 1 else line.starts_on
        owed = course.terms.interest(balance, start, line.due_on) + (carried if number == 1 else 0)
        plan.append(Planned(number, start, line.due_on, part, owed))
        balance -= part
    return plan


def _spread(total_fen: int, parts: int, course: Course, *, starts_on: date) -> list[int]:
    if course.method in ALL_AT_THE_END:
        return [0] * (parts - 1) + [total_fen]
    rows = make_plan(total_fen, replace(course, months=parts), starts_on=starts_on)
    return [row.principal_fen for row in rows]
