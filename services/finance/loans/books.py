"""What a loan leaves in the scheme's books and in its pool's cover.

The bank's own money is not in our ledger. Memo accounts per bank show the loan book: what was drawn, came
back, was renewed or written off; `outstanding` is guarded, so nothing comes back that was never drawn.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.finance.ledger import service as ledger
from services.finance.ledger.rules import Entry, Posting
from services.finance.loans.desk import Desk
from services.finance.loans.rules import Position, state_of
from services.finance.loans.workflow import ENDED
from services.finance.pools import service as pools

ACCOUNTS = {
    "outstanding": ("贷款余额（备查）", "Loans outstanding (memo)"),
    "drawn": ("累计放款（备查）", "Drawn (memo)"),
    "repaid": ("累计收回本金（备查）", "Principal repaid (memo)"),
    "renewed": ("续贷结转（备查）", "Renewed (memo)"),
    "written-off": ("累计核销（备查）", "Written off (memo)"),
}


@dataclass(frozen=True)
class Change:
    """How the sums of a loan differ between two positions, in fen; each may be negative."""

    drawn_fen: int = 0
    repaid_fen: int = 0
    renewed_fen: int = 0
    written_off_fen: int = 0

    def __neg__(self) -> "Change":
        return Change(-self.drawn_fen, -self.repaid_fen, -self.renewed_fen, -self.written_off_fen)

    def __sub__(self, other: "Change") -> "Change":
        return Change(
            self.drawn_fen - other.drawn_fen,
            self.repaid_fen - other.repaid_fen,
            self.renewed_fen - other.renewed_fen,
            self.written_off_fen - other.written_off_fen,
        )


def change(before: Position, after: Position) -> Change:
    """What an entry did to the sums."""
    return Change(
        after.disbursed_fen - before.disbursed_fen,
        after.principal_repaid_fen - before.principal_repaid_fen,
        after.renewed_fen - before.renewed_fen,
        after.written_off_fen - before.written_off_fen,
    )


def account(bank: str, name: str) -> str:
    return f"loans:{bank}:{name}"


async def open_accounts(session: AsyncSession, bank: str, *, now: Any) -> None:
    """The memo accounts of a bank, unless they are there."""
    for name, (zh, en) in ACCOUNTS.items():
        held = name == "outstanding"
        await ledger.open_account(
            session,
            account(bank, name),
            title=(f"{zh} {bank}", f"{en} {bank}"),
            kind="asset" if held else "equity",
            guarded=held,
            now=now,
        )


def postings(bank: str, what: Change) -> list[Posting]:
    """A change as postings between the memo accounts of a bank."""
    held = account(bank, "outstanding")
    flows = (
        (account(bank, "drawn"), held, what.drawn_fen),
        (held, account(bank, "repaid"), what.repaid_fen),
        (held, account(bank, "renewed"), what.renewed_fen),
        (held, account(bank, "written-off"), what.written_off_fen),
    )
    return [
        Posting(source, target, fen) if fen > 0 else Posting(target, source, -fen)
        for source, target, fen in flows
        if fen
    ]


def reference_of(loan_reference: str, kind: str, number: int) -> str:
    """`loan:J20261122-000001:repayment:3`: the ledger's reference of an entry."""
    return f"loan:{loan_reference}:{kind}:{number}"


async def post(
    desk: Desk, row: Any, kind: str, number: int, what: Change, *, value_on: date
) -> None:
    """Posts what an entry did, as of its value date; nothing where it moved no principal."""
    lines = postings(row.bank, what)
    if not lines:
        return
    entry = Entry(
        reference=reference_of(row.reference, kind, number),
        kind=f"loan_{kind}",
        description=f"贷款 {row.reference} {row.enterprise_name}",
        value_on=value_on,
        postings=lines,
    )
    await ledger.post(desk.session, entry, now=desk.now)


async def unpost(desk: Desk, row: Any, kind: str, number: int, was: Change, *, reason: str) -> None:
    """Reverses what an entry posted."""
    if not postings(row.bank, was):
        return
    await ledger.reverse(
        desk.session,
        reference_of(row.reference, kind, number),
        reason=reason,
        value_on=desk.today,
        now=desk.now,
    )


def cover_needed(row: Any, here: Position) -> int:
    """The principal that the pool stands for: the contract less what came back, until the loan ends."""
    if state_of(row.state, row.closed_on, here) in ENDED:
        return 0
    return int(row.amount_fen) - here.principal_repaid_fen


async def settle_cover(
    desk: Desk, row: Any, before: Position, after: Position, *, claimed: bool
) -> None:
    """Brings the reservation in the pool to what the loan now needs.

    `claimed`: once a claim was paid the claim owns the cover; then only the loan's end gives back what is
    left. Raises pool_exhausted where a reversal needs cover that others hold by now.
    """
    was, needed = cover_needed(row, before), cover_needed(row, after)
    if claimed:
        was, needed = (int(row.amount_fen), 0) if was and not needed else (0, 0)
    if needed < was:
        await pools.release_cover(
            desk.session, loan_reference=row.reference, principal_fen=was - needed, now=desk.now
        )
    elif needed > was:
        await pools.restore_cover(
            desk.session, loan_reference=row.reference, principal_fen=needed - was, now=desk.now
        )
    await flag(desk, row, row.state, after.state)


async def flag(desk: Desk, row: Any, was: str, state: str) -> None:
    """Tells the pool's circuit breaker where a loan has come into default, or out of it."""
    bad = state == "defaulted"
    if bad != (was == "defaulted"):
        await pools.flag_cover(
            desk.session, loan_reference=row.reference, non_performing=bad, now=desk.now
        )


async def release_all(desk: Desk, row: Any) -> None:
    """Gives back the whole cover of a loan that was never drawn."""
    await pools.release_cover(
        desk.session,
        loan_reference=row.reference,
        principal_fen=row.amount_fen,
        now=desk.now,
    )
