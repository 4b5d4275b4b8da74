"""The sweep that ends reservations whose last day has passed.

The deadline is the row (`reserved_until`), not a timer: whenever the sweep runs, by the business
clock, what is overdue ends; a worker that was away for a week loses nothing.
"""

from kit.jobs import JobContext
from services.registration.jobs import jobs
from services.registration.names.service import LAPSE_BATCH, lapse_overdue


@jobs.periodic("names.lapse", cron="* * * * * 15")
async def lapse_names(context: JobContext) -> None:
    """Lapses overdue reservations, batch by batch, each in its own transaction."""
    ended = LAPSE_BATCH
    while ended == LAPSE_BATCH:
        async with context.transaction() as session:
            ended = await lapse_overdue(session, clock=context.state.clock)
