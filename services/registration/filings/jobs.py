"""Periodic work of filings: the sweep of legal deadlines by the business clock, and the hourly seal."""

from datetime import UTC, datetime

from kit.audit import seal
from kit.cases.sweep import sweep_deadlines
from kit.jobs import JobContext
from services.registration.filings import assessing  # noqa: F401  registers its job
from services.registration.jobs import jobs


@jobs.periodic("filings.sweep_deadlines", cron="* * * * *")
async def sweep(context: JobContext) -> None:
    """Each minute: deadlines that have passed make their move."""
    await sweep_deadlines(context.state, context.state.matters)


@jobs.periodic("filings.seal", cron="7 * * * *")
async def seal_chains(context: JobContext) -> None:
    """Each hour: the heads of all case chains go into one global chain."""
    async with context.transaction() as session:
        await seal(session, datetime.now(UTC))
