"""What the passing of days does to loans: overdue, default, lapsed undrawn. By the business clock.

Registered in `Service.sweeps`. Each loan in a transaction of its own; a sweep that was killed or skipped is
made up by the next one, since it looks at dates and not at what was swept.
"""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import true

from kit.auth import SYSTEM
from kit.errors import Problem
from services.finance.loans import books, store
from services.finance.loans.announcing import announce
from services.finance.loans.booking import Opened, bring_up_to_date, open_loan
from services.finance.loans.desk import Desk, desk_for
from services.finance.loans.rules import LAPSED, lapses

log = structlog.get_logger(__name__)
BATCH = 500


async def sweep_loans(state: Any) -> int:
    """Brings every loan to today; returns how many changed."""
    today, changed = state.clock.today(), 0
    after: UUID | None = None
    while True:
        async with state.database.reader() as connection:
            found = await store.due_for_sweep(connection, today, after=after, limit=BATCH)
        for loan_id in found:
            changed += await _sweep_one(state, loan_id)
        if len(found) < BATCH:
            return changed
        after = found[-1]


async def _sweep_one(state: Any, loan_id: UUID) -> bool:
    """One loan; what stops one does not stop the others, and is tried again by the next sweep."""
    try:
        async with state.database.transaction() as session:
            return await _bring_to_today(desk_for(state, session, SYSTEM), loan_id)
    except Problem as problem:
        log.warning("loan_not_swept", loan=str(loan_id), code=problem.code)
        return False


async def _bring_to_today(desk: Desk, loan_id: UUID) -> bool:
    opened = await open_loan(desk, loan_id, true(), if_match=None)
    if lapses(opened.state, opened.row.draw_by_on, on=desk.today):
        await _lapse(desk, opened)
        return True
    return await bring_up_to_date(desk, opened)


async def _lapse(desk: Desk, opened: Opened) -> None:
    """Never drawn: the cover is free again, the contract is over."""
    row = opened.row
    values = {"state": LAPSED, "closed_on": desk.today, "updated_at": desk.now}
    changed = await store.update_loan(desk.session, row.id, row.version, values)
    await books.release_all(desk, row)
    await announce(desk, changed, "lapsed")
