"""How anything comes into a loan's file: opened under lock, judged, replayed, written, posted, told.

One transaction holds the reference, the entry, its plan, the loan's figures, the posting, the cover and the
events; a refusal anywhere leaves nothing behind. Must not know why an entry is made: that is service.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from kit.errors import FieldError, NotFound, StaleEtag
from kit.workflow import Move, first_missing
from services.finance.bank.paths import claims_href, loan_href
from services.finance.loans import books, store
from services.finance.loans.announcing import announce, announce_moves
from services.finance.loans.desk import Desk
from services.finance.loans.dossiers import Dossier, facts_of, figures, read_dossier
from services.finance.loans.errors import LoanMoveBlocked, LoanMoveRefused, ValueDateRefused
from services.finance.loans.lines import Planned
from services.finance.loans.rules import FENCES, Happened, Position, last_fence, standing
from services.finance.loans.workflow import UNCLAIMED, WORKFLOW, system_path


@dataclass(frozen=True)
class Opened:
    """A loan locked for this transaction, and where it stands today before anything is booked."""

    dossier: Dossier
    before: Position

    @property
    def row(self) -> Any:
        return self.dossier.row

    @property
    def next_number(self) -> int:
        return int(self.row.last_entry) + 1

    @property
    def state(self) -> str:
        return self.dossier.state(self.before)


@dataclass(frozen=True)
class Said:
    """What stands beside an entry: the bank's own reference, a reason, what the event is called."""

    event: str
    bank_reference: str | None = None
    reason: str | None = None


async def open_loan(
    desk: Desk, loan_id: UUID, scope: ColumnElement[bool], *, if_match: int | None
) -> Opened:
    """The loan, locked. Raises NotFound 404 outside the scope, StaleEtag 412 with the present version."""
    row = await store.find_loan(desk.session, loan_id, scope, lock=True)
    if row is None:
        raise NotFound
    if if_match is not None and row.version != if_match:
        present = {"id": str(row.id), "version": row.version, "state": row.state}
        raise StaleEtag(extra={"current": present}, headers={"ETag": f'"{row.version}"'})
    dossier = await read_dossier(desk.session, row)
    return Opened(dossier, dossier.position(desk.today))


def allow(opened: Opened, action: str) -> Move:
    """The move that `action` makes now. Raises LoanMoveRefused 409, LoanMoveBlocked 409; where a claim is
    in the way, with that claim as `existing`."""
    move = WORKFLOW.find(action, opened.state)
    if move is None:
        raise LoanMoveRefused(extra={"action": action, "state": opened.state})
    need = first_missing(move, facts_of(opened.row, opened.before))
    if need is not None:
        raise LoanMoveBlocked(
            detail_zh=need.zh,
            detail_en=need.en,
            errors=[FieldError(pointer="", code=need.code)],
            existing=_open_claim(opened.row) if need is UNCLAIMED else None,
        )
    return move


def _open_claim(row: Any) -> dict[str, str]:
    number = str(row.open_claim_id)
    href = f"{claims_href()}/{number}"
    return {"href": href, "id": number, "reference": row.open_claim_reference}


def check_value_date(opened: Opened, kind: str, value_on: date, today: date) -> None:
    """A value date lies between the filing and today, and after what the entry rests on.

    Raises ValueDateRefused 422 with the code of the reason and the first day that would do.
    """
    fence = last_fence(opened.dossier.entries)
    counting = standing(opened.dossier.entries)
    floor, code = opened.row.filed_on, "before_filing"
    if kind in FENCES and counting and counting[-1].value_on > floor:
        floor, code = counting[-1].value_on, "before_a_later_entry"
    elif kind == "repayment" and fence is not None:
        floor, code = fence.value_on, "before_the_plan"
    if value_on > today:
        raise refused_date("in_the_future", latest=today)
    if value_on < floor:
        raise refused_date(code, earliest=floor)


def refused_date(code: str, **days: date) -> ValueDateRefused:
    values = {name: day.isoformat() for name, day in days.items()}
    return ValueDateRefused(errors=[FieldError(pointer="/value_on", code=code, values=values)])


async def book(
    desk: Desk, opened: Opened, move: Move, entry: Happened, said: Said,
    *, plan: Sequence[Planned] | None = None,
) -> Any:  # fmt: skip
    """Writes an entry and all that follows from it; returns the loan's new row.

    Raises rules.Unbalanced before anything is written, BankReferenceUsed 409, pool_exhausted 422.
    """
    row, before = opened.row, opened.before
    dossier = opened.dossier.with_entry(entry, plan)
    after = dossier.position(desk.today)
    if said.bank_reference:
        await take_reference(desk, row, entry.kind, said.bank_reference)
    if plan is not None:
        await store.add_plan(desk.session, plan_rows(row.id, entry.number, plan))
    what = books.change(before, after)
    await store.add_entry(desk.session, entry_row(desk, row.id, entry, said, what))
    changed = await _write(desk, row, after, last_entry=entry.number)
    # the pool before the accounts, as everywhere where both are locked
    claimed = any(each.kind == "compensation" for each in dossier.entries)
    await books.settle_cover(desk, row, before, after, claimed=claimed)
    await _post(desk, opened, entry, what)
    if row.state != opened.state:
        await announce_moves(desk, changed, system_path(row.state, opened.state))
    await announce(desk, changed, said.event, entry=entry.number, on=entry.value_on)
    await announce_moves(desk, changed, system_path(move.target, changed.state))
    return changed


async def bring_up_to_date(desk: Desk, opened: Opened) -> bool:
    """Writes what only the passing of days has changed; whether there was anything."""
    row, here = opened.row, opened.before
    values = figures(row, here)
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    path = system_path(row.state, values["state"])
    changed = await _write(desk, row, here)
    await announce_moves(desk, changed, path)
    if path:
        await books.flag(desk, row, row.state, here.state)
    return True


async def _write(desk: Desk, row: Any, here: Position, **more: Any) -> Any:
    values = {**figures(row, here), **more, "updated_at": desk.now}
    changed = await store.update_loan(desk.session, row.id, row.version, values)
    if changed is None:  # the row is locked: only a mistake of ours comes here
        raise StaleEtag
    return changed


async def _post(desk: Desk, opened: Opened, entry: Happened, what: books.Change) -> None:
    row = opened.row
    undone = opened.dossier.entry(entry.reverses) if entry.reverses else None
    if undone is not None:
        was = books.Change(**undone.data.get("booked", {}))
        reason = f"冲正第 {undone.number} 笔"
        await books.unpost(desk, row, undone.kind, undone.number, was, reason=reason)
        what = what - (-was)
    await books.post(desk, row, entry.kind, entry.number, what, value_on=entry.value_on)


async def take_reference(desk: Desk, row: Any, kind: str, bank_reference: str) -> None:
    """The bank's own reference of an entry, for ever. Raises BankReferenceUsed 409."""
    await store.take_reference(
        desk.session,
        bank=row.bank,
        bank_reference=bank_reference,
        kind=kind,
        subject_id=row.id,
        reference=row.reference,
        href=loan_href(row.id),
        now=desk.now,
    )


def plan_rows(loan_id: UUID, number: int, plan: Sequence[Planned]) -> list[dict[str, Any]]:
    return [
        {
            "loan_id": loan_id,
            "plan": number,
            "number": line.number,
            "starts_on": line.starts_on,
            "due_on": line.due_on,
            "principal_fen": line.principal_fen,
            "interest_fen": line.interest_fen,
        }
        for line in plan
    ]


def entry_row(
    desk: Desk, loan_id: UUID, entry: Happened, said: Said, what: books.Change
) -> dict[str, Any]:
    """An entry as it is kept; `data.booked` is what it did to the sums, for its reversal."""
    return {
        "loan_id": loan_id,
        "number": entry.number,
        "kind": entry.kind,
        "purpose": entry.purpose,
        "amount_fen": entry.amount_fen,
        "value_on": entry.value_on,
        "bank_reference": said.bank_reference,
        "reverses": entry.reverses,
        "reason": said.reason,
        "data": {**entry.data, "booked": vars(what)},
        "booked_at": desk.now,
        "booked_by": desk.actor_sub,
    }
