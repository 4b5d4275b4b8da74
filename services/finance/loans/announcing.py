"""Tells others what happened to a loan: events for all who may know, a message for its bank.

In the cause's own transaction. Payloads are thin: ids, references and dates.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from contracts.events.finance import LoanChanged
from kit.outbox import Event, emit
from kit.workflow import Move
from services.finance.bank.inbox import notify
from services.finance.bank.paths import loan_href
from services.finance.loans.desk import Desk
from services.finance.loans.store import DEPARTMENTS

BY_MOVE = {
    "fall_overdue": "overdue",
    "default": "defaulted",
    "cure": "cured",
    "settle": "settled",
    "reopen": "reopened",
    "lapse": "lapsed",
}
"""What each of the system's moves is called in the past tense."""
MESSAGES = {
    "overdue": ("贷款 {} 已逾期", "Loan {} is overdue"),
    "defaulted": (
        "贷款 {} 已违约，可申请风险补偿",
        "Loan {} is in default; compensation may be claimed",
    ),
    "settled": ("贷款 {} 已结清", "Loan {} is settled"),
    "lapsed": ("贷款 {} 未按期提款，已失效", "Loan {} was not drawn in time and has lapsed"),
    "compensated": ("贷款 {} 已获风险补偿", "Loan {} has been compensated"),
}
"""What a bank did not do itself, or should hear of at once."""


def borrower_of(row: Any) -> tuple[str, ...]:
    """Who applied for it."""
    person = (f"person:{row.applicant_person}",) if row.applicant_person else ()
    return (f"sub:{row.applicant_sub}", *person)


def audience_of(row: Any) -> tuple[str, ...]:
    """Its bank, who applied for it, and science and treasury in its region."""
    staff = (f"staff:{code}:{row.region_code}" for code in DEPARTMENTS)
    return (f"org:{row.bank}", *borrower_of(row), "staff", *staff)


async def announce(
    desk: Desk, row: Any, what: str, *, entry: int | None = None, on: date | None = None
) -> None:
    """One event about the loan as it is now, and the bank's message where there is one."""
    data = LoanChanged(
        loan_id=row.id,
        reference=row.reference,
        uscc=row.uscc,
        bank=row.bank,
        application_id=row.application_id,
        state=row.state,
        version=row.version,
        entry=entry,
        on=on or desk.today,
    )
    event = Event(
        type=f"finance.loan.{what}.v1",
        aggregate=("loan", str(row.id)),
        sequence=row.version,
        data=data,
        audience=audience_of(row),
        occurred_at=desk.now,
    )
    await emit(desk.session, event)
    if what in MESSAGES:
        await _tell_bank(desk, row, what)


async def announce_moves(desk: Desk, row: Any, moves: Iterable[Move]) -> None:
    """The events of the system's moves that brought the loan where it is."""
    for what in dict.fromkeys(BY_MOVE[m.action] for m in moves if m.action in BY_MOVE):
        await announce(desk, row, what)


async def _tell_bank(desk: Desk, row: Any, what: str) -> None:
    zh, en = MESSAGES[what]
    await notify(
        desk.session,
        bank=row.bank,
        kind=f"loan.{what}",
        subject=(zh.format(row.reference), en.format(row.reference)),
        href=loan_href(row.id),
        now=desk.now,
    )
