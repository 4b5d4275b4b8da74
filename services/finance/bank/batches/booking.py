"""How one row of a batch is booked: exactly as `POST /loans/{id}/repayments` would, without If-Match."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.clock import shanghai_date
from services.finance.bank.access import bank_of
from services.finance.bank.batches.schemas import RepaymentRow
from services.finance.bank.paths import loan_href
from services.finance.loans import service as loans
from services.finance.loans.booking import refused_date


async def book(
    session: AsyncSession, state: Any, actor: Actor, row: RepaymentRow, *, accepted_at: datetime
) -> dict[str, Any]:
    """Books a repayment; returns what the row's result says. Raises what `loans.service.repay` raises.

    The batch's business date is that of its acceptance, whatever the worker's clock says by then: a value
    date after it is in the future, and no worker is earlier than it.
    """
    if row.value_on > shanghai_date(accepted_at):
        raise refused_date("in_the_future", latest=shanghai_date(accepted_at))
    desk = loans.desk_for(state, session, actor)
    now = max(desk.now, accepted_at)
    desk = replace(desk, now=now, today=shanghai_date(now))
    loan = await loans.repay(desk, row.loan_id, row, bank=bank_of(actor), if_match=None)
    return {
        "loan_id": str(loan.id),
        "loan_reference": loan.reference,
        "entry": loan.last_entry,
        "state": loan.state,
        "outstanding_fen": loan.outstanding_fen,
        "href": loan_href(loan.id),
    }
