"""The sweep of legal deadlines: what has passed by the business clock is marked, and the system moves.

Registered by a service as a periodic job; also called by the sandbox clock after it was moved.
"""

from typing import Any

import structlog

from kit.auth import SYSTEM
from kit.cases import service
from kit.cases.service import Matters
from kit.db import is_unreachable
from kit.deadlines import miss, passed, put_off
from kit.errors import Problem

log = structlog.get_logger(__name__)


async def sweep_deadlines(state: Any, matters: Matters) -> int:
    """Handles every deadline that has passed, each in its own transaction; returns how many moved. One that
    cannot be moved is put off and said."""
    today, moved = state.clock.today(), 0
    async with state.database.transaction() as session:
        found = await passed(session, today)
    for row in found:
        try:
            moved += await _pass_one(state, matters, row, today)
        except Exception as error:  # whatever is wrong with one row, the law's other clocks go on
            if is_unreachable(error):
                raise
            await _put_off(state, row, error)
    return moved


async def _put_off(state: Any, row: Any, error: Exception) -> None:
    said = error.code if isinstance(error, Problem) else repr(error)[:300]
    log.error(
        "deadline_not_moved", case=str(row.case_id), key=row.key, code=said, tries=row.failures + 1
    )
    async with state.database.transaction() as session:
        await put_off(session, row.id, failures=row.failures, error=said)


async def _pass_one(state: Any, matters: Matters, row: Any, today: Any) -> int:
    async with state.database.transaction() as session:
        context = await service.load(state, session, matters, SYSTEM, row.case_id, if_match=None)
        if not await miss(session, row.id, today):
            return 0
        clocks = {deadline.key: deadline for deadline in context.matter.workflow.deadlines}
        deadline = clocks[row.key]
        if context.case.state in deadline.runs_in:
            await service.act(context, deadline.on_pass, {})
            return 1
        return 0
