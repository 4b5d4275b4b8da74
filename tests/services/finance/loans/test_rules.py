"""The replay of a loan: allocation in order, exact sums, and reversals that leave no trace."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.finance.loans.lines import DUE_FIRST_FROM, most_for_instalment, payoff
from services.finance.loans.planning import plan_with_more, replan
from services.finance.loans.rules import Happened, Position, Unbalanced, in_the_way, standing
from tests.services.finance.loans.plans import DRAWN_ON, Case, cases, later, steps


def sums(here: Position) -> tuple[object, ...]:
    """Everything that a position says, comparable."""
    return (
        here.state, here.plan, here.disbursed_fen, here.principal_repaid_fen,
        here.interest_repaid_fen, here.outstanding_fen, here.arrears, here.overdue_since,
        here.days_overdue, here.defaulted_since, here.lines, here.allocations,
    )  # fmt: skip


def play(case: Case, moves: list[tuple[str, int, int]]) -> date:
    """Random payments (by ‰ of the most that is allowed) and reversals; gives the last day."""
    day = DRAWN_ON
    for kind, days, permille in moves:
        day = later(day, days)
        here = case.at(day)
        if kind == "reverse":
            paid = [e.number for e in standing(case.entries) if e.kind == "repayment"]
            if paid:
                case.reverse(paid[permille % len(paid)])
            continue
        most = (
            most_for_instalment(here.lines, day)
            if kind == "pay"
            else payoff(here.lines, here.terms, day)
        )
        amount = most * permille // 1000
        if amount:
            case.pay(amount, day, "instalment" if kind == "pay" else "prepayment")
    return day


@settings(max_examples=150, deadline=None)
@given(cases, steps)
def test_any_series_of_repayments_and_reversals_equals_the_remaining_repayments(
    case: Case, moves: list[tuple[str, int, int]]
) -> None:
    day = play(case, moves)
    remaining = [e for e in case.entries if e in standing(case.entries)]
    assert sums(case.at(day)) == sums(case.at(day, remaining))


@settings(max_examples=100, deadline=None)
@given(cases, steps, st.integers(0, 400))
def test_a_repayment_and_its_reversal_leave_exactly_what_was_before(
    case: Case, moves: list[tuple[str, int, int]], days: int
) -> None:
    day = later(play(case, moves), days)
    before = sums(case.at(day))
    here = case.at(day)
    amount = payoff(here.lines, here.terms, day)
    if amount:
        case.reverse(case.pay(amount, day, "prepayment"))
    assert sums(case.at(day)) == before


@settings(max_examples=150, deadline=None)
@given(cases, steps)
def test_every_fen_that_comes_in_is_either_principal_or_interest(
    case: Case, moves: list[tuple[str, int, int]]
) -> None:
    day = play(case, moves)
    here = case.at(day)
    came = sum(e.amount_fen for e in standing(case.entries) if e.kind == "repayment")
    assert here.principal_repaid_fen + here.interest_repaid_fen == came
    assert here.outstanding_fen == sum(line.unpaid_principal_fen for line in here.lines) >= 0
    for line in here.lines:
        assert 0 <= line.paid_principal_fen <= line.principal_fen
        assert 0 <= line.paid_interest_fen <= line.interest_fen


@settings(max_examples=150, deadline=None)
@given(cases, steps, st.integers(0, 500))
def test_the_payoff_of_a_day_settles_the_loan_and_not_a_fen_less(
    case: Case, moves: list[tuple[str, int, int]], days: int
) -> None:
    day = later(play(case, moves), days)
    here = case.at(day)
    if here.state == "settled":
        return
    amount = payoff(here.lines, here.terms, day)
    number = case.pay(amount, day, "prepayment")
    assert case.at(day).state == "settled"
    case.entries[-1] = Happened(number, "repayment", amount + 1, day, purpose="prepayment")
    with pytest.raises(Unbalanced):
        case.at(day)
    if amount > 1:
        case.entries[-1] = Happened(number, "repayment", amount - 1, day, purpose="prepayment")
        assert case.at(day).state != "settled"


@settings(max_examples=80, deadline=None)
@given(cases)
def test_paying_each_instalment_on_its_day_ends_the_loan_with_the_planned_interest(
    case: Case,
) -> None:
    for line in case.plans[1]:
        if line.principal_fen + line.interest_fen:
            case.pay(line.principal_fen + line.interest_fen, line.due_on)
    last = case.plans[1][-1].due_on
    here = case.at(last)
    assert here.state == "settled"
    assert here.interest_repaid_fen == sum(line.interest_fen for line in case.plans[1])


@settings(max_examples=80, deadline=None)
@given(cases, steps, st.integers(1, 10**9))
def test_a_new_plan_is_over_what_is_outstanding_and_carries_the_unpaid_interest(
    case: Case, moves: list[tuple[str, int, int]], more: int
) -> None:
    day = play(case, moves)
    here = case.at(day)
    if here.outstanding_fen == 0:
        return
    plan = replan(here.outstanding_fen, case.course, here.lines, here.terms, on=day)
    assert sum(line.principal_fen for line in plan) == here.outstanding_fen
    extended = plan_with_more(more, case.course, here.lines, on=day)
    if extended is not None:
        assert sum(line.principal_fen for line in extended) == here.outstanding_fen + more
        assert [x.due_on for x in extended] == [x.due_on for x in here.lines if x.due_on > day]


def test_money_goes_to_overdue_interest_then_overdue_principal_then_interest_then_principal() -> (
    None
):
    case = Case(12_000_000, method="equal_principal")
    first, second, third = case.plans[1][:3]
    day = later(second.due_on, 10)
    overdue_interest = first.interest_fen + second.interest_fen
    case.pay(overdue_interest + 1, day)
    used = case.at(day).allocations[2]
    assert (used.overdue_interest_fen, used.overdue_principal_fen) == (overdue_interest, 1)
    rest = 2_000_000 - 1 + third.interest_fen + 5
    case.pay(rest, day)
    used = case.at(day).allocations[3]
    assert (used.overdue_principal_fen, used.interest_fen, used.principal_fen) == (
        1_999_999, third.interest_fen, 5,
    )  # fmt: skip


def test_a_line_is_overdue_from_the_day_after_its_due_date() -> None:
    case = Case()
    due = case.plans[1][0].due_on
    assert case.at(due).state == "active"
    after = case.at(due + timedelta(days=1))
    assert (after.state, after.days_overdue, after.overdue_since) == ("overdue", 1, due)


@pytest.mark.parametrize("days", [30, 60, 90])
def test_default_begins_on_the_day_that_the_product_says_and_not_before(days: int) -> None:
    case = Case(overdue_days=days)
    due = case.plans[1][0].due_on
    assert case.at(due + timedelta(days=days - 1)).state == "overdue"
    assert case.at(due + timedelta(days=days)).state == "defaulted"


def test_a_part_payment_does_not_end_a_default_but_paying_all_arrears_does() -> None:
    case = Case(overdue_days=60)
    day = later(case.plans[1][0].due_on, 70)
    principal, interest = case.at(day).arrears
    assert case.at(day).state == "defaulted"
    case.pay(principal + interest - 1, day)
    assert case.at(day).state == "defaulted"
    case.pay(1, day)
    assert case.at(day).state == "active"


def test_reversing_the_payment_that_cured_a_default_brings_the_default_back() -> None:
    case = Case(overdue_days=60)
    day = later(case.plans[1][0].due_on, 70)
    before = sums(case.at(later(day, 3)))
    number = case.pay(sum(case.at(day).arrears), day)
    assert case.at(day).state == "active"
    case.reverse(number)
    assert sums(case.at(later(day, 3))) == before


def test_an_earlier_payment_may_be_reversed_and_the_later_ones_are_spread_anew() -> None:
    case = Case()
    lines = case.plans[1]
    first = case.pay(lines[0].principal_fen + lines[0].interest_fen, lines[0].due_on)
    second = case.pay(lines[1].principal_fen + lines[1].interest_fen, lines[1].due_on)
    case.reverse(first)
    used = case.at(lines[1].due_on).allocations[second]
    assert used.overdue_interest_fen == lines[0].interest_fen
    amount = lines[1].principal_fen + lines[1].interest_fen
    assert used.overdue_principal_fen == amount - lines[0].interest_fen
    assert case.at(lines[1].due_on).state == "overdue"


def test_a_prepayment_lets_less_interest_run() -> None:
    case = Case(12_000_000, method="interest_first", rate="0.036")
    day = DRAWN_ON + timedelta(days=10)
    accrued = 12_000_000 * 36 * 10 // (1000 * 360)
    case.pay(6_000_000 + accrued, day, "prepayment")
    here = case.at(day)
    assert here.allocations[2].interest_fen == accrued == 12_000
    assert here.outstanding_fen == 6_000_000
    planned, now = case.plans[1][1].interest_fen, here.lines[1].interest_fen
    assert now * 2 == planned


@settings(max_examples=150, deadline=None)
@given(cases, steps, st.data())
def test_a_prepayment_on_a_due_date_pays_what_is_due_that_day_first(
    case: Case, moves: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    reached = play(case, moves)
    days = [x.due_on for x in case.at(reached).lines if x.due_on >= max(reached, DUE_FIRST_FROM)]
    if not days:
        return
    day = data.draw(st.sampled_from(days))
    here = case.at(day)
    due = sum(here.arrears) + sum(x.unpaid_fen for x in here.lines if x.due_on == day)
    most = payoff(here.lines, here.terms, day)
    if due:
        case.pay(data.draw(st.integers(due, most)), day, "prepayment")
        after = case.at(later(day, 1))
        assert (after.state == "settled") or (after.overdue_since, after.arrears) == (None, (0, 0))


def test_a_prepayment_of_before_keeps_the_order_that_it_was_told() -> None:
    for first_due, late in ((date(2026, 2, 15), True), (date(2026, 12, 15), False)):
        case = Case(12_000_000, method="equal_principal")
        for line in case.plans[1]:
            if line.due_on < first_due:
                case.pay(line.principal_fen + line.interest_fen, line.due_on)
        case.pay(1_500_000 if late else 1_010_000, first_due, "prepayment")
        assert (case.at(later(first_due, 1)).overdue_since is not None) is late


def test_a_draw_down_with_a_repayment_after_it_cannot_be_reversed() -> None:
    case = Case()
    paid = case.pay(100, later(DRAWN_ON, 3))
    blocking = in_the_way(case.entries, 1)
    assert blocking is not None
    assert blocking.number == paid
    case.reverse(paid)
    assert in_the_way(case.entries, 1) is None


def test_a_repayment_before_a_restructuring_cannot_be_reversed() -> None:
    case = Case()
    paid = case.pay(100, later(DRAWN_ON, 3))
    case.entries.append(Happened(case.next_number, "restructuring", 0, later(DRAWN_ON, 5)))
    assert in_the_way(case.entries, paid) is not None
