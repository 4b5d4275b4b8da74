"""A borrower is reminded once of each instalment, a few days before it is due. By the business clock."""

from datetime import timedelta
from typing import Any

from contracts.events.finance import LoanReminded
from kit.cases.reminding import AT_ONCE, DAYS_BEFORE
from kit.outbox import Event, emit
from services.finance.loans import store
from services.finance.loans.announcing import borrower_of


async def remind_borrowers(state: Any) -> int:
    """Registered in `Service.sweeps`. Each loan in a transaction of its own; returns how many were told."""
    today, told = state.clock.today(), 0
    until = today + timedelta(days=DAYS_BEFORE)
    async with state.database.reader() as connection:
        found = await store.due_soon(connection, today, until=until, limit=AT_ONCE)
    for loan in found:
        async with state.database.transaction() as session:
            if not await store.mark_reminded(session, loan):
                continue
            event = Event(
                type="finance.loan.reminded.v1",
                aggregate=("loan-instalment", str(loan.id)),
                sequence=loan.next_due_on.toordinal(),
                data=LoanReminded(
                    loan_id=loan.id,
                    reference=loan.reference,
                    uscc=loan.uscc,
                    due_on=loan.next_due_on,
                ),
                audience=borrower_of(loan),
                occurred_at=state.clock.now(),
            )
            await emit(session, event)
            told += 1
    return told
