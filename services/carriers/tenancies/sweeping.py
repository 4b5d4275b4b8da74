"""The sweep of stays that have ended, by the business clock. A worker that was away loses nothing."""

from typing import Any

import structlog

from kit.auth import SYSTEM
from kit.cases import service as cases
from kit.errors import Problem
from services.carriers.tenancies import store

log = structlog.get_logger(__name__)


async def end_overdue_stays(state: Any) -> int:
    """Ends every stay whose last day is over, each in its own transaction; returns how many."""
    today, moved = state.clock.today(), 0
    async with state.database.transaction() as session:
        found = await store.overdue(session, today)
    for tenancy_id in found:
        try:
            async with state.database.transaction() as session:
                context = await cases.load(
                    state, session, state.matters, SYSTEM, tenancy_id, if_match=None
                )
                await cases.act(context, "expire", {})
                moved += 1
        except Problem as problem:  # somebody else moved it meanwhile
            log.warning("stay_not_ended", case=str(tenancy_id), code=problem.code)
    return moved
