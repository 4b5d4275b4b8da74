"""How one row of a batch is booked: exactly as `POST /loans/{id}/repayments` would, without If-Match."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from services.finance.bank.access import bank_of
from services.finance.bank.batches.schemas import RepaymentRow
from services.finance.bank.paths import loan_href
from services.finance.loans import service as loans


async def book(
    session: AsyncSession, state: Any, actor: Actor, row: RepaymentRow
) -> dict[str, Any]:
    """Books a repayment; returns what the row's result says. Raises what `loans.service.repay` raises."""
    desk = loans.desk_for(state, session, actor)
    loan = await loans.repay(desk, row.loan_id, row, bank=bank_of(actor), if_match=None)
    return {
        "loan_id": str(loan.id),
        "loan_reference": loan.reference,
        "entry": loan.last_entry,
        "state": loan.state,
        "outstanding_fen": loan.outstanding_fen,
        "href": loan_href(loan.id),
    }
