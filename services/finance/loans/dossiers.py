"""A loan with its plans and entries, read together, and the figures that follow from them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.finance.loans import store
from services.finance.loans.lines import Planned, Terms
from services.finance.loans.planning import Course
from services.finance.loans.rules import Happened, Position, in_the_way, replay, standing, state_of
from services.finance.loans.workflow import WORKFLOW


@dataclass(frozen=True)
class Dossier:
    """A loan's row, its plans by the entry that made them (0: the contract's own), and its entries."""

    row: Any
    plans: Mapping[int, Sequence[Planned]]
    entries: Sequence[Happened] = field(default_factory=tuple)

    def with_entry(self, entry: Happened, plan: Sequence[Planned] | None = None) -> "Dossier":
        """The dossier as it would be with one more entry."""
        plans = self.plans if plan is None else {**self.plans, entry.number: plan}
        return replace(self, plans=plans, entries=[*self.entries, entry])

    def position(self, on: date) -> Position:
        """Where the loan stands on a day. Raises rules.Unbalanced."""
        terms = {0: terms_of(self.row.annual_rate, self.row.day_count)}
        for entry in self.entries:
            if entry.kind == "restructuring":
                rate = Decimal(entry.data["annual_rate"])
                terms[entry.number] = terms_of(rate, self.row.day_count)
        return replay(self.entries, self.plans, terms, overdue_days=self.row.overdue_days, on=on)

    def state(self, here: Position) -> str:
        """The state on the position's day."""
        return state_of(self.row.state, self.row.closed_on, here)

    def course(self) -> Course:
        """How the loan is being repaid: by its contract or its last restructuring."""
        row = self.row
        rate, months, method = row.annual_rate, row.term_months, row.repayment_method
        for entry in standing(self.entries):
            if entry.kind == "restructuring":
                rate = Decimal(entry.data["annual_rate"])
                months, method = entry.data["term_months"], entry.data["repayment_method"]
        return Course(terms_of(rate, row.day_count), months, method)

    def entry(self, number: int) -> Happened | None:
        return next((entry for entry in self.entries if entry.number == number), None)

    def reversed_by(self, number: int) -> int | None:
        return next((e.number for e in self.entries if e.reverses == number), None)

    def obstacle(self, entry: Happened) -> dict[str, Any] | None:
        """Why a standing entry cannot be reversed by its bank: `because`, and the entry in the way."""
        if entry.purpose == "recovery":
            return {"because": "recovery_of_a_claim"}
        if self.row.renews is not None and entry.kind == "disbursement":
            return {"because": "renewal"}
        blocking = in_the_way(self.entries, entry.number)
        if blocking is None:
            return None
        return {"because": "later_entry", "entry": blocking.number, "kind": blocking.kind}


def terms_of(annual_rate: Decimal, day_count: Any) -> Terms:
    return Terms(annual_rate, day_count)


def happened(row: Any) -> Happened:
    """An entry's row as the replay sees it."""
    return Happened(
        number=row.number,
        kind=row.kind,
        amount_fen=row.amount_fen,
        value_on=row.value_on,
        purpose=row.purpose,
        reverses=row.reverses,
        data=row.data,
    )


async def read_dossiers(
    connection: store.Connection, rows: Iterable[Any]
) -> list[tuple[Dossier, Sequence[Any]]]:
    """The dossiers of loans, each with its entries' rows, in two queries however many they are.

    Entries are read before plans: outside a snapshot an entry may be newer than the row, but never without
    the plan that it made.
    """
    known = list(rows)
    ids = [row.id for row in known]
    if not ids:
        return []
    booked: dict[UUID, list[Any]] = defaultdict(list)
    for entry in await store.entries_of(connection, ids):
        booked[entry.loan_id].append(entry)
    plans: dict[UUID, dict[int, list[Planned]]] = defaultdict(lambda: defaultdict(list))
    for line in await store.plans_of(connection, ids):
        plans[line.loan_id][line.plan].append(planned(line))
    return [
        (Dossier(r, plans[r.id], [happened(e) for e in booked[r.id]]), booked[r.id]) for r in known
    ]


async def read_dossier(connection: store.Connection, row: Any) -> Dossier:
    """The dossier of one loan."""
    return (await read_dossiers(connection, [row]))[0][0]


def planned(row: Any) -> Planned:
    return Planned(row.number, row.starts_on, row.due_on, row.principal_fen, row.interest_fen)


def figures(row: Any, here: Position) -> dict[str, Any]:
    """The columns of a loan that follow from its position."""
    principal, interest = here.arrears
    following = here.next_line
    state = state_of(row.state, row.closed_on, here)
    ended = state != "settled" and WORKFLOW.is_closed(state)
    return {
        "state": state,
        "plan": here.plan,
        "starts_on": here.starts_on,
        "ends_on": here.lines[-1].due_on,
        "disbursed_fen": here.disbursed_fen,
        "principal_repaid_fen": here.principal_repaid_fen,
        "interest_repaid_fen": here.interest_repaid_fen,
        "renewed_fen": here.renewed_fen,
        "written_off_fen": here.written_off_fen,
        "outstanding_fen": here.outstanding_fen,
        "overdue_principal_fen": 0 if ended else principal,
        "overdue_interest_fen": 0 if ended else interest,
        "overdue_since": here.overdue_since,
        "next_due_on": following.due_on if following else None,
        "next_due_fen": following.unpaid_fen if following else 0,
        "classification": here.classification,
        "claim_reference": here.claim_reference,
        "compensated_fen": here.compensated_fen,
        "closed_on": (row.closed_on or here.on) if ended or state == "settled" else None,
    }


def facts_of(row: Any, here: Position) -> dict[str, Any]:
    """What the workflow's needs ask about."""
    return {
        "compensated": here.compensated_fen > 0,
        "claimed": row.open_claim_id is not None,
        "undrawn": row.amount_fen > here.disbursed_fen,
        "arrears": sum(here.arrears) > 0,
        "reversible": here.disbursed_fen > 0,
    }
