"""Where a loan stands follows from its contract, plans and entries: this file replays them.

A reversal leaves an entry out and replays the rest, so it restores exactly what was before; the state of
the loan is an answer, never an input. Also: how far new terms of a covered loan may go. Pure: time is
passed in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kit.errors import FieldError
from kit.workdays import add_months
from services.finance.loans.lines import (
    Allocation,
    Line,
    Planned,
    Terms,
    arrears,
    coming,
    lines_of,
    overdue,
    pay_instalment,
    prepay,
    recover,
)

LAPSED = "lapsed"
PLAN_MAKERS = ("disbursement", "restructuring")
FENCES = (*PLAN_MAKERS, "renewal", "compensation", "compensation_lifted", "write_off")
"""Entries that rest on the sums before them: nothing before them may still change."""


class Unbalanced(Exception):
    """The entries cannot all be true: a sum found nothing to pay, or a plan is not over what is owed."""


@dataclass(frozen=True)
class Happened:
    """An entry as the replay sees it. `data` carries a restructuring's terms or a classification."""

    number: int
    kind: str
    amount_fen: int
    value_on: date
    purpose: str | None = None
    reverses: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Position:
    """Where a loan stands on `on`. All sums in fen."""

    on: date
    terms: Terms
    overdue_days: int
    lines: list[Line]
    plan: int = 0
    starts_on: date | None = None
    disbursed_fen: int = 0
    principal_repaid_fen: int = 0
    interest_repaid_fen: int = 0
    renewed_fen: int = 0
    written_off_fen: int = 0
    compensated_fen: int = 0
    claim_reference: str | None = None
    classification: str = "normal"
    defaulted_since: date | None = None
    closed: str | None = None
    allocations: dict[int, Allocation] = field(default_factory=dict)

    @property
    def outstanding_fen(self) -> int:
        return (
            self.disbursed_fen - self.principal_repaid_fen - self.renewed_fen - self.written_off_fen
        )

    @property
    def is_settled(self) -> bool:
        """Nothing is owed in the scheme any more: all is paid, or its principal was recovered."""
        paid_up = self.compensated_fen > 0 or not self._unpaid_interest()
        drawn = self.disbursed_fen > 0 and self.closed is None
        return drawn and self.outstanding_fen == 0 and paid_up

    @property
    def is_live(self) -> bool:
        return self.disbursed_fen > 0 and self.closed is None and not self.is_settled

    @property
    def overdue_since(self) -> date | None:
        """The due date of the oldest line with something overdue."""
        late = overdue(self.lines, self.on) if self.is_live else []
        return late[0].due_on if late else None

    @property
    def days_overdue(self) -> int:
        since = self.overdue_since
        return (self.on - since).days if since else 0

    @property
    def arrears(self) -> tuple[int, int]:
        """Overdue principal, overdue interest."""
        return arrears(self.lines, self.on) if self.is_live else (0, 0)

    @property
    def next_line(self) -> Line | None:
        return coming(self.lines, self.on) if self.is_live else None

    @property
    def state(self) -> str:
        """contracted, active, overdue, defaulted, settled, renewed or written_off."""
        if self.closed:
            return self.closed
        if not self.disbursed_fen:
            return "contracted"
        if self.is_settled:
            return "settled"
        if self.defaulted_since:
            return "defaulted"
        return "overdue" if self.overdue_since else "active"

    def _unpaid_interest(self) -> int:
        return sum(line.unpaid_interest_fen for line in self.lines)


def state_of(written: str, closed_on: date | None, here: Position) -> str:
    """The loan's state on the position's day: a contract that lapsed undrawn stays so from then on; all else
    follows from the entries."""
    lapsed = written == LAPSED and closed_on is not None and closed_on <= here.on
    return LAPSED if lapsed else here.state


def lapses(state: str, draw_by_on: date, *, on: date) -> bool:
    """Whether the time to draw has passed with nothing drawn."""
    return state == "contracted" and draw_by_on < on


def standing(entries: Iterable[Happened]) -> list[Happened]:
    """The entries that count, in the order in which they count: by value date, then as they were booked."""
    known = list(entries)
    undone = {entry.reverses for entry in known if entry.reverses is not None}
    counting = [e for e in known if e.kind != "reversal" and e.number not in undone]
    return sorted(counting, key=lambda entry: (entry.value_on, entry.number))


def replay(
    entries: Iterable[Happened],
    plans: Mapping[int, Sequence[Planned]],
    terms: Mapping[int, Terms],
    *,
    overdue_days: int,
    on: date,
) -> Position:
    """The position on a day from the entries that count by then.

    `plans` and `terms` are keyed by the entry that made them, 0 for the contract's own. Raises Unbalanced.
    """
    here = Position(on, terms[0], overdue_days, lines_of(plans[0]))
    for entry in standing(entries):
        if entry.value_on > on:
            break
        here.on = entry.value_on
        _age(here)
        _apply(here, entry, plans, terms)
        if not sum(here.arrears) and not here.compensated_fen:
            here.defaulted_since = None
    here.on = on
    _age(here)
    return here


def _age(here: Position) -> None:
    """A loan that was overdue long enough is in default until nothing is overdue any more."""
    since = here.overdue_since
    if since is not None and here.defaulted_since is None:
        day = since + timedelta(days=here.overdue_days)
        here.defaulted_since = day if day <= here.on else None


def _apply(
    here: Position,
    entry: Happened,
    plans: Mapping[int, Sequence[Planned]],
    terms: Mapping[int, Terms],
) -> None:
    match entry.kind:
        case "disbursement" | "restructuring":
            _take_plan(here, entry, plans[entry.number], terms.get(entry.number, here.terms))
        case "repayment":
            _take_money(here, entry)
        case "renewal":
            here.renewed_fen, here.closed = here.outstanding_fen, "renewed"
        case "write_off":
            here.written_off_fen, here.closed = here.outstanding_fen, "written_off"
        case "compensation":
            here.compensated_fen = entry.amount_fen
            here.claim_reference = entry.data["claim_reference"]
        case "compensation_lifted":
            here.compensated_fen, here.claim_reference = 0, None
        case "classification":
            here.classification = entry.data["classification"]


def _take_plan(here: Position, entry: Happened, plan: Sequence[Planned], terms: Terms) -> None:
    if entry.kind == "disbursement":
        here.disbursed_fen += entry.amount_fen
        here.starts_on = here.starts_on or entry.value_on
    if sum(line.principal_fen for line in plan) != here.outstanding_fen:
        raise Unbalanced(f"plan {entry.number} is not over what is outstanding")
    here.lines, here.plan, here.terms = lines_of(plan), entry.number, terms


def _take_money(here: Position, entry: Happened) -> None:
    if entry.purpose == "recovery":
        used = recover(here.lines, entry.amount_fen)
    elif entry.purpose == "prepayment":
        used = prepay(here.lines, entry.amount_fen, here.terms, entry.value_on)
    else:
        used = pay_instalment(here.lines, entry.amount_fen, entry.value_on)
    if used.left_fen:
        raise Unbalanced(f"entry {entry.number} pays {used.left_fen} fen too much")
    here.allocations[entry.number] = used
    here.principal_repaid_fen += used.all_principal_fen
    here.interest_repaid_fen += used.all_interest_fen
    if here.closed == "written_off":  # recovered after all: so much less was lost
        here.written_off_fen -= used.all_principal_fen


def last_fence(entries: Iterable[Happened]) -> Happened | None:
    """The last counting entry that rests on the sums before it."""
    fences = [entry for entry in standing(entries) if entry.kind in FENCES]
    return fences[-1] if fences else None


def in_the_way(entries: Iterable[Happened], number: int) -> Happened | None:
    """A counting entry after `number` that rests on it, so that `number` cannot be reversed; else None.

    A disbursement or restructuring made the plan by which all later money was spread; what was recovered
    after a write-off came back out of it.
    """
    order = standing(entries)
    at = next(i for i, entry in enumerate(order) if entry.number == number)
    blocking = FENCES if order[at].kind == "repayment" else (*FENCES, "repayment")
    return next((entry for entry in order[at + 1 :] if entry.kind in blocking), None)


@dataclass(frozen=True)
class Bounds:
    """What new terms of a covered loan stay within: a fraction a year, months, and the last possible end
    (None where a new contract begins)."""

    annual_rate: Decimal
    term_months: int | None
    ends_on: date | None = None


def last_end(starts_on: date, term_months: int, extension_months: int) -> date:
    """The day by which a loan ends however often it is restructured: the signed term and the extension that
    the product allows, both counted from the first draw-down."""
    return add_months(starts_on, term_months + extension_months)


def beyond(
    bounds: Bounds, annual_rate: Decimal, term_months: int, *, from_on: date
) -> list[FieldError]:
    """Where new terms from a day on are dearer than the present ones, longer than the product allows, or end
    later than the loan may: the pool covers a loan of the scheme, whatever was agreed on it since."""
    found = []
    if annual_rate > bounds.annual_rate:
        most = {"most": f"{bounds.annual_rate.normalize():f}"}
        found.append(FieldError(pointer="/annual_rate", code="over_present_rate", values=most))
    if bounds.term_months is not None and term_months > bounds.term_months:
        values = {"most": bounds.term_months}
        found.append(FieldError(pointer="/term_months", code="over_product", values=values))
    elif bounds.ends_on is not None and add_months(from_on, term_months) > bounds.ends_on:
        latest = {"latest": bounds.ends_on.isoformat()}
        found.append(FieldError(pointer="/term_months", code="over_extension", values=latest))
    return found
