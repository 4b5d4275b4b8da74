"""The register's daily job: the snapshot, shortly after midnight in Shanghai."""

from kit.jobs import JobContext
from services.registration.jobs import jobs
from services.registration.register.snapshots import take_snapshot

SNAPSHOT = "register.snapshot"


@jobs.periodic(SNAPSHOT, cron="*/10 * * * * 0")
async def take_daily_snapshot(context: JobContext) -> None:
    """Every ten minutes it looks whether the business day has its snapshot; the first look takes it.

    So a worker that was down at midnight, or a clock moved in the sandbox, costs minutes, not a day.
    """
    async with context.transaction() as session:
        await take_snapshot(session, taken_on=context.state.clock.today())
