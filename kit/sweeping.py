"""What the business day brings, whatever the service: deadlines that pass, and the seal over its cases.

The worker calls it each minute; the sandbox clock after it was moved. A feature with rows of its own that
grow due names a sweep in `Service.sweeps`; whenever it runs, it handles all that is overdue by then.
"""

from datetime import UTC, datetime
from typing import Any

import structlog

from kit.audit import seal
from kit.cases.reminding import remind_due
from kit.cases.sweep import sweep_deadlines
from kit.db import is_unreachable
from kit.dpop import forget_dead_proofs
from kit.jobs import JobContext, Jobs
from kit.retention import forget_past

log = structlog.get_logger(__name__)


async def sweep_all(state: Any) -> int:
    """Runs every sweep of the service once; returns how many rows moved."""
    moved = 0
    matters = getattr(state, "matters", None)
    if matters:
        moved += await sweep_deadlines(state, matters)
        moved += await remind_due(state, matters)
    for sweep in state.service.sweeps:
        try:
            moved += await sweep(state)
        except (
            Exception
        ) as error:  # one feature's rows stop no other's; the next minute tries again
            if is_unreachable(error):
                raise
            log.exception("sweep_failed", sweep=sweep.__name__)
    return moved


def attach_sweeps(jobs: Jobs) -> None:
    """Gives a worker the periodic jobs that every service has."""

    @jobs.periodic("kit.sweep", cron="* * * * *")
    async def sweep(context: JobContext) -> None:
        await sweep_all(context.state)

    @jobs.periodic("kit.forget_proofs", cron="* * * * *")
    async def forget_proofs(context: JobContext) -> None:
        async with context.transaction() as session:
            await forget_dead_proofs(session, datetime.now(UTC))

    @jobs.periodic("kit.forget_past", cron="23 * * * *")
    async def forget(context: JobContext) -> None:
        await forget_past(context.database)

    @jobs.periodic("kit.seal", cron="7 * * * *")
    async def seal_chains(context: JobContext) -> None:
        """Each hour: the heads of all case chains go into one global chain."""
        async with context.transaction() as session:
            await seal(session, datetime.now(UTC))
