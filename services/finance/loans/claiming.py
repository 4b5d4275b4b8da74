"""What the claims room does with a loan: it is claimed for, compensated, something is recovered, the rest
written off.

Called in the claim's own transaction, by the claim and for nobody else. The loan stays in default until it is
settled or written off; from compensation on the bank reports what comes in as recoveries of the claim.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import true

from kit.errors import NotFound
from services.finance.loans import store
from services.finance.loans.booking import Opened, Said, allow, book, check_value_date, open_loan
from services.finance.loans.desk import Desk
from services.finance.loans.errors import AlreadyReversed, EntryNotReversible, LoanMoveBlocked
from services.finance.loans.rules import Happened, in_the_way, last_fence


async def hold_for_claim(desk: Desk, loan_id: UUID, *, claim_id: UUID, reference: str) -> Any:
    """A claim stands for the loan: until it is let go, the loan gets no new terms. The caller holds the loan
    and has seen that no other claim does."""
    return await _keep_claim(desk, loan_id, open_claim_id=claim_id, open_claim_reference=reference)


async def let_claim_go(desk: Desk, loan_id: UUID) -> Any:
    """The claim ended unpaid, or what was paid was clawed back: the loan is its bank's again."""
    return await _keep_claim(desk, loan_id, open_claim_id=None, open_claim_reference=None)


async def _keep_claim(desk: Desk, loan_id: UUID, **claim: Any) -> Any:
    """A new version, because what may be reported next has changed."""
    row = await store.find_loan(desk.session, loan_id, true(), lock=True)
    assert row is not None  # claims point at loans by a foreign key
    return await store.update_loan(
        desk.session, loan_id, row.version, claim | {"updated_at": desk.now}
    )


async def compensate(desk: Desk, loan_id: UUID, *, claim_reference: str, amount_fen: int) -> Any:
    """The pool has taken its share of `amount_fen` unpaid principal. Raises LoanMoveRefused 409 unless the
    loan is in default, LoanMoveBlocked 409 where it was compensated before."""
    opened = await _open(desk, loan_id)
    move = allow(opened, "compensate")
    if opened.before.compensated_fen:
        raise LoanMoveBlocked(extra={"claim_reference": opened.before.claim_reference})
    entry = Happened(
        opened.next_number, "compensation", amount_fen, desk.today,
        data={"claim_reference": claim_reference},
    )  # fmt: skip
    return await book(desk, opened, move, entry, Said("compensated"))


async def lift_compensation(
    desk: Desk, loan_id: UUID, *, claim_reference: str, reason: str | None = None
) -> Any:
    """The compensation was clawed back: the bank reports repayments again."""
    opened = await _open(desk, loan_id, claim_reference)
    move = allow(opened, "lift_compensation")
    entry = Happened(
        opened.next_number, "compensation_lifted", opened.before.compensated_fen, desk.today,
        data={"claim_reference": claim_reference},
    )  # fmt: skip
    return await book(desk, opened, move, entry, Said("compensation-lifted", reason=reason))


async def recover(
    desk: Desk, loan_id: UUID, *, claim_reference: str, recovery_reference: str,
    amount_fen: int, value_on: date,
) -> int | None:  # fmt: skip
    """What was recovered lowers the principal, up to what is outstanding; the loan is settled when nothing
    is. After a write-off it lowers what was written off, and counts from the write-off's day at the earliest.
    Returns the entry's number, None where no principal was left."""
    opened = await _open(desk, loan_id, claim_reference)
    amount = min(amount_fen, opened.before.outstanding_fen + opened.before.written_off_fen)
    if amount <= 0:
        return None
    move = allow(opened, "recover")
    fence = last_fence(opened.dossier.entries)
    if fence is not None and fence.kind == "write_off":
        value_on = max(value_on, fence.value_on)
    check_value_date(opened, "repayment", value_on, desk.today)
    number = opened.next_number
    entry = Happened(
        number, "repayment", amount, value_on, purpose="recovery",
        data={"claim_reference": claim_reference, "recovery_reference": recovery_reference},
    )  # fmt: skip
    await book(desk, opened, move, entry, Said("repaid"))
    return number


async def reverse_recovery(
    desk: Desk, loan_id: UUID, *, claim_reference: str, number: int, reason: str
) -> Any:
    """A recovery never happened. Raises NotFound, AlreadyReversed 409, EntryNotReversible 409 naming the
    write-off of what it had left: its bank reverses that first."""
    opened = await _open(desk, loan_id, claim_reference)
    undone = opened.dossier.entry(number)
    if undone is None or undone.purpose != "recovery":
        raise NotFound
    if opened.dossier.reversed_by(number) is not None:
        raise AlreadyReversed
    rests = in_the_way(opened.dossier.entries, number)
    if rests is not None:
        raise EntryNotReversible(
            extra={"because": "later_entry", "entry": rests.number, "kind": rests.kind}
        )
    move = allow(opened, "reverse_recovery")
    entry = Happened(opened.next_number, "reversal", undone.amount_fen, desk.today, reverses=number)
    return await book(desk, opened, move, entry, Said("reversed", reason=reason))


async def write_off_rest(desk: Desk, loan_id: UUID, *, claim_reference: str, reason: str) -> Any:
    """The claim is closed and something stays unpaid: it leaves the books. A settled loan stays settled."""
    opened = await _open(desk, loan_id, claim_reference)
    if opened.before.outstanding_fen == 0:
        return opened.row
    move = allow(opened, "write_off")
    entry = Happened(opened.next_number, "write_off", opened.before.outstanding_fen, desk.today)
    return await book(desk, opened, move, entry, Said("written-off", reason=reason))


async def _open(desk: Desk, loan_id: UUID, claim_reference: str | None = None) -> Opened:
    """The loan, locked; NotFound where another claim, or none, was compensated."""
    opened = await open_loan(desk, loan_id, true(), if_match=None)
    if claim_reference is not None and opened.before.claim_reference != claim_reference:
        raise NotFound
    return opened
