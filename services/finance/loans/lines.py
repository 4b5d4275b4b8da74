"""The lines of a plan while money comes in: what each still owes on a day, and how a sum is spread over them.

The order of allocation is the scheme's own, in force since 2017-01-01 (演示: the sources give none):
overdue interest → overdue principal → interest → principal; a prepayment takes principal from the last line
backwards, since 2026-12-01 only after what is due on its very day. Penalty interest (罚息) stays between bank
and borrower: the scheme's base is principal. Pure: no database, no clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.finance.schedules.rules import DayCount, interest

ORDER = ("overdue_interest", "overdue_principal", "interest", "principal")
ORDER_VALID_FROM = date(2017, 1, 1)
"""A later order gets a date of its own here, so that old loans keep the past they were told."""

DUE_FIRST_FROM = date(2026, 12, 1)
"""Prepayments of this value date on pay what is due that day before what is ahead (before, who prepaid on a
due date was overdue the next day)."""


@dataclass(frozen=True)
class Planned:
    """An instalment as a plan has it: it bears interest from `starts_on` to `due_on`."""

    number: int
    starts_on: date
    due_on: date
    principal_fen: int
    interest_fen: int


@dataclass
class Line:
    """A planned instalment and what came in on it. `accrued_fen` is the interest up to `accrued_to`, kept
    where a prepayment has cut the period in two."""

    number: int
    starts_on: date
    due_on: date
    principal_fen: int
    interest_fen: int
    accrued_to: date
    accrued_fen: int = 0
    paid_principal_fen: int = 0
    paid_interest_fen: int = 0

    @property
    def unpaid_principal_fen(self) -> int:
        return self.principal_fen - self.paid_principal_fen

    @property
    def unpaid_interest_fen(self) -> int:
        return self.interest_fen - self.paid_interest_fen

    @property
    def unpaid_fen(self) -> int:
        return self.unpaid_principal_fen + self.unpaid_interest_fen


@dataclass
class Allocation:
    """How one sum was used. `left_fen` found nothing that it could pay."""

    overdue_interest_fen: int = 0
    overdue_principal_fen: int = 0
    interest_fen: int = 0
    principal_fen: int = 0
    left_fen: int = 0

    @property
    def all_principal_fen(self) -> int:
        return self.overdue_principal_fen + self.principal_fen

    @property
    def all_interest_fen(self) -> int:
        return self.overdue_interest_fen + self.interest_fen


@dataclass(frozen=True)
class Terms:
    """What interest is reckoned by: a fraction a year and a day count."""

    annual_rate: Decimal
    day_count: DayCount

    def interest(self, balance_fen: int, from_on: date, to_on: date) -> int:
        """Interest in fen, rounded half up once; 0 where no day passes."""
        if to_on <= from_on or balance_fen == 0:
            return 0
        return interest(
            balance_fen,
            annual_rate=self.annual_rate,
            from_on=from_on,
            to_on=to_on,
            day_count=self.day_count,
        )


def lines_of(plan: Iterable[Planned]) -> list[Line]:
    """Fresh lines of a plan, nothing paid."""
    return [
        Line(p.number, p.starts_on, p.due_on, p.principal_fen, p.interest_fen, p.starts_on)
        for p in plan
    ]


def overdue(lines: Sequence[Line], on: date) -> list[Line]:
    """Lines whose day has passed with something unpaid. A line is not overdue on its own due date."""
    return [line for line in lines if line.due_on < on and line.unpaid_fen > 0]


def coming(lines: Sequence[Line], on: date) -> Line | None:
    """The first line that is not past and on which something is unpaid."""
    return next((line for line in lines if line.due_on >= on and line.unpaid_fen > 0), None)


def _ahead(lines: Sequence[Line], on: date) -> list[Line]:
    return [line for line in lines if line.due_on >= on]


def accrued_due(lines: Sequence[Line], terms: Terms, on: date) -> int:
    """Interest accrued to `on` in the running period and not yet paid, without what is overdue."""
    ahead = _ahead(lines, on)
    if not ahead:
        return 0
    running = ahead[0]
    return max(0, _accrued(running, ahead, terms, on) - running.paid_interest_fen)


def _accrued(running: Line, ahead: Sequence[Line], terms: Terms, on: date) -> int:
    if on == running.due_on:
        return running.interest_fen
    balance = sum(line.unpaid_principal_fen for line in ahead)
    return running.accrued_fen + terms.interest(balance, running.accrued_to, on)


def arrears(lines: Sequence[Line], on: date) -> tuple[int, int]:
    """Overdue principal and overdue interest on a day."""
    late = overdue(lines, on)
    return sum(x.unpaid_principal_fen for x in late), sum(x.unpaid_interest_fen for x in late)


def payoff(lines: Sequence[Line], terms: Terms, on: date) -> int:
    """What ends the loan on a day: everything overdue, the interest accrued, all principal."""
    ahead = sum(line.unpaid_principal_fen for line in _ahead(lines, on))
    return sum(arrears(lines, on)) + accrued_due(lines, terms, on) + ahead


def most_for_instalment(lines: Sequence[Line], on: date) -> int:
    """The most that a payment by plan may be on a day: what is overdue and the coming instalment."""
    following = coming(lines, on)
    return sum(arrears(lines, on)) + (following.unpaid_fen if following else 0)


def pay_instalment(lines: Sequence[Line], amount_fen: int, on: date) -> Allocation:
    """Spreads a payment by plan; beyond the coming instalment it goes on to the one after it."""
    used, rest = _pay_arrears(lines, amount_fen, on)
    while rest and (line := coming(lines, on)) is not None:
        part = _pay_interest(line, rest)
        used.interest_fen, rest = used.interest_fen + part, rest - part
        part = _pay_principal(line, rest)
        used.principal_fen, rest = used.principal_fen + part, rest - part
    used.left_fen = rest
    return used


def prepay(lines: Sequence[Line], amount_fen: int, terms: Terms, on: date) -> Allocation:
    """Spreads a prepayment: arrears, interest accrued to `on`, the principal that is due on that day, then
    principal from the last line backwards.

    What follows bears interest on the smaller balance. Interest paid ahead is not given back.
    """
    used, rest = _pay_arrears(lines, amount_fen, on)
    ahead = _ahead(lines, on)
    if not ahead:
        used.left_fen = rest
        return used
    running = ahead[0]
    accrued = _accrued(running, ahead, terms, on)
    used.interest_fen = min(rest, max(0, accrued - running.paid_interest_fen))
    running.paid_interest_fen += used.interest_fen
    rest -= used.interest_fen
    for line in (*_due_today(ahead, on), *reversed(ahead)):
        part = _pay_principal(line, rest)
        used.principal_fen, rest = used.principal_fen + part, rest - part
    used.left_fen = rest
    if used.principal_fen:
        _recut(running, ahead, accrued, terms, on)
    return used


def _due_today(ahead: Sequence[Line], on: date) -> list[Line]:
    return [line for line in ahead if line.due_on == on >= DUE_FIRST_FROM]


def _recut(running: Line, ahead: Sequence[Line], accrued: int, terms: Terms, on: date) -> None:
    balance = sum(line.unpaid_principal_fen for line in ahead)
    running.accrued_fen, running.accrued_to = accrued, on
    for line in ahead:
        start, before = (on, accrued) if line is running else (line.starts_on, 0)
        owed = before + terms.interest(balance, start, line.due_on)
        line.interest_fen = max(line.paid_interest_fen, owed)
        balance -= line.unpaid_principal_fen


def recover(lines: Sequence[Line], amount_fen: int) -> Allocation:
    """Spreads a recovery after compensation: principal only, in the order of due dates."""
    used, rest = Allocation(), amount_fen
    for line in lines:
        part = _pay_principal(line, rest)
        used.overdue_principal_fen, rest = used.overdue_principal_fen + part, rest - part
    used.left_fen = rest
    return used


def _pay_arrears(lines: Sequence[Line], amount_fen: int, on: date) -> tuple[Allocation, int]:
    used, rest, late = Allocation(), amount_fen, overdue(lines, on)
    for line in late:
        part = _pay_interest(line, rest)
        used.overdue_interest_fen, rest = used.overdue_interest_fen + part, rest - part
    for line in late:
        part = _pay_principal(line, rest)
        used.overdue_principal_fen, rest = used.overdue_principal_fen + part, rest - part
    return used, rest


def _pay_interest(line: Line, most_fen: int) -> int:
    part = min(most_fen, line.unpaid_interest_fen)
    line.paid_interest_fen += part
    return part


def _pay_principal(line: Line, most_fen: int) -> int:
    part = min(most_fen, line.unpaid_principal_fen)
    line.paid_principal_fen += part
    return part
